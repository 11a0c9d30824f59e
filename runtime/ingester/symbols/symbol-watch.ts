/** Follows a list of symbols that somebody else keeps, and tells when it has changed. */
import type { Market } from '../../markets/names.ts';
import { asError } from '../../platform/error-code.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Time } from '../../platform/time.ts';
import { printable } from '../../records/show.ts';
import { type SymbolList, symbolListOf } from '../../vendor/symbol-list.ts';

/** As much is told of what is wrong, in characters. */
const PROBLEM = 300;
/** Wall time between two looks, ms. */
const EVERY = 30_000;

export interface SymbolWatchOptions {
  /** The text of the list as it is now. */
  readonly read: (signal: AbortSignal) => Promise<string>;
  /** Resolves when there may be another. @default it is looked at every half minute */
  readonly changed?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** The most symbols that the plan allows. */
  readonly limit: number;
  /** Whose tickers they have to be. */
  readonly market: Market;
  /** Called with a list that can be used and is another than before. */
  readonly onChange: (symbols: SymbolList['symbols']) => void;
  readonly time: Time;
  readonly logger: Logger;
}

export class SymbolWatch {
  readonly #options: SymbolWatchOptions;
  #text: string | undefined;
  #problem: string | undefined;
  /** What is left out of the list in use. */
  #shortage: string | undefined;

  constructor(options: SymbolWatchOptions) {
    this.#options = options;
  }

  /** Why the list as it stands now is not, or not wholly, in use; undefined when it is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Looks again and again until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { time, changed = signal => time.sleep(EVERY, signal, 'symbols') } = this.#options;
    while (!signal.aborted) {
      await this.look(signal);
      await changed(signal).catch(error => {
        if (!signal.aborted) throw error;
      });
    }
  }

  /** Looks once. A list that cannot be read or used leaves the one before in use. */
  async look(signal: AbortSignal): Promise<void> {
    const { read, limit, market, onChange, logger } = this.#options;
    try {
      const text = await read(signal);
      if (text === this.#text) {
        this.#problem = this.#shortage;
        return;
      }
      const { symbols, shortage } = symbolListOf(text, limit, market);
      this.#text = text;
      this.#shortage = this.#problem = shortage;
      if (shortage !== undefined) logger.error(shortage);
      onChange(symbols);
    } catch (error) {
      const problem = printable(asError(error).message, PROBLEM);
      if (!signal.aborted && problem !== this.#problem)
        logger.error('the list of symbols cannot be used: the one before stays in use', { cause: problem });
      this.#problem = problem;
    }
  }
}
