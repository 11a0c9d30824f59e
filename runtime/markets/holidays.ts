/** The exchange holidays as rules, right for any year, plus the few closures that no rule foretells. Dates are exchange-local. */
import { isDate } from './dates.ts';

/** A date as `yyyy-mm-dd`. */
export type IsoDate = string;

/** What is special about a date: no session at all, or an early end at the given exchange-local time. */
export type SpecialDay = { readonly closed: true } | { readonly closesAt: string };

/** No market of this world rests longer (the longest: 11 September 2001, six days). */
export const LONGEST_REST_DAYS = 15;

const FRIDAY = 5;
const SATURDAY = 6;
const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const DAY = 86_400_000;

/** National mourning and storms: closures that were announced days before (nyse.com, market holidays and closings). */
const ONE_OFF_CLOSURES: ReadonlySet<IsoDate> = new Set([
  '2012-10-29',
  '2012-10-30',
  '2018-12-05',
  '2025-01-09',
]);

const utc = (year: number, month: number, day: number) => new Date(Date.UTC(year, month - 1, day));
const iso = (date: Date): IsoDate => date.toISOString().slice(0, 10);
const plusDays = (date: Date, days: number) => new Date(date.getTime() + days * DAY);

/** The `nth` given weekday of a month, counted from 1. */
function nthWeekday(year: number, month: number, weekday: number, nth: number): Date {
  const first = utc(year, month, 1);
  return plusDays(first, ((weekday - first.getUTCDay() + 7) % 7) + 7 * (nth - 1));
}

function lastMonday(year: number, month: number): Date {
  const last = utc(year, month + 1, 0);
  return plusDays(last, -((last.getUTCDay() - MONDAY + 7) % 7));
}

/** Western Easter by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): Date {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return utc(year, Math.floor(f / 31), (f % 31) + 1);
}

/** A fixed date, moved to the Friday before when it is a Saturday and to the Monday after when it is a Sunday. */
function observed(date: Date): Date {
  if (date.getUTCDay() === SATURDAY) return plusDays(date, -1);
  if (date.getUTCDay() === SUNDAY) return plusDays(date, 1);
  return date;
}

/** New Year's Day is never moved back into the old year: on a Saturday it is simply not kept (NYSE rule 7.2). */
function newYearsDay(year: number): Date[] {
  const day = utc(year, 1, 1);
  return day.getUTCDay() === SATURDAY ? [] : [observed(day)];
}

const goodFriday = (year: number) => plusDays(easterSunday(year), -2);
const thanksgiving = (year: number) => nthWeekday(year, 11, THURSDAY, 4);
const christmas = (year: number) => observed(utc(year, 12, 25));

/** Days that most exchanges of the United States keep with shortened or no trading, besides the three great ones. */
function federalHolidays(year: number): Date[] {
  return [
    nthWeekday(year, 1, MONDAY, 3),
    nthWeekday(year, 2, MONDAY, 3),
    lastMonday(year, 5),
    ...(year >= 2022 ? [observed(utc(year, 6, 19))] : []),
    observed(utc(year, 7, 4)),
    nthWeekday(year, 9, MONDAY, 1),
    thanksgiving(year),
  ];
}

/** The days before Independence Day and Christmas and after Thanksgiving on which trading ends early. */
function shortenedDays(year: number): Date[] {
  const beforeIndependence = utc(year, 7, 3);
  const beforeChristmas = utc(year, 12, 24);
  const weekday = (date: Date) => date.getUTCDay();
  return [
    ...(weekday(beforeIndependence) >= MONDAY && weekday(beforeIndependence) <= THURSDAY
      ? [beforeIndependence]
      : []),
    plusDays(thanksgiving(year), 1),
    ...(weekday(beforeChristmas) >= MONDAY && weekday(beforeChristmas) < FRIDAY ? [beforeChristmas] : []),
  ];
}

/** The special days of the New York Stock Exchange in one year, by date. */
export function nyseSpecialDays(year: number): ReadonlyMap<IsoDate, SpecialDay> {
  const closed = [...newYearsDay(year), goodFriday(year), ...federalHolidays(year), christmas(year)].map(iso);
  const oneOff = [...ONE_OFF_CLOSURES].filter(date => date.startsWith(`${year}-`));
  return new Map<IsoDate, SpecialDay>([
    ...shortenedDays(year).map(date => [iso(date), { closesAt: '13:00' }] as const),
    ...[...closed, ...oneOff].map(date => [date, { closed: true }] as const),
  ]);
}

/** Mourning and storms again: the cash market stayed closed, the futures traded until shortly before its usual opening. */
const ONE_OFF_HALTS: ReadonlyMap<IsoDate, string> = new Map([
  ['2012-10-29', '08:15'],
  ['2012-10-30', '08:15'],
  ['2018-12-05', '08:30'],
  ['2025-01-09', '08:30'],
]);

/** Until then holiday halts began at 10:30. */
const NOON_HALTS_SINCE: IsoDate = '2014-05-01';

/** On an April's first Friday the employment report is due at 07:30, and the futures stay open for it. */
function cmeGoodFriday(year: number): [IsoDate, SpecialDay] {
  const date = goodFriday(year);
  const reports = date.getUTCMonth() === 3 && date.getUTCDate() <= 7;
  return [iso(date), reports ? { closesAt: '08:15' } : { closed: true }];
}

/**
 * The special days of CME's equity index futures in one year, by trading date, in Chicago time: closed on the three great
 * holidays, halted at noon on the other exchange holidays and at 12:15 on shortened days (cmegroup.com, holiday calendar).
 */
export function cmeSpecialDays(year: number): ReadonlyMap<IsoDate, SpecialDay> {
  const closed = [...newYearsDay(year), christmas(year)].map(iso);
  const halts = [...ONE_OFF_HALTS].filter(([date]) => date.startsWith(`${year}-`));
  return new Map<IsoDate, SpecialDay>([
    ...shortenedDays(year).map(date => [iso(date), { closesAt: '12:15' }] as const),
    ...federalHolidays(year)
      .map(iso)
      .map(date => [date, { closesAt: date < NOON_HALTS_SINCE ? '10:30' : '12:00' }] as const),
    ...halts.map(([date, closesAt]) => [date, { closesAt }] as const),
    cmeGoodFriday(year),
    ...closed.map(date => [date, { closed: true }] as const),
  ]);
}

/** Days that the configuration knows better than the rules, a closure that was announced or one that was taken back: `closed`, `as usual`, or the exchange-local time `HH:MM` at which the day closes early, by date. */
export type ConfirmedDays = Readonly<Record<IsoDate, string>>;

const CONFIRMED = /^(closed|as usual|([01]\d|2[0-3]):[0-5]\d)$/;

/** Whether a day may be that. */
export function isConfirmedDay(got: unknown): got is string {
  return typeof got === 'string' && CONFIRMED.test(got);
}

/**
 * Reads the JSON of a `ConfirmedDays`.
 * @throws RangeError that says what was got and what is allowed
 */
export function confirmedDaysOf(text: string): ConfirmedDays {
  const days: ConfirmedDays = JSON.parse(text);
  for (const [date, day] of Object.entries(days)) {
    if (isConfirmedDay(day) && isDate(date)) continue;
    throw new RangeError(`'${date}' is '${day}': use a date with closed, as usual, or a time such as 13:00`);
  }
  return days;
}

/** A year's special days, with what is confirmed put in place of what the rules say. */
export function withConfirmed(
  days: ReadonlyMap<IsoDate, SpecialDay>,
  confirmed: ConfirmedDays,
  year: number,
): ReadonlyMap<IsoDate, SpecialDay> {
  const all = new Map(days);
  for (const [date, day] of Object.entries(confirmed)) {
    if (!date.startsWith(`${year}-`)) continue;
    if (day === 'as usual') all.delete(date);
    else all.set(date, day === 'closed' ? { closed: true } : { closesAt: day });
  }
  return all;
}
