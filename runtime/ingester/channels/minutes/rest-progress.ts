/** How far the vendor's REST has come, by the symbols that trade most: it is behind the socket, and what it does not know yet looks like a minute without trades. */
import type { Calendar } from '../../../markets/calendar.ts';
import { MINUTE } from '../../../markets/timeframe.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { MinuteBar } from '../../../records/bar.ts';
import type { History } from '../../../vendor/history.ts';

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

export interface RestProgressOptions {
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

export class RestProgress {
  readonly #options: RestProgressOptions;
  #through = Number.NEGATIVE_INFINITY;

  constructor(options: RestProgressOptions) {
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

/** How much of what a symbol traded counts one bar later, where only bars tell: some twenty bars make its worth. */
const FADING = 0.95;

/** Several times the symbols of the largest market: whoever makes up names must not fill the memory. */
const REMEMBERED = 100_000;

/** Which symbols are traded most: they are asked for first, and prove how far others have come. */
export class Liquidity {
  readonly #liquid: () => readonly string[];
  /** What was traded of a symbol in a day, or of late, in the quote currency. */
  readonly #traded = new Map<string, number>();

  /** @param liquid the market's own most liquid symbols at present, best first */
  constructor(liquid: () => readonly string[]) {
    this.#liquid = liquid;
  }

  /** Symbols that trade nearly every minute, whether or not they are subscribed to. */
  get ofMarket(): readonly string[] {
    return this.#liquid();
  }

  /** Takes a live bar. */
  note({ symbol, close, volume, dayVolume }: MinuteBar): void {
    const known = this.#traded.get(symbol);
    if (known === undefined && this.#traded.size >= REMEMBERED) return;
    const before = (known ?? 0) * FADING;
    this.#traded.set(
      symbol,
      dayVolume === undefined ? before + Number(volume) * close : Number(dayVolume) * close,
    );
  }

  /** The symbols by what was traded of them, most first; where nothing was, the market's own come before the others. */
  ranked(symbols: readonly string[]): string[] {
    const liquid = this.#liquid();
    const worth = (symbol: string) => this.#traded.get(symbol) ?? 0;
    const place = (symbol: string) => (liquid.includes(symbol) ? liquid.indexOf(symbol) : liquid.length);
    return symbols.toSorted((a, b) => worth(b) - worth(a) || place(a) - place(b));
  }
}
