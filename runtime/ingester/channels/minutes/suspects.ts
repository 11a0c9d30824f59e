/** Notices symbols of which bars seem to be missing, also after a gap was filled: the day's volume gives it away. */

import type { Calendar } from '../../../markets/calendar.ts';
import { MINUTE, minuteOf } from '../../../markets/timeframe.ts';
import type { MinuteBar } from '../../../records/bar.ts';

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
}

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
    this.#last.set(symbol, { start, day, dayVolume, backfilled: { volume: 0, bars: 0 } });
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
  }

  /** To be asked when no gap is being filled. @returns the minutes of the symbol that are suspect all the same, which are no longer remembered */
  take(symbol: string): Suspicion | undefined {
    const holes = this.#holes.get(symbol);
    this.#holes.delete(symbol);
    if (!holes) return undefined;
    const { from, to, minutes, volume, backfilled } = holes;
    const isExplained = volume - backfilled.volume <= ROUNDING * (1 + backfilled.bars);
    return isExplained || backfilled.bars >= minutes ? undefined : { symbol, from, to };
  }

  #open(
    symbol: string,
    { from, to, volume }: { readonly from: number; readonly to: number; readonly volume: number },
    backfilled: Backfilled = { volume: 0, bars: 0 },
  ): boolean {
    const minutes = this.#calendar.openMinutes(from, to).length;
    const holes = this.#holes.get(symbol);
    if (holes) {
      holes.to = to;
      holes.minutes += minutes;
      holes.volume += volume;
      holes.backfilled.volume += backfilled.volume;
      holes.backfilled.bars += backfilled.bars;
    } else this.#holes.set(symbol, { from, to, minutes, volume, backfilled: { ...backfilled } });
    return holes === undefined;
  }
}
