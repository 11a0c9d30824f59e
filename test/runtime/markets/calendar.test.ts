/** Which session an instant belongs to: ordinary and special days, clock changes, every market, and a second opinion. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Calendar, calendarOf } from '../../../runtime/markets/calendar.ts';
import { markets } from '../../../runtime/markets/names.ts';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import { judged } from '../../support/nyse-days.ts';
import { stocksWithOvernight } from '../../support/overnight.ts';
import { wallClock } from '../../support/wall-clock.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const utc = (iso: string) => Date.parse(iso);
const stocks = calendarOf('stocks');
const futures = calendarOf('futures');

/** The sessions that begin in `[from, to)`, closed spans left out, as `name start end` in UTC. */
function sessions(calendar: Calendar, from: string, to: string): string[] {
  const iso = (ms: number) => new Date(ms).toISOString().slice(5, 16);
  return calendar
    .sessionsBetween(utc(from), utc(to))
    .filter(({ name, start }) => name !== 'closed' && start >= utc(from))
    .map(({ name, start, end }) => `${name} ${iso(start)} ${iso(end)}`);
}

describe('US stocks', () => {
  test('have three sessions on an ordinary day', () => {
    expect(sessions(stocks, '2025-11-20T05:00Z', '2025-11-21T05:00Z')).toEqual([
      'pre 11-20T09:00 11-20T14:30',
      'regular 11-20T14:30 11-20T21:00',
      'post 11-20T21:00 11-21T01:00',
    ]);
  });

  test('count the minute that starts at 16:00 to the post session and the one at 20:00 to none', () => {
    const names = ['20:59', '21:00', '21:01'].map(time => stocks.sessionAt(utc(`2025-11-20T${time}Z`)).name);
    expect(names).toEqual(['regular', 'post', 'post']);
    expect(stocks.sessionAt(utc('2025-11-21T00:59Z')).name).toBe('post');
    expect(stocks.sessionAt(utc('2025-11-21T01:00Z')).name).toBe('closed');
  });

  test('are one closed span from Friday evening to Monday morning', () => {
    expect(stocks.sessionAt(utc('2025-11-22T12:00Z'))).toEqual({
      name: 'closed',
      start: utc('2025-11-22T01:00Z'),
      end: utc('2025-11-24T09:00Z'),
    });
  });

  test('open an hour earlier by Greenwich on the Monday after clocks went forward', () => {
    expect(
      sessions(stocks, '2025-03-07T05:00Z', '2025-03-11T00:00Z').filter(s => s.startsWith('reg')),
    ).toEqual(['regular 03-07T14:30 03-07T21:00', 'regular 03-10T13:30 03-10T20:00']);
  });

  test('open an hour later by Greenwich on the Monday after clocks went back', () => {
    expect(sessions(stocks, '2025-10-31T04:00Z', '2025-11-04T01:00Z')).toEqual([
      'pre 10-31T08:00 10-31T13:30',
      'regular 10-31T13:30 10-31T20:00',
      'post 10-31T20:00 11-01T00:00',
      'pre 11-03T09:00 11-03T14:30',
      'regular 11-03T14:30 11-03T21:00',
      'post 11-03T21:00 11-04T01:00',
    ]);
  });

  test('close at 13:00 on half days, and their post session at 17:00', () => {
    expect(sessions(stocks, '2025-11-28T05:00Z', '2025-11-29T05:00Z')).toEqual([
      'pre 11-28T09:00 11-28T14:30',
      'regular 11-28T14:30 11-28T18:00',
      'post 11-28T18:00 11-28T22:00',
    ]);
  });

  test('rest on the national day of mourning of 9 January 2025', () => {
    expect(sessions(stocks, '2025-01-09T05:00Z', '2025-01-10T05:00Z')).toEqual([]);
    expect(stocks.nextOpen(utc('2025-01-09T15:00Z'))).toBe(utc('2025-01-10T09:00Z'));
  });

  test('trade on the last day of 2027, for New Year’s Day is then a Saturday', () => {
    expect(stocks.isOpen(utc('2027-12-31T15:00Z'))).toBe(true);
    expect(stocks.nextOpen(utc('2028-01-01T01:00Z'))).toBe(utc('2028-01-03T09:00Z'));
  });

  test('count sessions to their date, closed time to the date it leads to, and holidays as days that begin in a span', () => {
    const [wednesday, friday] = [Date.parse('2025-11-27T02:00:00Z'), Date.parse('2025-11-28T17:00:00Z')];
    expect(stocks.dateOf(stocks.sessionAt(wednesday - 3_600_001))).toBe('2025-11-26');
    expect(stocks.dateOf(stocks.sessionAt(wednesday))).toBe('2025-11-28');
    const dates = (from: number, to: number) =>
      stocks.holidaysBetween(from, to).map(({ date }) => date.toString());
    expect(dates(wednesday, friday)).toEqual(['2025-11-27']);
    expect(dates(wednesday, Date.parse('2025-11-27T05:00:00Z'))).toEqual([]);
    expect(dates(Date.parse('2025-11-27T05:00:01Z'), friday)).toEqual([]);
    expect(dates(friday, Date.parse('2026-01-02T12:00:00Z'))).toEqual(['2025-12-25', '2026-01-01']);
  });

  test('rest from the last to the first session across a year’s end', () => {
    expect(stocks.sessionAt(utc('2026-01-01T12:00Z'))).toEqual({
      name: 'closed',
      start: utc('2026-01-01T01:00Z'),
      end: utc('2026-01-02T09:00Z'),
    });
  });

  test('have the session that wall clock and date tell, at any minute from 2008 to 2040', () => {
    const minutes = fc.integer({ min: utc('2008-01-02') / MINUTE, max: utc('2040-12-31') / MINUTE });
    fc.assert(
      fc.property(minutes, minute => {
        const { date, minutes: local } = wallClock(minute * MINUTE, 'America/New_York');
        expect(stocks.sessionAt(minute * MINUTE).name).toBe(expectedSession(date, local));
      }),
      { numRuns: 3_000 },
    );
  });

  test('have the session that wall clock and date tell, at every bound of every special day', () => {
    for (let at = utc('2008-01-02'); at < utc('2041-01-01'); at += DAY) {
      const kind = judged(new Date(at));
      if (kind === 'ordinary') continue;
      for (const hour of [3, 4, 9.5, 13, 16, 17, 20])
        for (const ms of [at + (hour + 5) * HOUR, at + (hour + 5) * HOUR - MINUTE, at + (hour + 4) * HOUR]) {
          const { date, minutes } = wallClock(ms, 'America/New_York');
          expect(stocks.sessionAt(ms).name).toBe(expectedSession(date, minutes));
        }
    }
  });
});

function expectedSession(date: Date, minutes: number): string {
  const kind = judged(date);
  const [close, end] = kind === 'early' ? [780, 1020] : [960, 1200];
  if (kind === 'closed' || date.getUTCDay() % 6 === 0 || minutes < 240 || minutes >= end) return 'closed';
  if (minutes < 570) return 'pre';
  return minutes < close ? 'regular' : 'post';
}

describe('crypto', () => {
  test('is always open, also through New York’s clock changes, in UTC days', () => {
    const crypto = calendarOf('crypto');
    for (let at = utc('2025-03-08T00:30Z'); at < utc('2025-03-11'); at += HOUR) {
      const midnight = Math.floor(at / DAY) * DAY;
      expect(crypto.sessionAt(at)).toEqual({ name: 'regular', start: midnight, end: midnight + DAY });
      expect(crypto.nextOpen(at)).toBe(at);
    }
  });
});

describe('options and indices', () => {
  test.each(['options', 'indices'] as const)(
    '%s have the regular session of stocks, and go on until 16:15',
    market => {
      const calendar = calendarOf(market);
      expect(sessions(calendar, '2025-11-20T05:00Z', '2025-11-21T05:00Z')).toEqual([
        'regular 11-20T14:30 11-20T21:00',
        'post 11-20T21:00 11-20T21:15',
      ]);
      expect(sessions(calendar, '2025-11-27T05:00Z', '2025-11-29T05:00Z')).toEqual([
        'regular 11-28T14:30 11-28T18:00',
        'post 11-28T18:00 11-28T18:15',
      ]);
      const isRegular = (ms: number) => calendar.sessionAt(ms).name === 'regular';
      const minutes = fc.integer({ min: utc('2008-01-02') / MINUTE, max: utc('2040-12-31') / MINUTE });
      fc.assert(
        fc.property(minutes, minute => {
          expect(isRegular(minute * MINUTE)).toBe(stocks.sessionAt(minute * MINUTE).name === 'regular');
        }),
      );
    },
  );
});

describe('currencies', () => {
  const forex = calendarOf('forex');

  test('trade from Sunday 17:00 to Friday 17:00 New York time without a break, holidays or not', () => {
    const minutes = fc.integer({ min: utc('2008-01-02') / MINUTE, max: utc('2040-12-31') / MINUTE });
    fc.assert(
      fc.property(minutes, minute => {
        const { date, minutes: local } = wallClock(minute * MINUTE, 'America/New_York');
        const day = date.getUTCDay();
        const isShut = day === 6 || (day === 5 && local >= 1_020) || (day === 0 && local < 1_020);
        expect(forex.isOpen(minute * MINUTE)).toBe(!isShut);
      }),
      { numRuns: 1_000 },
    );
  });

  test('have a day that ends at 17:00 New York time, an hour earlier by Greenwich in summer', () => {
    expect(sessions(forex, '2025-03-07T22:00Z', '2025-03-11T12:00Z')).toEqual([
      'regular 03-09T21:00 03-10T21:00',
      'regular 03-10T21:00 03-11T21:00',
    ]);
    expect(forex.sessionAt(utc('2025-11-22T12:00Z'))).toEqual({
      name: 'closed',
      start: utc('2025-11-21T22:00Z'),
      end: utc('2025-11-23T22:00Z'),
    });
  });
});

describe('CME futures', () => {
  test('run from Sunday 17:00 to Friday 16:00 Chicago time with an hour’s break a day', () => {
    expect(sessions(futures, '2025-11-15T12:00Z', '2025-11-22T12:00Z')).toEqual([
      'regular 11-16T23:00 11-17T22:00',
      'regular 11-17T23:00 11-18T22:00',
      'regular 11-18T23:00 11-19T22:00',
      'regular 11-19T23:00 11-20T22:00',
      'regular 11-20T23:00 11-21T22:00',
    ]);
    expect(futures.sessionAt(utc('2025-11-18T22:30Z')).name).toBe('closed');
  });

  test('halt at noon on Thanksgiving, at 12:15 on the day after, and trade on in between', () => {
    expect(sessions(futures, '2025-11-26T20:00Z', '2025-11-29T12:00Z')).toEqual([
      'regular 11-26T23:00 11-27T18:00',
      'regular 11-27T23:00 11-28T18:15',
    ]);
  });

  test('rest on Christmas until its evening', () => {
    expect(sessions(futures, '2025-12-23T20:00Z', '2025-12-26T12:00Z')).toEqual([
      'regular 12-23T23:00 12-24T18:15',
      'regular 12-25T23:00 12-26T22:00',
    ]);
  });

  test('rest from Thursday to Sunday over Good Friday', () => {
    expect(futures.sessionAt(utc('2025-04-18T15:00Z'))).toEqual({
      name: 'closed',
      start: utc('2025-04-17T21:00Z'),
      end: utc('2025-04-20T22:00Z'),
    });
  });

  test('keep an hour’s break in the nights after clocks change', () => {
    expect(sessions(futures, '2025-03-09T12:00Z', '2025-03-10T23:00Z')).toEqual([
      'regular 03-09T22:00 03-10T21:00',
      'regular 03-10T22:00 03-11T21:00',
    ]);
    expect(sessions(futures, '2025-11-02T12:00Z', '2025-11-03T23:30Z')).toEqual([
      'regular 11-02T23:00 11-03T22:00',
      'regular 11-03T23:00 11-04T22:00',
    ]);
  });
});

describe('a session through the night, added as configuration', () => {
  const calendar = new Calendar(stocksWithOvernight);

  test('runs from Sunday evening to Friday evening, each night before its trading day', () => {
    const found = sessions(calendar, '2025-11-15T12:00Z', '2025-11-23T00:00Z');
    expect(found.filter(session => session.startsWith('overnight'))).toEqual([
      'overnight 11-17T01:00 11-17T09:00',
      'overnight 11-18T01:00 11-18T09:00',
      'overnight 11-19T01:00 11-19T09:00',
      'overnight 11-20T01:00 11-20T09:00',
      'overnight 11-21T01:00 11-21T09:00',
    ]);
    expect(found).toHaveLength(20);
    expect(calendar.sessionAt(utc('2025-11-22T12:00Z'))).toEqual({
      name: 'closed',
      start: utc('2025-11-22T01:00Z'),
      end: utc('2025-11-24T01:00Z'),
    });
  });

  test('is left out before a day of rest and comes back before the next trading day', () => {
    expect(sessions(calendar, '2025-01-08T21:00Z', '2025-01-10T12:00Z')).toEqual([
      'post 01-08T21:00 01-09T01:00',
      'overnight 01-10T01:00 01-10T09:00',
      'pre 01-10T09:00 01-10T14:30',
    ]);
  });
});

describe('the trading day', () => {
  test.each([
    ['stocks', '2025-11-20T04:59Z', '2025-11-19'],
    ['stocks', '2025-11-20T05:00Z', '2025-11-20'],
    ['stocks', '2025-11-21T01:30Z', '2025-11-20'],
    ['crypto', '2025-11-20T23:59Z', '2025-11-20'],
    ['futures', '2025-11-20T22:30Z', '2025-11-20'],
    ['futures', '2025-11-20T23:00Z', '2025-11-21'],
    ['futures', '2025-11-21T23:00Z', '2025-11-21'],
    ['futures', '2025-11-16T23:00Z', '2025-11-17'],
    ['forex', '2025-07-10T20:59Z', '2025-07-10'],
    ['forex', '2025-07-10T21:00Z', '2025-07-11'],
  ] as const)('of %s at %s is %s', (market, at, date) => {
    expect(calendarOf(market).tradingDay(utc(at)).date).toBe(date);
  });

  test('never goes back, in any market', () => {
    const minutes = fc.integer({ min: utc('2008-01-02') / MINUTE, max: utc('2040-12-31') / MINUTE });
    fc.assert(
      fc.property(
        minutes,
        fc.nat({ max: 3 * 24 * 60 }),
        fc.constantFrom(...markets),
        (minute, later, market) => {
          const dateOf = (each: number) => calendarOf(market).tradingDay(each * MINUTE).date;
          expect(dateOf(minute) <= dateOf(minute + later)).toBe(true);
        },
      ),
    );
  });

  test('is a span of instants that belong to it, and to it alone, in any market', () => {
    const instants = fc.integer({ min: utc('2008-01-02'), max: utc('2040-12-31') });
    fc.assert(
      fc.property(instants, fc.constantFrom(...markets), (ms, market) => {
        const calendar = calendarOf(market);
        const day = calendar.tradingDay(ms);
        expect(ms >= day.start && ms < day.end).toBe(true);
        for (const inIt of [day.start, day.end - 1]) expect(calendar.tradingDay(inIt)).toEqual(day);
        expect(calendar.tradingDay(day.start - 1).end).toBe(day.start);
        expect(calendar.tradingDay(day.end).start).toBe(day.end);
      }),
    );
  });
});

describe('any calendar', () => {
  const calendars = [stocks, futures, calendarOf('crypto'), new Calendar(stocksWithOvernight)];
  const instants = fc.integer({ min: utc('1990-01-01'), max: utc('2060-01-01') });

  test('tiles time: what it says of an instant it says of the whole span, and spans adjoin', () => {
    fc.assert(
      fc.property(fc.constantFrom(...calendars), instants, (calendar, ms) => {
        const session = calendar.sessionAt(ms);
        expect(ms >= session.start && ms < session.end).toBe(true);
        expect(calendar.sessionAt(session.start)).toEqual(session);
        expect(calendar.sessionAt(session.end - 1)).toEqual(session);
        expect(calendar.sessionAt(session.end).start).toBe(session.end);
        expect(calendar.sessionAt(session.start - 1).end).toBe(session.start);
      }),
    );
  });

  test('gives the same answer whatever it was asked before', () => {
    fc.assert(
      fc.property(instants, instants, (before, ms) => {
        const asked = new Calendar(stocksWithOvernight);
        asked.sessionAt(before);
        expect(asked.sessionAt(ms)).toEqual(new Calendar(stocksWithOvernight).sessionAt(ms));
      }),
      { numRuns: 50 },
    );
  });

  test('never has two closed spans in a row, and opens next where a closed one ends', () => {
    fc.assert(
      fc.property(fc.constantFrom(...calendars), instants, (calendar, ms) => {
        const open = calendar.nextOpen(ms);
        expect(calendar.isOpen(open)).toBe(true);
        expect(calendar.sessionsBetween(ms, open).every(({ name }) => name === 'closed')).toBe(true);
      }),
    );
  });
});
