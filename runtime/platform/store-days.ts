/** For how many days bars are kept, by timeframe: what holds where nobody says, and what is read of a text. */
import { type RolledTimeframe, rolledTimeframes } from '../markets/timeframe.ts';
import { fault } from './setting.ts';

/** Days by timeframe; where one is left out its default holds. */
export type StoreDays = Readonly<Partial<Record<RolledTimeframe, number>>>;

/** Ten years. */
const MOST = 3_650;

export const defaultStoreDays: Readonly<Record<RolledTimeframe, number>> = {
  '5m': 30,
  '15m': 90,
  '30m': 90,
  '1h': 400,
  '4h': 400,
};

export const storeTakes = `false, or whole numbers of days from 1 to ${MOST} by timeframe: {"5m":60}`;

/** What is wrong with what was got; nothing when it may be that. @param path where it stands */
export function* storeFaults(path: string, got: unknown): Generator<string> {
  if (got === false) return;
  if (typeof got !== 'object' || got === null || Array.isArray(got))
    return yield fault(path, got, storeTakes);
  for (const [timeframe, days] of Object.entries(got))
    if (!rolledTimeframes.some(known => known === timeframe))
      yield fault(`a timeframe of ${path}`, timeframe, `one of ${rolledTimeframes.join(', ')}`);
    else if (!isDays(days))
      yield fault(`${path}['${timeframe}']`, days, `a whole number of days from 1 to ${MOST}`);
}

/** @throws Error that says what was got and what is allowed */
export function storeDaysOf(text: string): StoreDays | false {
  const said: StoreDays | false = JSON.parse(text);
  const [first] = storeFaults('it', said);
  if (first !== undefined) throw new RangeError(first);
  return said;
}

function isDays(days: unknown): boolean {
  return typeof days === 'number' && Number.isInteger(days) && days >= 1 && days <= MOST;
}
