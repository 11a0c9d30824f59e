/** How busy a market is over its day: much at the open and at the close, less at noon, hardly anything at night. */
import { type Calendar, CLOSED, calendarOf, type Session } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/market.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { mixText, walk } from './random.ts';

/** What a minute is like for every symbol of a market. */
export interface Beat {
  /** How much trades, 1 in an average minute of the main hours; 0 while the market rests. */
  readonly activity: number;
  /** How far prices reach, 1 in an average minute of the main hours. */
  readonly reach: number;
  /** Market time at its start and at its end, in average minutes: it runs fast when much trades, so that prices move more then. */
  readonly from: number;
  readonly to: number;
  /** The market's index at those two times, in moves of an average minute. */
  readonly index: readonly [from: number, to: number];
}

/** Main hours, in minutes of the exchange's local day, and how much trades in any minute of it. */
interface Day {
  readonly opens: number;
  readonly closes: number;
  readonly activity: (minute: number) => number;
}

const DAY_MINUTES = 1_440;
/** However little or much trades, prices reach no less and no more than this. */
const LEAST_REACH = 0.4;
const MOST_REACH = 1.7;
/** Beats that are remembered: those of two days. */
const REMEMBERED = 2 * DAY_MINUTES;
/** Clocks change at this minute of the local day. */
const CLOCK_CHANGE = 120;

const stocks: Day = {
  opens: 570,
  closes: 960,
  activity: minute => {
    if (minute < 570) return 0.09 * Math.exp((minute - 570) / 90);
    // The closing auctions are printed in the minute after the close.
    if (minute >= 960) return minute === 960 ? 2.5 : 0.2 * Math.exp((960 - minute) / 45);
    return rush(minute - 570, 959 - minute, 8);
  },
};

const DAYS: Readonly<Record<Market, Day>> = {
  stocks,
  options: stocks,
  indices: stocks,
  crypto: {
    opens: 0,
    closes: DAY_MINUTES,
    activity: minute => 1 + 0.5 * Math.cos((2 * Math.PI * (minute - 930)) / DAY_MINUTES),
  },
  futures: {
    opens: 510,
    closes: 900,
    activity: minute => {
      if (minute >= 510 && minute < 900) return rush(minute - 510, 899 - minute, 2);
      if (minute >= 900 && minute < 915) return 1;
      // London wakes, then Chicago.
      return 0.02 + bell(minute, 140, 60, 0.06) + bell(minute, 520, 120, 0.15);
    },
  },
  forex: {
    opens: 180,
    closes: 1_020,
    // Tokyo, London, New York.
    activity: minute =>
      0.25 + bell(minute, 1_260, 120, 0.3) + bell(minute, 300, 120, 0.9) + bell(minute, 570, 120, 1.2),
  },
};

/** The U of the main hours: the rush after the open and before the close, and what is crossed in the first and the last minute. */
function rush(since: number, left: number, auction: number): number {
  const slope = 0.5 + 1.0 * Math.exp(-since / 45) + 1.6 * Math.exp(-left / 20);
  return slope + (since === 0 ? 1.5 : 0) + (left === 0 ? auction : 0);
}

function bell(minute: number, middle: number, width: number, height: number): number {
  return height * Math.exp(-(((minute - middle) / width) ** 2));
}

function reachOf(activity: number): number {
  return Math.min(MOST_REACH, Math.max(LEAST_REACH, Math.sqrt(activity)));
}

export class Rhythm {
  readonly #calendar: Calendar;
  readonly #hours: Day;
  readonly #seed: number;
  /** By minute of an ordinary day: activity, and the market time at its start; one more is the day's whole time. */
  readonly #activity: readonly number[];
  readonly #time: readonly number[];
  readonly #beats = new Map<number, Beat>();

  constructor(market: Market, seed: number) {
    this.#calendar = calendarOf(market);
    this.#hours = DAYS[market];
    this.#seed = mixText(seed, 'index');
    const { opens, closes, activity } = this.#hours;
    const raw = Array.from({ length: DAY_MINUTES }, (_, minute) => activity(minute));
    const mean = raw.slice(opens, closes).reduce((sum, value) => sum + value, 0) / (closes - opens);
    this.#activity = raw.map(value => value / mean);
    const time = [0];
    for (const value of this.#activity) time.push((time.at(-1) ?? 0) + reachOf(value) ** 2);
    this.#time = time;
  }

  /** The beat of the minute that starts then, epoch ms. */
  at(minute: number): Beat {
    const known = this.#beats.get(minute);
    if (known) return known;
    const beat = this.#make(minute);
    this.#beats.set(minute, beat);
    const [oldest] = this.#beats.keys();
    if (oldest !== undefined && this.#beats.size > REMEMBERED) this.#beats.delete(oldest);
    return beat;
  }

  #make(minute: number): Beat {
    const session = this.#calendar.sessionAt(minute);
    const day = this.#calendar.days.at(minute);
    const elapsed = (minute - day.start) / MINUTE;
    const local = elapsed < CLOCK_CHANGE ? elapsed : DAY_MINUTES - (day.end - minute) / MINUTE;
    const activity = session.name === CLOSED ? 0 : at(this.#activity, this.#ordinary(minute, local, session));
    const before = day.number * at(this.#time, DAY_MINUTES);
    const [from, to] = [before + at(this.#time, local), before + at(this.#time, local + 1)];
    const index = [walk(this.#seed, from), walk(this.#seed, to)] as const;
    return { activity, reach: reachOf(activity), from, to, index };
  }

  /** The minute of an ordinary day that is like this one of a day that closes early. */
  #ordinary(minute: number, local: number, { name, start, end }: Session): number {
    const { opens, closes } = this.#hours;
    const since = (minute - start) / MINUTE;
    if (local - since === opens) {
      const part = (minute - start) / (end - MINUTE - start);
      return opens + Math.round(part * (closes - opens - 1));
    }
    return name !== 'regular' && local - since > opens ? closes + since : local;
  }
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`a day has no minute ${index}`);
  return value;
}

/** A beat that is always the same: for symbols that are in no market. */
export function steadyBeat(minute: number): Beat {
  const from = minute / MINUTE;
  return { activity: 1, reach: 1, from, to: from + 1, index: [0, 0] };
}
