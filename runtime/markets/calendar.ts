/** The market calendar: which session an instant belongs to, for any instant. */

import { type ConfirmedDays, LONGEST_REST_DAYS, withConfirmed } from './holidays.ts';
import { type LocalDay, LocalDays } from './local-days.ts';
import { type Market, type MarketRules, marketRules } from './market.ts';
import { minutesOf, type SessionTimes, sessionTimes } from './session-times.ts';
import { MINUTE } from './timeframe.ts';

/** Name of the time between sessions. */
export const CLOSED = 'closed';

/** A half-open span `[start, end)` in epoch ms. Time between two sessions is one span named `closed`. */
export interface Session {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Trading days adjoin: every instant is in one of them, `[start, end)` in epoch ms. */
export interface TradingDay {
  /** `2025-11-20` */
  readonly date: string;
  readonly start: number;
  readonly end: number;
}

/** From a day next to the longest rest to the one on its other side. */
const SEARCHED_DAYS = LONGEST_REST_DAYS + 1;

export class Calendar {
  readonly timeZone: string;
  readonly days: LocalDays;
  readonly #rules: MarketRules;
  readonly #times: readonly SessionTimes[];
  readonly #opening = new Map<number, readonly Session[]>();
  #last: Session | undefined;

  /** @throws RangeError when the rules' sessions contradict each other */
  constructor(rules: MarketRules) {
    this.#rules = rules;
    this.#times = sessionTimes(rules.sessions);
    this.timeZone = rules.timeZone;
    this.days = new LocalDays(rules.timeZone);
  }

  /** The session that holds the instant, or the closed span between two sessions. */
  sessionAt(ms: number): Session {
    if (this.#last && ms >= this.#last.start && ms < this.#last.end) return this.#last;
    this.#last = this.#find(ms);
    return this.#last;
  }

  isOpen(ms: number): boolean {
    return this.sessionAt(ms).name !== CLOSED;
  }

  /** The trading day that the instant belongs to: an evening session belongs to the day after it, and begins that. */
  tradingDay(ms: number): TradingDay {
    const today = this.days.at(ms).number;
    const number = this.#beginning(today + 1) <= ms ? today + 1 : today;
    const date = this.days.numbered(number).date.toString();
    return { date, start: this.#beginning(number), end: this.#beginning(number + 1) };
  }

  /** `ms` itself when the market is open then, else the start of the next session. */
  nextOpen(ms: number): number {
    const session = this.sessionAt(ms);
    return session.name === CLOSED ? session.end : ms;
  }

  /** The sessions that touch `[start, end)`, in order, closed spans among them, uncut. */
  sessionsBetween(start: number, end: number): Session[] {
    const sessions: Session[] = [];
    for (let at = start; at < end; ) {
      const session = this.sessionAt(at);
      sessions.push(session);
      at = session.end;
    }
    return sessions;
  }

  /** Starts of the open minutes that start in `[from, to)`, ascending; `from` is the start of a minute. */
  openMinutes(from: number, to: number): number[] {
    const minutes: number[] = [];
    for (let minute = from; minute < to; minute += MINUTE) if (this.isOpen(minute)) minutes.push(minute);
    return minutes;
  }

  /** The date (exchange-local) of the trading day that the session belongs to; of closed time that of the one it leads to. */
  dateOf({ end }: Pick<Session, 'end'>): string {
    return this.days.at(end - 1).date.toString();
  }

  /** The days that start in `[from, to)` and would trade by their weekday, were they not closed. */
  holidaysBetween(from: number, to: number): LocalDay[] {
    const holidays: LocalDay[] = [];
    for (let day = this.days.at(from); day.start < to; day = this.days.numbered(day.number + 1))
      if (day.start >= from && this.#isWorkingDay(day) && this.#isClosed(day)) holidays.push(day);
    return holidays;
  }

  #isWorkingDay({ date }: LocalDay): boolean {
    return this.#rules.trades === 'every day' || date.dayOfWeek <= 5;
  }

  #isClosed({ date }: LocalDay): boolean {
    const special = this.#rules.specialDays(date.year).get(date.toString());
    return special !== undefined && 'closed' in special;
  }

  #find(ms: number): Session {
    const today = this.days.at(ms).number;
    let start = Number.NEGATIVE_INFINITY;
    for (let day = today - 1; day <= today + SEARCHED_DAYS; day++) {
      for (const session of this.#sessionsOf(day)) {
        if (ms >= session.start && ms < session.end) return session;
        if (session.end <= ms) start = session.end;
        else
          return {
            name: CLOSED,
            start: Number.isFinite(start) ? start : this.#lastClose(ms, today),
            end: session.start,
          };
      }
    }
    throw new RangeError(
      `the calendar knows no session within ${SEARCHED_DAYS} days after ${new Date(ms).toISOString()}`,
    );
  }

  #lastClose(ms: number, today: number): number {
    for (let day = today; day >= today - SEARCHED_DAYS; day--) {
      const close = this.#sessionsOf(day).findLast(session => session.end <= ms);
      if (close) return close.end;
    }
    throw new RangeError(
      `the calendar knows no session within ${SEARCHED_DAYS} days before ${new Date(ms).toISOString()}`,
    );
  }

  #beginning(dayNumber: number): number {
    const [first] = this.#sessionsOf(dayNumber);
    return Math.min(this.days.numbered(dayNumber).start, first?.start ?? Number.POSITIVE_INFINITY);
  }

  /** The sessions of the trading day with that date; evening sessions belong to the day after them. */
  #sessionsOf(dayNumber: number): readonly Session[] {
    const known = this.#opening.get(dayNumber);
    if (known) return known;
    const sessions = this.#make(this.days.numbered(dayNumber));
    this.#opening.set(dayNumber, sessions);
    return sessions;
  }

  #make(day: LocalDay): readonly Session[] {
    if (!this.#isWorkingDay(day) || this.#isClosed(day)) return [];
    const special = this.#rules.specialDays(day.date.year).get(day.date.toString());
    const earlyClose = special && 'closesAt' in special ? minutesOf(special.closesAt) : undefined;
    return this.#times.flatMap(times => this.#session(times, day, earlyClose));
  }

  #session(times: SessionTimes, day: LocalDay, earlyClose: number | undefined): Session[] {
    const openingDay = times.opensDayBefore ? this.days.numbered(day.number - 1) : day;
    let { opens, closes } = times;
    if (earlyClose !== undefined && closes > earlyClose) {
      if (times.opensDayBefore || opens < earlyClose) closes = earlyClose;
      else if (times.minutesAfterEarlyClose === undefined) return [];
      else [opens, closes] = [earlyClose, earlyClose + times.minutesAfterEarlyClose];
    }
    const start = this.days.wallClock(openingDay, opens);
    return [{ name: times.name, start, end: this.days.wallClock(day, closes) }];
  }
}

const calendars = new Map<Market, Calendar>();

/**
 * Puts what the configuration knows in place of the rules of a market, for the whole process.
 * @throws Error when somebody has asked for the calendar already, and would go on by the rules alone
 */
export function confirmDays(market: Market, confirmed: ConfirmedDays): void {
  if (Object.keys(confirmed).length === 0) return;
  if (calendars.has(market)) throw new Error(`the calendar of ${market} is in use: confirm its days first`);
  calendars.set(market, calendarWith(market, confirmed));
}

/** A calendar of its own of a market, by the rules and by what the configuration knows better. */
export function calendarWith(market: Market, confirmed: ConfirmedDays): Calendar {
  const rules = marketRules[market];
  const specialDays = (year: number) => withConfirmed(rules.specialDays(year), confirmed, year);
  return new Calendar({ ...rules, specialDays });
}

/** The calendar of a market; always the same object, for it remembers the days it has worked out. */
export function calendarOf(market: Market): Calendar {
  const known = calendars.get(market) ?? new Calendar(marketRules[market]);
  calendars.set(market, known);
  return known;
}
