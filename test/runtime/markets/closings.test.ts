/** Which close a price is compared with: by the calendar, by a close of somebody's own, and where days have no evening. */
import { describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { Closings } from '../../../runtime/markets/closings.ts';
import { markets } from '../../../runtime/markets/names.ts';

const utc = (iso: string) => Date.parse(iso);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);
/** The day that has closed, when it did, until when its evening lasts, and when prices turn to its close. */
function at(closings: Closings, when: string): readonly string[] {
  const { date, close, eveningEnds, turns } = closings.at(utc(when));
  return [date, ...[close, eveningEnds, turns].map(iso)];
}

describe('the close that prices are compared with', () => {
  const stocks = new Closings(calendarOf('stocks'), 'stocks');

  test.each([
    ['2025-11-26T20:59:59.999Z', '2025-11-25', '2025-11-25T21:00', '2025-11-26T09:00'],
    ['2025-11-26T21:00Z', '2025-11-26', '2025-11-26T21:00', '2025-11-28T09:00'],
    ['2025-11-27T17:00Z', '2025-11-26', '2025-11-26T21:00', '2025-11-28T09:00'],
    ['2025-11-28T18:00Z', '2025-11-28', '2025-11-28T18:00', '2025-12-01T09:00'],
    ['2025-11-01T12:00Z', '2025-10-31', '2025-10-31T20:00', '2025-11-03T09:00'],
    ['2026-03-08T12:00Z', '2026-03-06', '2026-03-06T21:00', '2026-03-09T08:00'],
  ])(
    'at %s is that of %s, over holidays, half days, weekends and clock changes',
    (when, date, close, morning) => {
      expect(at(stocks, when)).toEqual([date, close, morning, morning]);
    },
  );

  test('may be at an hour of somebody’s own, but for days that end early', () => {
    const own = new Closings(calendarOf('stocks'), 'stocks', {
      timeZone: 'Europe/Berlin',
      hour: 21,
      minute: 55,
    });
    expect(at(own, '2025-11-20T21:00Z').slice(0, 2)).toEqual(['2025-11-20', '2025-11-20T20:55']);
    expect(at(own, '2025-10-28T21:00Z').slice(0, 2)).toEqual(['2025-10-28', '2025-10-28T20:55']);
    expect(at(own, '2025-11-28T21:00Z').slice(0, 2)).toEqual(['2025-11-28', '2025-11-28T18:00']);
  });

  test('is compared with at once where the next day begins with it, and its evening lasts four hours', () => {
    const crypto = new Closings(calendarOf('crypto'), 'crypto');
    expect(at(crypto, '2025-11-22T12:00Z')).toEqual([
      ...['2025-11-21', '2025-11-22T00:00', '2025-11-22T04:00', '2025-11-22T00:00'],
    ]);
    const forex = new Closings(calendarOf('forex'), 'forex');
    expect(at(forex, '2025-11-22T12:00Z')).toEqual([
      ...['2025-11-21', '2025-11-21T22:00', '2025-11-23T22:00', '2025-11-23T22:00'],
    ]);
  });

  test.each(markets)('of %s follows the one before it, whatever is asked first', market => {
    const closings = new Closings(calendarOf(market), market);
    for (let ms = utc('2025-12-20'); ms < utc('2026-01-10'); ms += 7 * 3_600_000) {
      const closing = closings.at(ms);
      expect(closing.close).toBeLessThanOrEqual(ms);
      expect(closing.nextClose).toBeGreaterThan(ms);
      expect(closings.at(closing.close - 1)).toMatchObject(closing.before);
      expect(closings.at(closing.nextClose).before).toMatchObject({
        date: closing.date,
        close: closing.close,
      });
    }
  });

  test('tells of a regular minute which close it comes before', () => {
    expect(stocks.closeOf(utc('2025-11-28T17:59Z'))).toMatchObject({
      ...{ date: '2025-11-28', close: utc('2025-11-28T18:00Z') },
    });
    expect(stocks.closeOf(utc('2025-11-28T18:00Z'))).toBeUndefined();
  });
});
