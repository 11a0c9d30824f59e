/** Which days of a feed are over and may still be revised. */
import { type Calendar, CLOSED } from '../markets/calendar.ts';

/** The log keeps a block for eight days: one less, so that no part of a day has expired. */
const DAYS = 7;

/** `[from, to)`, epoch ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A day from midnight to midnight of the exchange. */
export interface EndedDay extends Span {
  /** The exchange's date. */
  readonly date: string;
}

/** The date before a day's. */
export function dayBefore(calendar: Calendar, { from }: EndedDay): string {
  return calendar.days.at(from - 1).date.toString();
}

/**
 * The last days that have ended, the oldest first: a day ends with its last session, and without one at midnight.
 * @param now of the market that the feed shows, epoch ms
 */
export function endedDays(calendar: Calendar, now: number): EndedDay[] {
  const today = calendar.days.at(now).number;
  return Array.from({ length: DAYS }, (_, index) => calendar.days.numbered(today - DAYS + 1 + index))
    .filter(day => now >= lastClose(calendar, day.start, day.end))
    .map(({ date, start, end }) => ({ date: date.toString(), from: start, to: end }));
}

function lastClose(calendar: Calendar, start: number, end: number): number {
  const open = calendar.sessionsBetween(start, end).filter(({ name }) => name !== CLOSED);
  const last = open.at(-1);
  return last === undefined ? end : Math.min(last.end, end);
}
