/** Which close a price is compared with: that of the trading day before, from the first session of a day until that of the next. */
import type { Calendar } from './calendar.ts';
import { LONGEST_REST_DAYS } from './holidays.ts';
import { LocalDays } from './local-days.ts';
import { type Market, marketRules } from './market.ts';
import { minutesOf } from './session-times.ts';

const HOUR = 3_600_000;
/** The days around an instant in which two trading days before it and one after it are found. */
const AROUND = (LONGEST_REST_DAYS + 3) * 24 * HOUR;
/** How long a price may stand for a close where the next day begins with the close: as long as stocks have an evening. */
const SHORTEST_EVENING = 4 * HOUR;

/** A close by the wall clock, in place of the calendar's; days that end early still end early. */
export interface CloseTime {
  readonly timeZone: string;
  readonly hour: number;
  readonly minute: number;
}

/** From one close to the next. Epoch ms; dates as `2025-11-20`. */
export interface Closing {
  /** The trading day that has closed. */
  readonly date: string;
  readonly close: number;
  readonly nextClose: number;
  /** The trading day before that. */
  readonly before: { readonly date: string; readonly close: number };
  /** Until then prices are those of the evening: the first of them is the day's close. */
  readonly eveningEnds: number;
  /** Until then prices are compared with the close of the day before. */
  readonly turns: number;
}

interface TradingDay {
  readonly date: string;
  /** Of its first session. */
  readonly start: number;
  readonly close: number;
}

export class Closings {
  readonly #calendar: Calendar;
  readonly #usualClose: number;
  readonly #own: CloseTime | undefined;
  readonly #ownDays: LocalDays;
  #last: Closing | undefined;

  /** @param closeTime when its days close. @default with the regular session */
  constructor(calendar: Calendar, market: Market, closeTime?: CloseTime) {
    this.#calendar = calendar;
    const regular = marketRules[market].sessions.find(each => each.name === 'regular');
    this.#usualClose = minutesOf(regular?.closes ?? '24:00');
    this.#own = closeTime;
    this.#ownDays = new LocalDays(closeTime?.timeZone ?? calendar.timeZone);
  }

  /** The close that was last at that instant (epoch ms). */
  at(ms: number): Closing {
    const last = this.#last;
    if (last && ms >= last.close && ms < last.nextClose) return last;
    this.#last = this.#find(ms);
    return this.#last;
  }

  /** When the trading day closes whose regular session holds the instant; undefined outside of such. */
  closeOf(ms: number): { readonly date: string; readonly close: number } | undefined {
    const { name, start, end } = this.#calendar.sessionAt(ms);
    if (name !== 'regular') return undefined;
    return this.#day(start, end);
  }

  #find(ms: number): Closing {
    const days = this.#daysAround(ms);
    const index = days.findLastIndex(day => day.close <= ms);
    const [before, day, next] = [days[index - 1], days[index], days[index + 1]];
    if (!before || !day || !next)
      throw new RangeError(`the calendar knows no close around ${new Date(ms).toISOString()}`);
    const turns = days.find(each => each.start >= day.close)?.start ?? next.close;
    const eveningEnds = turns > day.close ? turns : Math.min(day.close + SHORTEST_EVENING, next.close);
    const { date, close } = day;
    const dayBefore = { date: before.date, close: before.close };
    return { date, close, before: dayBefore, nextClose: next.close, eveningEnds, turns };
  }

  #daysAround(ms: number): TradingDay[] {
    const days: TradingDay[] = [];
    let start: { readonly date: string; readonly at: number } | undefined;
    for (const session of this.#calendar.sessionsBetween(ms - AROUND, ms + AROUND)) {
      if (session.name === 'closed') continue;
      const date = this.#calendar.dateOf(session);
      if (start?.date !== date) start = { date, at: session.start };
      if (session.name === 'regular') days.push({ ...this.#day(start.at, session.end), start: start.at });
    }
    return days;
  }

  #day(start: number, end: number): TradingDay {
    const { days } = this.#calendar;
    const day = days.at(end - 1);
    const endsEarly = end < days.wallClock(day, this.#usualClose);
    const own = this.#own;
    const close =
      own && !endsEarly
        ? this.#ownDays.wallClock(this.#ownDays.numbered(day.number), own.hour * 60 + own.minute)
        : end;
    return { date: day.date.toString(), start, close };
  }
}
