/** Fetches minutes that were missed, symbol by symbol, as far as bounded effort goes; what does not come, or is not proven, is told. */
import type { Logger } from '../../../platform/logger.ts';
import { type History, type HistoryAnswer, HistoryRefused } from '../../../vendor/history.ts';
import type { MinutesStream } from '../../sinks/minutes-stream/minutes-stream.ts';
import type { Liquidity, RestProgress } from './rest-progress.ts';

/** Re-sends of the minutes before a gap were missed too. */
export const LEAD = 15 * 60_000;

/** So many symbols in a row without an answer: the vendor is down, and the rest need not be tried now. */
const HOPELESS = 20;

export interface BackfillOptions {
  readonly history: Pick<History, 'minutes'>;
  /** Takes what came, and up to which minute (its start) REST knew the market when it was asked. */
  readonly publish: (answer: HistoryAnswer, reached: number) => void;
  /** Where it goes: more is fetched only while little is on its way. */
  readonly sink: Pick<MinutesStream, 'untilCalm'>;
  /** The start of the first block (epoch ms) of a symbol that may be published: a final bar of a block before that would be made of a fragment. */
  readonly since: (symbol: string) => number;
  /** Questions at once. */
  readonly atOnce: number;
  readonly progress: RestProgress;
  readonly liquidity: Liquidity;
  readonly logger: Logger;
}

/** Minutes of `[from, to)`, epoch ms. */
export interface Wanted {
  readonly from: number;
  readonly to: number;
  /** Those (starts, ascending) that have to be had, or told to be missing; of the others what comes is welcome. */
  readonly minutes: readonly number[];
}

export class Backfill {
  readonly #options: BackfillOptions;

  constructor(options: BackfillOptions) {
    this.#options = options;
  }

  /**
   * Fetches the minutes of every symbol, the most liquid first, once REST knows the last of them.
   * @param onDone called for every symbol that was tried
   * @returns what could not be had
   * @throws the signal's reason
   */
  async fetch(
    symbols: readonly string[],
    wanted: Wanted,
    signal: AbortSignal,
    onDone: () => void = () => undefined,
  ): Promise<readonly Shortfall[]> {
    const { atOnce, liquidity } = this.#options;
    const round = new Round(this.#options, liquidity.ranked(symbols), wanted, signal, onDone);
    await round.untilKnown();
    await Promise.all(Array.from({ length: Math.min(atOnce, symbols.length) }, () => round.work()));
    return round.lost.all;
  }
}

/** One stretch of minutes, asked of one symbol after another. */
class Round {
  readonly lost = new Shortfalls();
  readonly #options: BackfillOptions;
  readonly #wanted: Wanted;
  readonly #signal: AbortSignal;
  readonly #onDone: () => void;
  /** The next one last. */
  readonly #waiting: string[];
  /** The last minute that has to be had; undefined where none has to. */
  readonly #last: number | undefined;
  #failedInARow = 0;

  constructor(
    options: BackfillOptions,
    symbols: readonly string[],
    wanted: Wanted,
    signal: AbortSignal,
    onDone: () => void,
  ) {
    this.#options = options;
    this.#waiting = symbols.toReversed();
    this.#wanted = wanted;
    this.#last = wanted.minutes.at(-1);
    this.#signal = signal;
    this.#onDone = onDone;
  }

  /** The bars of the most liquid symbol prove the minutes of all others; where they do not, others are looked at until some do. */
  async untilKnown(): Promise<void> {
    const { progress } = this.#options;
    const last = this.#last;
    const first = this.#waiting.at(-1);
    if (last === undefined || first === undefined || progress.knows(last)) return;
    try {
      const lacking = await this.#lackingOf(first, 1);
      if (progress.knows(last)) {
        this.#waiting.pop();
        this.#done(first, lacking);
      } else await progress.until(last, this.#waiting.slice(-2).reverse(), this.#signal);
    } catch {
      // It is asked once more with all others.
      this.#signal.throwIfAborted();
    }
  }

  async work(): Promise<void> {
    for (let symbol = this.#waiting.pop(); symbol !== undefined; symbol = this.#waiting.pop()) {
      const lacking = await this.#ask(symbol);
      if (lacking) this.#done(symbol, lacking);
    }
  }

  #done(symbol: string, lacking: readonly number[]): void {
    this.lost.add(symbol, lacking);
    this.#onDone();
  }

  /** @returns the minutes that did not come, or may not have; undefined when there was no answer, and all are lost */
  async #ask(symbol: string): Promise<readonly number[] | undefined> {
    const { minutes } = this.#wanted;
    try {
      const lacking = await this.#lackingOf(symbol);
      this.#failedInARow = 0;
      return lacking;
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#done(symbol, minutes);
      this.#failedInARow++;
      if (this.#failedInARow === 1)
        this.#options.logger.warn('minutes could not be had', { symbol, cause: String(error) });
      if (error instanceof HistoryRefused || this.#failedInARow >= HOPELESS)
        for (const rest of this.#waiting.splice(0)) this.lost.add(rest, minutes);
      return undefined;
    }
  }

  async #lackingOf(symbol: string, attempts?: number): Promise<readonly number[]> {
    const { history, publish, sink, since, progress } = this.#options;
    const { from, to, minutes } = this.#wanted;
    await sink.untilCalm(this.#signal);
    const begin = Math.max(from, since(symbol));
    if (begin >= to) return [];
    // What REST knew before it was asked, it knew of this symbol too.
    const before = this.#last === undefined ? progress.through : progress.reach(this.#last);
    const answer = await history.minutes(symbol, begin, to, this.#signal, attempts);
    const own = answer.bars.at(-1)?.start;
    const reached = Math.max(before, own ?? before);
    publish(answer, reached);
    progress.saw(own);
    return minutes.filter(minute => minute >= begin && (minute > reached || answer.isRefused(minute)));
  }
}

/** Minutes (starts in epoch ms, ascending) that could not be had of these symbols. */
export interface Shortfall {
  readonly minutes: readonly number[];
  readonly symbols: readonly string[];
}

/** Collects who lacks which minutes; those who lack the same ones end in one shortfall. */
export class Shortfalls {
  readonly #alike = new Map<string, { readonly minutes: readonly number[]; readonly symbols: string[] }>();

  /** @param minutes starts, ascending; none for a symbol that lacks nothing */
  add(symbol: string, minutes: readonly number[]): void {
    if (minutes.length === 0) return;
    const key = minutes.join();
    const known = this.#alike.get(key);
    if (known) known.symbols.push(symbol);
    else this.#alike.set(key, { minutes, symbols: [symbol] });
  }

  get all(): readonly Shortfall[] {
    return [...this.#alike.values()];
  }
}
