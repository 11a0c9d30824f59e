/** What is missing, kept beside the lease: whoever holds that next goes on trying for it. */
import * as v from 'valibot';
import { minutesOf, stretchesOf } from '../../markets/stretches.ts';
import type { Item, LeaseItems } from './lease-items.ts';

/** Minutes that could not be had: for whole slots where nobody of them has the minutes, else for symbols. */
export interface MissingPart {
  /** Starts (epoch ms), ascending; at least one. */
  readonly minutes: readonly number[];
  /** Slots declared as a whole, with the symbols that are missing there; unknown when nobody tells which there are. */
  readonly slots: ReadonlyMap<number, readonly string[] | undefined>;
  /** Symbols declared one by one. */
  readonly symbols: ReadonlySet<string>;
}

const content = v.object({
  minutes: v.array(v.tuple([v.number(), v.number()])),
  slots: v.array(v.number()),
  symbols: v.array(v.string()),
});

export class MissingTable {
  readonly #items: LeaseItems;

  constructor(items: LeaseItems) {
    this.#items = items;
  }

  /** Everything that is missing, by the name it was saved under. Which symbols a slot lacks is not kept: all of it is asked for again. @throws when the table does not answer in time, or is another's */
  async load(): Promise<Map<string, MissingPart>> {
    const items = await this.#items.all('missing');
    return new Map([...items].map(([name, item]) => [name, partIn(item)]));
  }

  /** @throws when it is not known whether it was saved */
  async save(name: string, { minutes, slots, symbols }: MissingPart): Promise<void> {
    const text: v.InferOutput<typeof content> = {
      minutes: stretchesOf(minutes),
      slots: [...slots.keys()],
      symbols: [...symbols],
    };
    await this.#items.put('missing', name, { content: { S: JSON.stringify(text) } });
  }

  /** @throws when it is not known whether it is gone */
  async remove(name: string): Promise<void> {
    await this.#items.remove('missing', name);
  }
}

function partIn(item: Item): MissingPart {
  const { minutes, slots, symbols } = v.parse(content, JSON.parse(item['content']?.S ?? ''));
  return {
    minutes: minutesOf(minutes),
    slots: new Map(slots.map(slot => [slot, undefined])),
    symbols: new Set(symbols),
  };
}
