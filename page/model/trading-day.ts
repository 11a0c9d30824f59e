/** Which day of trading an instant belongs to, for days that begin on the evening before. */
import type { Zone } from './zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Hours by which a market's trading day is ahead of its calendar day; a day of stocks may begin at 20:00, of futures and forex at 17:00. */
const HOURS_AHEAD: Readonly<Record<string, number>> = {
  ...{ stocks: 4, options: 4, indices: 4 },
  ...{ futures: 7, forex: 7 },
};

export type DayOf = (ms: number) => number;

/** Numbers the trading days of a market; only to be compared with each other. */
export function tradingDayOf(market: string, exchange: Zone): DayOf {
  const ahead = (HOURS_AHEAD[market] ?? 0) * HOUR;
  return ms => Math.floor((ms + exchange.offsetAt(ms) + ahead) / DAY);
}
