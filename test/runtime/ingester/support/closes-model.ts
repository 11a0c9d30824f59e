/** A second opinion on the close that prices are compared with: looked up in everything that happened, by days that a person has written down. */
import { wallClock } from '../../../support/wall-clock.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const ZONE = 'America/New_York';

export interface Happening {
  readonly kind: 'fmv' | 'minute';
  readonly symbol: string;
  readonly ts: number;
  readonly price: number;
}

export interface ModelDay {
  readonly date: string;
  readonly pre: number;
  readonly open: number;
  readonly close: number;
}

/** Days of weeks without the closed ones. @param early dates that close at 13:00 */
export function modelDays(from: string, count: number, closed: readonly string[], early: readonly string[]) {
  const dates = Array.from({ length: count }, (_, n) => new Date(Date.parse(from) + n * DAY));
  return dates
    .filter(date => date.getUTCDay() % 6 > 0 && !closed.includes(iso(date)))
    .map((date): ModelDay => {
      const at = (minutes: number) => instant(date, minutes);
      const close = early.includes(iso(date)) ? 13 * 60 : 16 * 60;
      return { date: iso(date), pre: at(4 * 60), open: at(9 * 60 + 30), close: at(close) };
    });
}

/** What the price of that moment is compared with: the close of the day before the one whose morning was last. */
export function modelPrevClose(
  days: readonly ModelDay[],
  so: readonly Happening[],
  symbol: string,
  ts: number,
) {
  const today = days.findLastIndex(day => day.pre <= ts);
  for (let n = today - 1; n >= 0; n--) {
    const close = modelClose(days, so, symbol, n);
    if (close !== undefined) return close;
  }
  return null;
}

/** The first price after the close and before the next morning, else the last minute of the session. */
function modelClose(days: readonly ModelDay[], so: readonly Happening[], symbol: string, n: number) {
  const [day, next] = [days[n], days[n + 1]];
  if (!day) return undefined;
  const its = so.filter(each => each.symbol === symbol);
  const first = modelEvening(its, day, next);
  const last = its.findLast(each => each.kind === 'minute' && each.ts >= day.open && each.ts < day.close);
  return (first ?? last)?.price;
}

/** The price that is the day's close, if one came. */
export function modelEvening(its: readonly Happening[], day: ModelDay, next: ModelDay | undefined) {
  const end = next?.pre ?? Number.POSITIVE_INFINITY;
  return its.find(each => each.kind === 'fmv' && each.ts >= day.close && each.ts < end);
}

function iso(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function instant(date: Date, minutes: number): number {
  const found = [4, 5]
    .map(offset => date.getTime() + (minutes + offset * 60) * MINUTE)
    .find(ms => wallClock(ms, ZONE).minutes === minutes);
  if (found === undefined) throw new RangeError(`${iso(date)} has no such minute`);
  return found;
}
