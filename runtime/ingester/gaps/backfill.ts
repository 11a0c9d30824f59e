/** Fetches minutes that were missed, symbol by symbol, as far as bounded effort goes. */
import type { Logger } from '../../platform/logger.ts';
import { type History, type HistoryAnswer, HistoryRefused } from '../history.ts';

/** Re-sends of the minutes before a gap were missed too. */
export const LEAD = 15 * 60_000;

/** So many symbols in a row without an answer: the vendor is down, and the rest need not be tried now. */
const HOPELESS = 20;

export interface BackfillOptions {
  readonly history: Pick<History, 'minutes'>;
  /** Takes what came. */
  readonly publish: (answer: HistoryAnswer) => void;
  /** Resolves when more may come. @throws the signal's reason */
  readonly room: (signal: AbortSignal) => Promise<void>;
  /** The start of the first block (epoch ms) of a symbol that may be published: a final bar of a block before that would be made of a fragment. */
  readonly since: (symbol: string) => number;
  /** Questions at once. */
  readonly atOnce: number;
  readonly logger: Logger;
}

export class Backfill {
  readonly #options: BackfillOptions;

  constructor(options: BackfillOptions) {
    this.#options = options;
  }

  /**
   * Fetches the minutes of `[from, to)`, epoch ms, of every symbol.
   * @param onDone called for every symbol that was tried
   * @returns the symbols whose minutes could not be had
   * @throws the signal's reason
   */
  async fetch(
    symbols: readonly string[],
    { from, to }: { readonly from: number; readonly to: number },
    signal: AbortSignal,
    onDone: () => void = () => undefined,
  ): Promise<string[]> {
    const { history, publish, room, since, atOnce, logger } = this.#options;
    const missing: string[] = [];
    const waiting = [...symbols].reverse();
    let failedInARow = 0;
    const work = async () => {
      for (let symbol = waiting.pop(); symbol !== undefined; symbol = waiting.pop()) {
        try {
          await room(signal);
          const begin = Math.max(from, since(symbol));
          if (begin < to) publish(await history.minutes(symbol, begin, to, signal));
          failedInARow = 0;
        } catch (error) {
          signal.throwIfAborted();
          missing.push(symbol);
          failedInARow++;
          if (failedInARow === 1) logger.warn('minutes could not be had', { symbol, cause: String(error) });
          if (error instanceof HistoryRefused || failedInARow >= HOPELESS) missing.push(...waiting.splice(0));
        }
        onDone();
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, symbols.length) }, work));
    return missing;
  }
}
