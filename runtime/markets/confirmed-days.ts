/** What makes confirmed days unusable for their market: a rest longer than any, an early close at which nothing closes. */
import { type ConfirmedDays, LONGEST_REST_DAYS, withConfirmed } from './holidays.ts';
import { type Market, marketRules } from './market.ts';
import { minutesOf } from './session-times.ts';

const DAY = 86_400_000;

/** @param days each by itself as it may be. @param path where they stand */
export function* confirmedFaults(path: string, days: ConfirmedDays, market: Market): Generator<string> {
  yield* restFaults(path, days, market);
  for (const [date, day] of Object.entries(days))
    if (day !== 'closed' && day !== 'as usual')
      yield* earlyCloseFaults(`${path}['${date}']`, date, day, market);
}

/** Every rest that is too long, once. */
function* restFaults(path: string, days: ConfirmedDays, market: Market): Generator<string> {
  let seen = Number.NEGATIVE_INFINITY;
  const closed = Object.keys(days).filter(date => days[date] === 'closed');
  for (const date of closed.toSorted()) {
    let first = Date.parse(date);
    if (first < seen) continue;
    while (isRest(first - DAY, days, market)) first -= DAY;
    let end = first;
    while (isRest(end, days, market)) end += DAY;
    seen = end;
    const length = (end - first) / DAY;
    if (length > LONGEST_REST_DAYS)
      yield `${path} let the market rest for ${length} days from ${dateOf(first)} on: use at most ${LONGEST_REST_DAYS} on end, weekends and holidays among them`;
  }
}

/** @param day midnight of its date in UTC */
function isRest(day: number, confirmed: ConfirmedDays, market: Market): boolean {
  const { trades, specialDays } = marketRules[market];
  const date = dateOf(day);
  if (trades === 'Monday to Friday' && isWeekend(date)) return true;
  const year = new Date(day).getUTCFullYear();
  const special = withConfirmed(specialDays(year), confirmed, year).get(date);
  return special !== undefined && 'closed' in special;
}

function* earlyCloseFaults(path: string, date: string, time: string, market: Market): Generator<string> {
  const { trades, sessions } = marketRules[market];
  if (trades === 'Monday to Friday' && isWeekend(date))
    return yield `${path} is '${time}': leave it out, for the market does not open on that weekend`;
  const regular = sessions.find(({ name }) => name === 'regular');
  if (!regular) return;
  const { opens, opensDayBefore, closes } = regular;
  const at = minutesOf(time);
  if ((opensDayBefore || at > minutesOf(opens)) && at < minutesOf(closes)) return;
  const after = opensDayBefore ? '' : `after ${opens} and `;
  yield `${path} is '${time}': use 'closed', 'as usual' or a time ${after}before ${closes}, when the regular session is on`;
}

function isWeekend(date: string): boolean {
  return new Date(date).getUTCDay() % 6 === 0;
}

function dateOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}
