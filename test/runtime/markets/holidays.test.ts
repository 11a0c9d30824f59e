/** The holiday rules against what the exchanges announced and against a second way of working them out, and the days that are confirmed. */
import { describe, expect, test } from '@jest/globals';
import { Calendar } from '../../../runtime/markets/calendar.ts';
import {
  cmeSpecialDays,
  confirmedDaysOf,
  nyseSpecialDays,
  type SpecialDay,
  withConfirmed,
} from '../../../runtime/markets/holidays.ts';
import { marketRules } from '../../../runtime/markets/market.ts';
import { announced, judged } from '../../support/nyse-days.ts';

const DAY = 86_400_000;
const monthDay = (date: string) => date.slice(5).split('-').map(Number).join('/');

/** The days of one kind, without those that fall on weekends anyway, as `month/day` in order. */
function listed(days: ReadonlyMap<string, SpecialDay>, isWanted: (day: SpecialDay) => boolean): string {
  return [...days]
    .filter(([date, day]) => isWanted(day) && new Date(date).getUTCDay() % 6 !== 0)
    .map(([date]) => date)
    .sort()
    .map(monthDay)
    .join(' ');
}

describe('the New York Stock Exchange', () => {
  test.each(Object.entries(announced))('keeps the special days that it announced for %s', (year, days) => {
    const special = nyseSpecialDays(Number(year));
    expect(listed(special, day => 'closed' in day)).toBe(days.closed);
    expect(listed(special, day => 'closesAt' in day && day.closesAt === '13:00')).toBe(days.early);
    expect(special.size).toBe(`${days.closed} ${days.early}`.split(' ').length);
  });

  test('keeps, from 2008 to 2040, the special days that each date is found to be by itself', () => {
    for (let at = Date.UTC(2008, 0, 1); at < Date.UTC(2041, 0, 1); at += DAY) {
      const date = new Date(at);
      const special = nyseSpecialDays(date.getUTCFullYear()).get(date.toISOString().slice(0, 10));
      const kind = special === undefined ? 'ordinary' : 'closed' in special ? 'closed' : 'early';
      expect(`${date.toISOString()} ${kind}`).toBe(`${date.toISOString()} ${judged(date)}`);
    }
  });

  test('opens on New Year’s Eve when New Year’s Day is a Saturday', () => {
    for (const [year, newYear] of [
      [2010, '2011-01-01'],
      [2021, '2022-01-01'],
      [2027, '2028-01-01'],
    ] as const) {
      expect(nyseSpecialDays(year).has(`${year}-12-31`)).toBe(false);
      expect(nyseSpecialDays(year + 1).has(newYear)).toBe(false);
    }
  });

  test('keeps Juneteenth since 2022 alone', () => {
    expect(nyseSpecialDays(2021).has('2021-06-18')).toBe(false);
    expect(nyseSpecialDays(2022).get('2022-06-20')).toEqual({ closed: true });
  });
});

describe('CME equity index futures', () => {
  const at = (time: string) => (day: SpecialDay) => 'closesAt' in day && day.closesAt === time;

  test('rest on three days of 2024 and halt early on ten, as announced', () => {
    const days = cmeSpecialDays(2024);
    expect(listed(days, day => 'closed' in day)).toBe('1/1 3/29 12/25');
    expect(listed(days, at('12:00'))).toBe('1/15 2/19 5/27 6/19 7/4 9/2 11/28');
    expect(listed(days, at('12:15'))).toBe('7/3 11/29 12/24');
  });

  test('stay open for the employment report on a Good Friday that is the first Friday of April', () => {
    const dates = ['2010-04-02', '2012-04-06', '2015-04-03', '2021-04-02', '2023-04-07', '2026-04-03'];
    for (const date of dates)
      expect(cmeSpecialDays(Number(date.slice(0, 4))).get(date)).toEqual({ closesAt: '08:15' });
    for (const date of ['2013-03-29', '2016-03-25', '2022-04-15', '2024-03-29', '2025-04-18'])
      expect(cmeSpecialDays(Number(date.slice(0, 4))).get(date)).toEqual({ closed: true });
  });

  test('trade until shortly before the usual cash opening when New York mourns or storms', () => {
    expect(cmeSpecialDays(2012).get('2012-10-29')).toEqual({ closesAt: '08:15' });
    expect(cmeSpecialDays(2012).get('2012-10-30')).toEqual({ closesAt: '08:15' });
    expect(cmeSpecialDays(2018).get('2018-12-05')).toEqual({ closesAt: '08:30' });
    expect(cmeSpecialDays(2025).get('2025-01-09')).toEqual({ closesAt: '08:30' });
  });

  test('halted at 10:30 on holidays until the spring of 2014, and at noon since', () => {
    expect(cmeSpecialDays(2013).get('2013-07-04')).toEqual({ closesAt: '10:30' });
    expect(cmeSpecialDays(2014).get('2014-02-17')).toEqual({ closesAt: '10:30' });
    expect(cmeSpecialDays(2014).get('2014-05-26')).toEqual({ closesAt: '12:00' });
  });

  test('rest when Christmas is kept on a Friday or a Monday', () => {
    expect(cmeSpecialDays(2021).get('2021-12-24')).toEqual({ closed: true });
    expect(cmeSpecialDays(2022).get('2022-12-26')).toEqual({ closed: true });
  });
});

const confirmed = confirmedDaysOf('{"2027-03-05":"closed","2027-03-08":"13:00","2027-01-18":"as usual"}');
const rules = marketRules.stocks;
const calendar = new Calendar({
  ...rules,
  specialDays: year => withConfirmed(rules.specialDays(year), confirmed, year),
});
const isOpen = (iso: string) => calendar.isOpen(Date.parse(iso));

describe('a confirmed day', () => {
  test('is closed although the rules know nothing of it', () => {
    expect(isOpen('2027-03-05T16:00:00Z')).toBe(false);
    expect(isOpen('2027-03-04T16:00:00Z')).toBe(true);
  });

  test('ends early at the time that is named', () => {
    expect(calendar.sessionAt(Date.parse('2027-03-08T17:59:00Z')).name).toBe('regular');
    expect(calendar.sessionAt(Date.parse('2027-03-08T18:01:00Z')).name).toBe('post');
  });

  test('is as usual although the rules close it', () => {
    expect(isOpen('2027-01-18T16:00:00Z')).toBe(true);
  });

  test.each([
    '{"2027-02-30":"closed"}',
    '{"2027-03-05":"shut"}',
    '{"soon":"closed"}',
    '{"2027-03-05":"25:00"}',
  ])('that makes no sense is refused: %s', text => {
    expect(() => confirmedDaysOf(text)).toThrow(/use a date with closed, as usual, or a time such as 13:00/);
  });
});
