/** When a schedule is due: EventBridge Scheduler's `rate(…)` and `cron(…)`. */
import { Temporal } from 'temporal-polyfill';

/** The first instant (epoch ms) after `after` (epoch ms) at which a schedule is due; `undefined` when there is none. */
export type NextDue = (after: number) => number | undefined;

const MINUTE = 60_000;
const units: ReadonlyMap<string, number> = new Map([
  ['minute', MINUTE],
  ['hour', 3_600_000],
  ['day', 86_400_000],
]);
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** A date that cron fields can name comes within this many days: 29 February is at most 8 years away. */
const LOOK_AHEAD_DAYS = 8 * 366;

/**
 * Understands `rate(n minutes|hours|days)`, due at the multiples of its period since 1970, and `cron(minutes hours
 * day-of-month month day-of-week year)` in `timeZone`, with `*`, `?`, lists, ranges, steps and English names.
 * @throws RangeError that says what was got and what is allowed
 */
export function nextDue(expression: string, timeZone: string): NextDue {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const [, amount = '0', unit = ''] = rate ?? [];
  const period = Number(amount) * (units.get(unit) ?? 0);
  if (period > 0) return after => (Math.floor(after / period) + 1) * period;
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length === 6) return nextCron(fields, timeZone, expression);
  throw new RangeError(
    `schedule '${expression}' does not run on this machine: use rate(n minutes|hours|days) or cron() with 6 fields`,
  );
}

function nextCron(fields: readonly string[], timeZone: string, expression: string): NextDue {
  // Every minute of every zone is a full minute, and nobody wants to look for it in a day of 1,440.
  if (fields.every(field => field === '*' || field === '?'))
    return after => (Math.floor(after / MINUTE) + 1) * MINUTE;
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = fields;
  const allowed = {
    minutes: numbersOf(minute, 0, 59, [], expression),
    hours: numbersOf(hour, 0, 23, [], expression),
    days: numbersOf(day, 1, 31, [], expression),
    months: numbersOf(month, 1, 12, months, expression),
    weekdays: numbersOf(weekday, 1, 7, weekdays, expression),
    years: numbersOf(year, 1970, 2199, [], expression),
  };
  const onDay = (date: Temporal.PlainDate) =>
    allowed.years.has(date.year) &&
    allowed.months.has(date.month) &&
    allowed.days.has(date.day) &&
    allowed.weekdays.has((date.dayOfWeek % 7) + 1);
  return after => {
    let date = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timeZone).toPlainDate();
    for (let days = 0; days <= LOOK_AHEAD_DAYS; days++, date = date.add({ days: 1 })) {
      if (!onDay(date)) continue;
      for (const hourOfDay of allowed.hours) {
        for (const minuteOfHour of allowed.minutes) {
          const time = { hour: hourOfDay, minute: minuteOfHour };
          const due = date.toPlainDateTime(time).toZonedDateTime(timeZone).epochMilliseconds;
          if (due > after) return due;
        }
      }
    }
    return undefined;
  };
}

/** The numbers from `low` to `high` that a cron field allows, ascending; `names` stand for `low`, `low + 1` and so on. */
function numbersOf(
  field: string,
  low: number,
  high: number,
  names: readonly string[],
  expression: string,
): ReadonlySet<number> {
  const numberOf = (word: string) => {
    const name = names.indexOf(word.toUpperCase());
    return name >= 0 ? low + name : Number(/^\d+$/.test(word) ? word : Number.NaN);
  };
  const numbers: number[] = [];
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    const [from = '', to] = range === '*' || range === '?' ? [`${low}`, `${high}`] : range.split('-');
    const first = numberOf(from);
    const last = to === undefined ? (step === undefined ? first : high) : numberOf(to);
    const by = Number(step ?? 1);
    if (!(first >= low && last <= high && first <= last && by >= 1)) {
      const known = names.length > 0 ? ` or ${names.join(', ')}` : '';
      throw new RangeError(
        `schedule '${expression}': '${part}' is not understood: use numbers ${low} to ${high}${known}`,
      );
    }
    for (let number = first; number <= last; number += by) numbers.push(number);
  }
  return new Set(numbers.sort((a, b) => a - b));
}
