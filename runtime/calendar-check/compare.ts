/** Compares the special days that the vendor announces with those of our calendar. Pure. */

import type { IsoDate, SpecialDay } from '../markets/holidays.ts';
import type { Announcement } from '../vendor/rest/announcements.ts';

/** A day on which the two differ. */
export interface Difference {
  readonly date: IsoDate;
  readonly vendor: string;
  readonly ours: string;
}

export interface CompareOptions {
  /** Which exchange's announcements count. */
  readonly exchange: string;
  /** First date that counts, exchange-local. */
  readonly today: IsoDate;
  readonly timeZone: string;
  /** Dates that the configuration decides: whatever the vendor says of them is settled. */
  readonly settled: ReadonlySet<IsoDate>;
  /** Our special days of a year. */
  readonly specialDays: (year: number) => ReadonlyMap<IsoDate, SpecialDay>;
}

/** Looks from today to the last announced day: beyond it the vendor says nothing. */
export function differences(announced: readonly Announcement[], options: CompareOptions): Difference[] {
  const { exchange, today, timeZone, settled, specialDays } = options;
  const theirs = new Map(
    announced
      .filter(day => day.exchange === exchange && day.date >= today)
      .map(day => [day.date, wordsOf(day, timeZone)]),
  );
  const last = [...theirs.keys()].sort().at(-1) ?? today;
  const years = [...new Set([Number(today.slice(0, 4)), Number(last.slice(0, 4))])];
  const ours = new Map(
    years
      .flatMap(year => [...specialDays(year)])
      .filter(([date]) => date >= today && date <= last && isWeekday(date))
      .map(([date, day]) => [date, 'closed' in day ? 'closed' : `closes at ${day.closesAt}`]),
  );
  return [...new Set([...theirs.keys(), ...ours.keys()])]
    .sort()
    .map(date => ({ date, vendor: theirs.get(date) ?? 'as usual', ours: ours.get(date) ?? 'as usual' }))
    .filter(({ date, vendor, ours }) => vendor !== ours && !settled.has(date));
}

function wordsOf({ status, close }: Announcement, timeZone: string): string {
  if (status !== 'early-close' || close === undefined) return status;
  const time = new Date(close).toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return `closes at ${time}`;
}

function isWeekday(date: IsoDate): boolean {
  const day = new Date(`${date}T00:00Z`).getUTCDay();
  return day >= 1 && day <= 5;
}
