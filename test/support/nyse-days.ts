/** The New York Stock Exchange's special days as it announced them, and a second way to work them out: what the rules are held against. */

/** Dates of one year as `month/day`. */
export interface AnnouncedDays {
  readonly closed: string;
  readonly early: string;
}

/** From the exchange's yearly "Holidays and Trading Hours" notices (nyse.com), one-off closures included. */
export const announced: Readonly<Record<number, AnnouncedDays>> = {
  2008: { closed: '1/1 1/21 2/18 3/21 5/26 7/4 9/1 11/27 12/25', early: '7/3 11/28 12/24' },
  2009: { closed: '1/1 1/19 2/16 4/10 5/25 7/3 9/7 11/26 12/25', early: '11/27 12/24' },
  2010: { closed: '1/1 1/18 2/15 4/2 5/31 7/5 9/6 11/25 12/24', early: '11/26' },
  2011: { closed: '1/17 2/21 4/22 5/30 7/4 9/5 11/24 12/26', early: '11/25' },
  2012: { closed: '1/2 1/16 2/20 4/6 5/28 7/4 9/3 10/29 10/30 11/22 12/25', early: '7/3 11/23 12/24' },
  2013: { closed: '1/1 1/21 2/18 3/29 5/27 7/4 9/2 11/28 12/25', early: '7/3 11/29 12/24' },
  2014: { closed: '1/1 1/20 2/17 4/18 5/26 7/4 9/1 11/27 12/25', early: '7/3 11/28 12/24' },
  2015: { closed: '1/1 1/19 2/16 4/3 5/25 7/3 9/7 11/26 12/25', early: '11/27 12/24' },
  2016: { closed: '1/1 1/18 2/15 3/25 5/30 7/4 9/5 11/24 12/26', early: '11/25' },
  2017: { closed: '1/2 1/16 2/20 4/14 5/29 7/4 9/4 11/23 12/25', early: '7/3 11/24' },
  2018: { closed: '1/1 1/15 2/19 3/30 5/28 7/4 9/3 11/22 12/5 12/25', early: '7/3 11/23 12/24' },
  2019: { closed: '1/1 1/21 2/18 4/19 5/27 7/4 9/2 11/28 12/25', early: '7/3 11/29 12/24' },
  2020: { closed: '1/1 1/20 2/17 4/10 5/25 7/3 9/7 11/26 12/25', early: '11/27 12/24' },
  2021: { closed: '1/1 1/18 2/15 4/2 5/31 7/5 9/6 11/25 12/24', early: '11/26' },
  2022: { closed: '1/17 2/21 4/15 5/30 6/20 7/4 9/5 11/24 12/26', early: '11/25' },
  2023: { closed: '1/2 1/16 2/20 4/7 5/29 6/19 7/4 9/4 11/23 12/25', early: '7/3 11/24' },
  2024: { closed: '1/1 1/15 2/19 3/29 5/27 6/19 7/4 9/2 11/28 12/25', early: '7/3 11/29 12/24' },
  2025: { closed: '1/1 1/9 1/20 2/17 4/18 5/26 6/19 7/4 9/1 11/27 12/25', early: '7/3 11/28 12/24' },
  2026: { closed: '1/1 1/19 2/16 4/3 5/25 6/19 7/3 9/7 11/26 12/25', early: '11/27 12/24' },
  2027: { closed: '1/1 1/18 2/15 3/26 5/31 6/18 7/5 9/6 11/25 12/24', early: '11/26' },
  2028: { closed: '1/17 2/21 4/14 5/29 6/19 7/4 9/4 11/23 12/25', early: '7/3 11/24' },
};

/** One-off closures, which no rule can find. */
const ONE_OFF = new Set(['2012-10-29', '2012-10-30', '2018-12-05', '2025-01-09']);

/** Easter Sundays 2008 to 2040 as almanacs print them. */
const EASTERS =
  '3/23 4/12 4/4 4/24 4/8 3/31 4/20 4/5 3/27 4/16 4/1 4/21 4/12 4/4 4/17 4/9 3/31 4/20 4/5 3/28 4/16 4/1 4/21 4/13 3/28 4/17 4/9 3/25 4/13 4/5 4/25 4/10 4/1';
const goodFridays = new Set(
  EASTERS.split(' ').map((text, i) => {
    const [month = 0, day = 0] = text.split('/').map(Number);
    return new Date(Date.UTC(2008 + i, month - 1, day - 2)).toISOString().slice(0, 10);
  }),
);

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** What a date is, asked of the date itself: by its weekday and its place in the month, 2008 to 2040. */
export function judged(date: Date): 'closed' | 'early' | 'ordinary' {
  const iso = date.toISOString().slice(0, 10);
  const year = date.getUTCFullYear();
  const weekday = weekdays[date.getUTCDay()] ?? '';
  const day = date.getUTCDate();
  const on = (month: number, wanted: string, first: number, last: number) =>
    date.getUTCMonth() + 1 === month && wanted.split(' ').includes(weekday) && day >= first && day <= last;
  /** A fixed date is kept on itself, on the Friday before a Saturday, or on the Monday after a Sunday. */
  const kept = (month: number, fixed: number) =>
    on(month, 'Mon Tue Wed Thu Fri', fixed, fixed) ||
    on(month, 'Fri', fixed - 1, fixed - 1) ||
    on(month, 'Mon', fixed + 1, fixed + 1);
  const isClosed =
    ONE_OFF.has(iso) ||
    goodFridays.has(iso) ||
    on(1, 'Mon Tue Wed Thu Fri', 1, 1) ||
    on(1, 'Mon', 2, 2) ||
    on(1, 'Mon', 15, 21) ||
    on(2, 'Mon', 15, 21) ||
    on(5, 'Mon', 25, 31) ||
    (year > 2021 && kept(6, 19)) ||
    kept(7, 4) ||
    on(9, 'Mon', 1, 7) ||
    on(11, 'Thu', 22, 28) ||
    kept(12, 25);
  if (isClosed) return 'closed';
  const isEarly =
    on(7, 'Mon Tue Wed Thu', 3, 3) || on(11, 'Fri', 23, 29) || on(12, 'Mon Tue Wed Thu', 24, 24);
  return isEarly ? 'early' : 'ordinary';
}
