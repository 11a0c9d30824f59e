/** Days that the configuration knows better than the rules of a market: a closure that was announced, one that was taken back. */
import type { IsoDate, SpecialDay } from './holidays.ts';
import { isDate } from './names.ts';

/** `closed`, `as usual`, or the exchange-local time `HH:MM` at which the day closes early, by date. */
export type ConfirmedDays = Readonly<Record<IsoDate, string>>;

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/**
 * Reads the JSON of a `ConfirmedDays`.
 * @throws RangeError that says what was got and what is allowed
 */
export function confirmedDaysOf(text: string): ConfirmedDays {
  const days: ConfirmedDays = JSON.parse(text);
  for (const [date, day] of Object.entries(days)) {
    const isKnown = day === 'closed' || day === 'as usual' || TIME.test(day);
    if (isKnown && isDate(date)) continue;
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
