/** The last trading days of a market that have ended. Pure. */
import { type Calendar, CLOSED } from '../markets/calendar.ts';

/** Longer than any row of days without trading. */
const LOOKED_BACK = 30;

/** Dates of the exchange, the latest first. @param now of the market that the feed shows, epoch ms */
export function endedSessions(calendar: Calendar, now: number, count: number): string[] {
  const dates: string[] = [];
  const today = calendar.days.at(now).number;
  for (let number = today; number > today - LOOKED_BACK - 2 * count && dates.length < count; number--) {
    const { start, end, date } = calendar.days.numbered(number);
    const last = calendar.sessionsBetween(start, end).findLast(({ name }) => name !== CLOSED);
    if (last && last.end <= now) dates.push(date.toString());
  }
  return dates;
}
