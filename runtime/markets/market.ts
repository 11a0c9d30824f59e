/** The markets Barflow knows: time zone, sessions and special days, all of it data. */
import { cmeSpecialDays, type IsoDate, nyseSpecialDays, type SpecialDay } from './holidays.ts';
import { type Market, markets } from './names.ts';

export { type Market, markets };

/** One session of a trading day, in exchange-local `HH:MM`; `24:00` is the end of the day. */
export interface SessionRule {
  readonly name: string;
  readonly opens: string;
  /** The session starts on the evening before its trading day. @default false */
  readonly opensDayBefore?: boolean;
  readonly closes: string;
  /** Length in minutes that a session which opens at an early close keeps there. @default the session is left out on such days when it opens after the early close */
  readonly minutesAfterEarlyClose?: number;
}

export interface MarketRules {
  /** IANA name. */
  readonly timeZone: string;
  readonly trades: 'every day' | 'Monday to Friday';
  /** In the order of the day, not overlapping. */
  readonly sessions: readonly SessionRule[];
  readonly specialDays: (year: number) => ReadonlyMap<IsoDate, SpecialDay>;
  /** Calendar spreads and, since April 2020, outright energy futures can trade below zero. */
  readonly allowsNegativePrices: boolean;
  /** What is never traded has none: its bars have a volume of 0. */
  readonly hasVolume: boolean;
}

const stocks: MarketRules = {
  timeZone: 'America/New_York',
  trades: 'Monday to Friday',
  sessions: [
    { name: 'pre', opens: '04:00', closes: '09:30' },
    { name: 'regular', opens: '09:30', closes: '16:00' },
    { name: 'post', opens: '16:00', closes: '20:00', minutesAfterEarlyClose: 240 },
  ],
  specialDays: nyseSpecialDays,
  allowsNegativePrices: false,
  hasVolume: true,
};

/** What is derived from stocks: their days and regular session, and after it those options and indices that go on until 16:15. */
const derived: MarketRules = {
  ...stocks,
  sessions: [
    { name: 'regular', opens: '09:30', closes: '16:00' },
    { name: 'post', opens: '16:00', closes: '16:15', minutesAfterEarlyClose: 15 },
  ],
};

export const marketRules: Readonly<Record<Market, MarketRules>> = {
  stocks,
  crypto: {
    timeZone: 'UTC',
    trades: 'every day',
    sessions: [{ name: 'regular', opens: '00:00', closes: '24:00' }],
    specialDays: () => new Map(),
    allowsNegativePrices: false,
    hasVolume: true,
  },
  futures: {
    timeZone: 'America/Chicago',
    trades: 'Monday to Friday',
    sessions: [{ name: 'regular', opens: '17:00', opensDayBefore: true, closes: '16:00' }],
    specialDays: cmeSpecialDays,
    allowsNegativePrices: true,
    hasVolume: true,
  },
  options: derived,
  forex: {
    timeZone: 'America/New_York',
    trades: 'Monday to Friday',
    sessions: [{ name: 'regular', opens: '17:00', opensDayBefore: true, closes: '17:00' }],
    specialDays: () => new Map(),
    allowsNegativePrices: false,
    hasVolume: true,
  },
  indices: { ...derived, hasVolume: false },
};

/** The market of that name. @throws RangeError that lists the known ones */
export function marketOf(name: string): Market {
  const market = markets.find(known => known === name);
  if (market === undefined)
    throw new RangeError(`market '${name}' is unknown: use one of ${markets.join(', ')}`);
  return market;
}
