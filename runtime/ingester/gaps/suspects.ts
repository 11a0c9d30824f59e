/** Notices symbols of which bars seem to be missing although the connection stood: the day's volume gives it away. */
import type { MinuteBar } from '../../bars/bar.ts';
import type { Calendar } from '../../bars/calendar.ts';
import { MINUTE, minuteOf } from '../../bars/timeframe.ts';

/** Minutes `[from, to)`, epoch ms, of a symbol that may have traded without a bar having come. */
export interface Suspicion {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
}

/** Truncated volumes may differ by this much without anything missing. */
const ROUNDING = 1;

interface LastBar {
  readonly start: number;
  /** Number of the exchange's local day: the day's volume starts anew with it. */
  readonly day: number;
  readonly dayVolume: number;
}

export class Suspects {
  readonly #calendar: Calendar;
  readonly #last = new Map<string, LastBar>();
  #watchedSince = Number.POSITIVE_INFINITY;
  /** Since when (epoch ms) the connection has stood without a break. */
  #heardSince = Number.NEGATIVE_INFINITY;

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** Others may have seen what this process did not: it begins anew. */
  forget(): void {
    this.#last.clear();
    this.#watchedSince = Number.POSITIVE_INFINITY;
  }

  /** From the minute of this instant (epoch ms) on every bar should have come; what was before is for gaps to fill. */
  watch(since: number): void {
    this.#watchedSince = Math.min(this.#watchedSince, minuteOf(since));
    this.#heardSince = since;
  }

  /** Takes a live bar. @returns the minutes before it that are suspect, if any: the volume has jumped over a hole, or the symbol appears late */
  note(bar: MinuteBar): Suspicion | undefined {
    if (bar.source !== 'live') return undefined;
    if (bar.dayVolume === undefined) return undefined;
    const day = this.#calendar.days.at(bar.start);
    const dayVolume = Number(bar.dayVolume);
    const before = dayVolume - Number(bar.volume);
    const last = this.#last.get(bar.symbol);
    const isSameDay = last?.day === day.number;
    if (last && bar.start < last.start) return undefined;
    this.#last.set(bar.symbol, { start: bar.start, day: day.number, dayVolume });
    // What was traded in a gap is in the day's volume, too: gaps are filled anyway.
    if (isSameDay && last.start < this.#heardSince - MINUTE) return undefined;
    const from = isSameDay ? last.start + MINUTE : Math.max(this.#watchedSince, day.start);
    const known = isSameDay ? last.dayVolume : 0;
    if (bar.start <= from || before - known <= ROUNDING) return undefined;
    return { symbol: bar.symbol, from, to: bar.start };
  }
}
