/** How the vendor speaks of each market: topics, names of fields, and symbols that prove the feed is alive. */
import type { Market } from '../markets/market.ts';

export interface Dialect {
  /** Topic prefix and event type of minute bars. */
  readonly event: string;
  readonly symbolField: 'sym' | 'pair';
  /** Fields with exact volumes as decimal text, taken instead of the truncated ones where present. */
  readonly exactVolume: boolean;
  /** Symbols that trade every open minute, best first, at the given time (epoch ms). */
  readonly liquid: (at: number) => readonly string[];
}

export const dialects: Readonly<Record<Market, Dialect>> = {
  stocks: {
    event: 'AM',
    symbolField: 'sym',
    exactVolume: true,
    liquid: () => ['SPY', 'QQQ', 'AAPL'],
  },
  crypto: {
    event: 'XA',
    symbolField: 'pair',
    exactVolume: false,
    liquid: () => ['BTC-USD', 'ETH-USD', 'SOL-USD'],
  },
  futures: {
    event: 'AM',
    symbolField: 'sym',
    exactVolume: false,
    liquid: at => ['ES', 'NQ', 'RTY'].map(root => root + frontQuarter(at)),
  },
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
