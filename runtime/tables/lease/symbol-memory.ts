/** Which symbols the feed follows, kept beside the lease: whoever holds that next knows what is new since then, and what is gone. */
import * as v from 'valibot';
import { symbolIn } from '../../records/check.ts';
import type { LeaseItems } from './lease-items.ts';

const list = v.pipe(v.array(v.unknown()), v.minLength(1));

export class SymbolMemory {
  readonly #items: LeaseItems;

  constructor(items: LeaseItems) {
    this.#items = items;
  }

  /** @returns undefined where no feed has ever run. @throws when the table does not answer in time, is another's, or holds no list of symbols */
  async load(): Promise<'*' | readonly string[] | undefined> {
    const text = (await this.#items.get('symbols'))?.['symbols']?.S;
    if (text === undefined || text === '*') return text;
    return [...new Set(v.parse(list, JSON.parse(text)).map(symbolIn))];
  }

  /** @throws when it is not known whether it was saved */
  async save(symbols: '*' | readonly string[]): Promise<void> {
    const text = symbols === '*' ? symbols : JSON.stringify(symbols);
    await this.#items.put('symbols', '', { symbols: { S: text } });
  }
}
