/** Notices symbols of which bars seem to be missing, also after a gap was filled, for the day's volume gives it away; and fetches these. */

import type { Calendar } from '../../../markets/calendar.ts';
import { MINUTE, minuteOf } from '../../../markets/timeframe.ts';
import type { Logger } from '../../../platform/logger.ts';
import { Mailbox } from '../../../platform/mailbox.ts';
import type { MinuteBar } from '../../../records/bar.ts';
import type { Backfill } from './backfill.ts';
import type { GapsUnderWay } from './gaps.ts';
import type { Uncovered } from './uncovered.ts';

/** Minutes `[from, to)`, epoch ms, of a symbol that may have traded without a bar having come. */
export interface Suspicion {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
}

/** Truncated volumes may differ by this much without anything missing. */
const ROUNDING = 1;

/** What came of a symbol over REST, of minutes that no live bar came of. */
interface Backfilled {
  volume: number;
  bars: number;
  /** The latest of these minutes (its start, epoch ms). */
  latest: number;
  /** One of them may have come twice, with other values: what they explain is not known. */
  isUnsure: boolean;
}

const NOTHING: Readonly<Backfilled> = { volume: 0, bars: 0, latest: 0, isUnsure: false };

interface LastBar {
  readonly start: number;
  /** Number of the exchange's local day: the day's volume starts anew with it. */
  readonly day: number;
  readonly dayVolume: number;
  /** Of later minutes. */
  readonly backfilled: Backfilled;
}

/** Holes of one symbol that the day's volume jumped over. */
interface Holes {
  from: number;
  to: number;
  /** Open minutes in them. */
  minutes: number;
  /** What was traded in them. */
  volume: number;
  readonly backfilled: Backfilled;
}

/** Several times the symbols of the largest market: whoever makes up names must not fill the memory. */
const SYMBOLS = 100_000;

export class Suspects {
  readonly #calendar: Calendar;
  readonly #last = new Map<string, LastBar>();
  readonly #holes = new Map<string, Holes>();
  #watchedSince = Number.POSITIVE_INFINITY;

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** Others may have seen what this process did not: it begins anew. */
  forget(): void {
    this.#last.clear();
    this.#holes.clear();
    this.#watchedSince = Number.POSITIVE_INFINITY;
  }

  /** From the minute of this instant (epoch ms) on every bar should have come, or is fetched. */
  watch(since: number): void {
    this.#watchedSince = Math.min(this.#watchedSince, minuteOf(since));
  }

  /** Takes a live bar. @returns whether its symbol has become suspect: the volume has jumped over a hole, or the symbol appears late */
  note(bar: MinuteBar): boolean {
    const { symbol, start, volume, dayVolume: text } = bar;
    if (text === undefined) return false;
    const { number: day, start: dayStart } = this.#calendar.days.at(start);
    const dayVolume = Number(text);
    const last = this.#last.get(symbol);
    if (last ? start < last.start : this.#last.size >= SYMBOLS) return false;
    this.#last.set(symbol, { start, day, dayVolume, backfilled: { ...NOTHING } });
    const known = last?.day === day ? last : undefined;
    const from = known ? known.start + MINUTE : Math.max(this.#watchedSince, dayStart);
    const jump = dayVolume - Number(volume) - (known?.dayVolume ?? 0);
    if (start <= from || jump <= ROUNDING) return false;
    return this.#open(symbol, { from, to: start, volume: jump }, known?.backfilled);
  }

  /** Takes a bar that came over REST: what was traded in it did not go unseen. */
  backfilled({ symbol, start, volume }: MinuteBar): void {
    const last = this.#last.get(symbol);
    const holes = this.#holes.get(symbol);
    const isInHole = holes !== undefined && start >= holes.from && start < holes.to;
    const isLater =
      last !== undefined && start > last.start && this.#calendar.days.at(start).number === last.day;
    const found = isInHole ? holes.backfilled : isLater ? last.backfilled : undefined;
    if (!found) return;
    found.volume += Number(volume);
    found.bars++;
    found.isUnsure ||= start <= found.latest;
    found.latest = Math.max(found.latest, start);
  }

  /** To be asked when no gap is being filled. @returns the minutes of the symbol that are suspect all the same, which are no longer remembered */
  take(symbol: string): Suspicion | undefined {
    const holes = this.#holes.get(symbol);
    this.#holes.delete(symbol);
    if (!holes) return undefined;
    const { from, to, minutes, volume, backfilled } = holes;
    const isExplained =
      volume - backfilled.volume <= ROUNDING * (1 + backfilled.bars) || backfilled.bars >= minutes;
    return isExplained && !backfilled.isUnsure ? undefined : { symbol, from, to };
  }

  #open(
    symbol: string,
    { from, to, volume }: { readonly from: number; readonly to: number; readonly volume: number },
    backfilled: Readonly<Backfilled> = NOTHING,
  ): boolean {
    const minutes = this.#calendar.openMinutes(from, to).length;
    const holes = this.#holes.get(symbol);
    if (holes) {
      holes.to = to;
      holes.minutes += minutes;
      holes.volume += volume;
      holes.backfilled.volume += backfilled.volume;
      holes.backfilled.bars += backfilled.bars;
      holes.backfilled.isUnsure ||= backfilled.isUnsure;
      holes.backfilled.latest = Math.max(holes.backfilled.latest, backfilled.latest);
    } else this.#holes.set(symbol, { from, to, minutes, volume, backfilled: { ...backfilled } });
    return holes === undefined;
  }
}

/** Symbols that have become suspect and wait to be looked at. */
export class SuspectQueue {
  #mailbox = new Mailbox<string>();
  #waiting = 0;

  get waiting(): number {
    return this.#waiting;
  }

  add(symbol: string): void {
    this.#waiting++;
    this.#mailbox.send(symbol);
  }

  /** Gives them one by one until the signal aborts; what waits then is for the gaps of whoever comes next. */
  async *read(signal: AbortSignal): AsyncGenerator<string, void, void> {
    this.#mailbox = new Mailbox();
    this.#waiting = 0;
    this.#mailbox.closeOn(signal);
    for await (const symbol of this.#mailbox) {
      yield symbol;
      this.#waiting--;
    }
  }
}

export interface InvestigationOptions {
  readonly calendar: Calendar;
  readonly suspects: Pick<Suspects, 'take'>;
  readonly queue: SuspectQueue;
  readonly backfill: Pick<Backfill, 'fetch'>;
  readonly uncovered: Pick<Uncovered, 'declare' | 'has'>;
  readonly underWay: Pick<GapsUnderWay, 'idle'>;
  readonly logger: Logger;
}

/** Fetches what is suspect, one symbol at a time; what cannot be had is declared, for it may have been traded. */
export class Investigation {
  readonly #options: InvestigationOptions;
  readonly #counts = { fetched: 0, failed: 0 };
  #failedInARow = 0;

  constructor(options: InvestigationOptions) {
    this.#options = options;
  }

  /** Symbols that are suspect and wait, and suspicions that were fetched, and that could not be fetched. */
  get counts(): { readonly waiting: number; readonly fetched: number; readonly failed: number } {
    return { waiting: this.#options.queue.waiting, ...this.#counts };
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { suspects, queue, underWay } = this.#options;
    for await (const symbol of queue.read(signal)) {
      try {
        // What a gap's filling brings may explain all of it.
        await underWay.idle(signal);
        const suspicion = suspects.take(symbol);
        if (suspicion) await this.#look(suspicion, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  async #look({ symbol, from, to }: Suspicion, signal: AbortSignal): Promise<void> {
    const { calendar, backfill, uncovered, logger } = this.#options;
    // What is declared is tried for until it comes.
    const minutes = calendar.openMinutes(from, to).filter(minute => !uncovered.has(symbol, minute));
    if (minutes.length === 0) return;
    const lost = await backfill.fetch([symbol], { from, to, minutes }, signal);
    const isLost = lost.length > 0;
    this.#counts[isLost ? 'failed' : 'fetched']++;
    this.#failedInARow = isLost ? this.#failedInARow + 1 : 0;
    if (this.#failedInARow === 1) {
      const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      logger.warn('minutes that seem to be missing could not be had: they are declared', { symbol, ...span });
    }
    for (const { minutes: lacking } of lost)
      await uncovered.declare({ minutes: lacking, slots: new Map(), symbols: new Set([symbol]) }, signal);
  }
}
