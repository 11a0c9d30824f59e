/** REST's market status and holidays. */
import { Temporal } from 'temporal-polyfill';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import { nyseSpecialDays } from '../../runtime/markets/holidays.ts';

const NEW_YORK = 'America/New_York';

/** `/v1/marketstatus/now` at an instant, epoch ms. */
export function statusNow(now: number) {
  const { name } = calendarOf('stocks').sessionAt(now);
  const isExtended = name !== 'regular' && name !== 'closed';
  const market = name === 'regular' ? 'open' : isExtended ? 'extended-hours' : 'closed';
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(NEW_YORK);
  return {
    afterHours: name === 'post',
    currencies: { crypto: 'open', fx: currenciesTrade(local) ? 'open' : 'closed' },
    earlyHours: name === 'pre',
    exchanges: { nasdaq: market, nyse: market, otc: market },
    market,
    serverTime: local.toString({ timeZoneName: 'never', fractionalSecondDigits: 0 }),
  };
}

/** Sunday 17:00 to Friday 17:00 New York. */
function currenciesTrade({ dayOfWeek, hour }: Temporal.ZonedDateTime): boolean {
  if (dayOfWeek === 6) return false;
  if (dayOfWeek === 7) return hour >= 17;
  return dayOfWeek !== 5 || hour < 17;
}

/**
 * `/v1/marketstatus/upcoming`: the special days of the year that follows an instant, and one more that no rule knows where
 * there is a `surprise`.
 */
export function upcoming(now: number, surprise = false) {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(NEW_YORK).toPlainDate();
  const ruled = [...nyseSpecialDays(today.year), ...nyseSpecialDays(today.year + 1)];
  const days = new Map(
    surprise ? [[ordinaryDay(today, new Map(ruled)), { closed: true } as const], ...ruled] : ruled,
  );
  const dates = [...days]
    .map(([date, special]) => ({ date: Temporal.PlainDate.from(date), special }))
    .filter(({ date }) => Temporal.PlainDate.compare(date, today) >= 0)
    .filter(({ date }) => Temporal.PlainDate.compare(date, today.add({ years: 1 })) < 0)
    .sort((a, b) => Temporal.PlainDate.compare(a.date, b.date));
  return dates.flatMap(({ date, special }) =>
    ['NYSE', 'NASDAQ'].map(exchange => ({
      date: date.toString(),
      exchange,
      name: nameOf(date),
      ...('closed' in special
        ? { status: 'closed' }
        : { status: 'early-close', open: newYork(date, '09:30'), close: newYork(date, special.closesAt) }),
    })),
  );
}

/** The first weekday from a week after `today` on that is like any other. */
function ordinaryDay(today: Temporal.PlainDate, special: ReadonlyMap<string, unknown>): string {
  let date = today.add({ days: 7 });
  while (date.dayOfWeek > 5 || special.has(date.toString())) date = date.add({ days: 1 });
  return date.toString();
}

function newYork(date: Temporal.PlainDate, time: string): string {
  const instant = date.toZonedDateTime({ timeZone: NEW_YORK, plainTime: time }).toInstant();
  return instant.toString({ fractionalSecondDigits: 3 });
}

/** Holidays of one month have one name, but for January. */
const NAMES: Readonly<Record<number, string>> = {
  2: "Washington's Birthday",
  3: 'Good Friday',
  4: 'Good Friday',
  5: 'Memorial Day',
  6: 'Juneteenth',
  7: 'Independence Day',
  9: 'Labor Day',
  11: 'Thanksgiving',
  12: 'Christmas',
};

function nameOf({ month, day }: Temporal.PlainDate): string {
  if (month === 1 && day <= 2) return 'New Years Day';
  if (month === 1 && day >= 15) return 'Martin Luther King, Jr. Day';
  return NAMES[month] ?? 'Special closure';
}
