/** Symbols that trade every open minute, which proves that a feed or a history is alive. */
import type { Market } from '../markets/market.ts';

/** Best first, at the given time (epoch ms). */
export const liquidSymbols: Readonly<Record<Market, (at: number) => readonly string[]>> = {
  stocks: () => ['SPY', 'QQQ', 'AAPL'],
  crypto: () => ['BTC-USD', 'ETH-USD', 'SOL-USD'],
  futures: at => ['ES', 'NQ', 'RTY'].map(root => root + frontQuarter(at)),
  /** Which contract is, the price of what it is on tells, day by day. */
  options: () => [],
  forex: () => ['EUR/USD', 'USD/JPY', 'GBP/USD'],
  indices: () => ['I:SPX', 'I:NDX', 'I:VIX'],
};

const QUARTER_CODES = ['H', 'M', 'U', 'Z'] as const;
const DAY = 86_400_000;
/** Days before its expiry at which trade has moved to the next quarter's contract. */
const ROLL_DAYS = 3;

/** Month code and last digit of the year of the quarterly contract in front: `Z5` in November 2025. */
export function frontQuarter(at: number): string {
  const year = new Date(at).getUTCFullYear();
  for (const [index, code] of QUARTER_CODES.entries()) {
    if (at < thirdFriday(year, index * 3 + 2) - ROLL_DAYS * DAY) return `${code}${year % 10}`;
  }
  return `${QUARTER_CODES[0]}${(year + 1) % 10}`;
}

/** Midnight UTC (epoch ms) of the day on which quarterly contracts expire. `month` counts from 0. */
function thirdFriday(year: number, month: number): number {
  const weekday = new Date(Date.UTC(year, month, 1)).getUTCDay();
  return Date.UTC(year, month, 1 + ((5 - weekday + 7) % 7) + 14);
}
