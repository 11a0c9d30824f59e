/** How far the vendor's REST has come: it is behind the socket, and what it does not know yet looks like a minute without trades. */
import type { Calendar } from '../../../markets/calendar.ts';
import { MINUTE } from '../../../markets/timeframe.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { History } from '../../../vendor/history.ts';
import type { Liquidity } from './liquidity.ts';

/** So long after it can be expected to know a minute REST is waited for: ms of event time, and ms of wall time. */
const LIMIT = 3 * MINUTE;
const LIMIT_WALL = 5_000;
/** Between two looks, likewise. */
const PAUSE = 5_000;
const PAUSE_WALL = 250;
/** What is further behind than this (ms) does not catch up within the limit. */
const TOO_FAR = 10 * MINUTE;
/** So long after a close nothing more is expected of it, where REST knows the market until as long before (ms). */
const SETTLED = 15 * MINUTE;
/** So far back (ms) bars are looked at: those of a plan that is a quarter of an hour late are among them. */
const LOOK_BACK = 30 * MINUTE;
/** Symbols of the feed's own that are looked at beside those of the market. */
const OWN = 2;

export interface ProgressOptions {
  readonly clock: Clock;
  readonly calendar: Calendar;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  /** When (event time, epoch ms) the vendor can be expected to know a minute that ended then. */
  readonly knownAt: (end: number) => number;
  readonly history: Pick<History, 'latest'>;
  readonly liquidity: Liquidity;
  readonly logger: Logger;
}

export class Progress {
  readonly #options: ProgressOptions;
  #through = Number.NEGATIVE_INFINITY;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  /** REST has told a bar of that minute (its start): it has come so far. */
  saw(minute: number | undefined): void {
    if (minute !== undefined) this.#through = Math.max(this.#through, minute);
  }

  /** The latest minute (its start) that REST has told a bar of. */
  get through(): number {
    return this.#through;
  }

  /** Up to which minute (its start) what is asked for now is told whole, where `minute` is the last one that matters. */
  reach(minute: number): number {
    return this.knows(minute) ? Math.max(minute, this.#through) : this.#through;
  }

  /** Whether what is asked for now is told with all of that minute. */
  knows(minute: number): boolean {
    return this.#through >= minute || this.#isSettled(minute);
  }

  /**
   * Looks at the most liquid symbols until REST knows the minute, cannot be had, or the limit has passed.
   * @param symbols of the feed, most liquid first. @throws the signal's reason
   */
  async until(minute: number, symbols: readonly string[], signal: AbortSignal): Promise<void> {
    const { clock, knownAt, liquidity, logger } = this.#options;
    const limit = knownAt(minute + MINUTE) + Math.max(LIMIT, clock.perWall(LIMIT_WALL));
    const known: string[] = [];
    const silent: string[] = [];
    for (const symbol of new Set([...liquidity.ofMarket, ...symbols.slice(0, OWN)])) {
      if (this.knows(minute)) return;
      const found = await this.#look(symbol, minute, signal);
      if (found !== 'no answer') (found === 'nothing' ? silent : known).push(symbol);
    }
    // Those of which there is nothing at all prove nothing later either, as long as there are others.
    const looked = known.length > 0 ? known : silent;
    for (let n = 0; looked.length > 0 && !this.knows(minute); n++) {
      if (this.#isTooFar(minute) || clock.now() >= limit) {
        const of = new Date(minute).toISOString();
        logger.warn("the vendor's REST does not know a minute yet", { minute: of, knows: this.#knowledge });
        return;
      }
      await clock.until(clock.now() + Math.max(PAUSE, clock.perWall(PAUSE_WALL)), signal);
      await this.#look(looked[n % looked.length] ?? '', minute, signal);
    }
  }

  async #look(
    symbol: string,
    minute: number,
    signal: AbortSignal,
  ): Promise<'a bar' | 'nothing' | 'no answer'> {
    try {
      const latest = await this.#options.history.latest(symbol, minute - LOOK_BACK, signal);
      this.saw(latest);
      return latest === undefined ? 'nothing' : 'a bar';
    } catch (error) {
      signal.throwIfAborted();
      this.#options.logger.debug('it is not known how far REST has come', { symbol, cause: String(error) });
      return 'no answer';
    }
  }

  /** After a close no later minute comes that could prove the last ones. */
  #isSettled(minute: number): boolean {
    const { clock, calendar, delay } = this.#options;
    const [now, end] = [clock.now() - delay, minute + MINUTE];
    return now >= end + SETTLED && calendar.nextOpen(end) > now && this.#through >= minute - SETTLED;
  }

  #isTooFar(minute: number): boolean {
    return Number.isFinite(this.#through) && this.#through < minute - TOO_FAR;
  }

  get #knowledge(): string {
    return Number.isFinite(this.#through) ? new Date(this.#through).toISOString() : 'none';
  }
}
