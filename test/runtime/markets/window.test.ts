/** Windows: how time is tiled by the clock and by sessions, on ordinary and special days. */
import { describe, expect, test } from '@jest/globals';
import { Calendar, calendarOf } from '../../../runtime/markets/calendar.ts';
import { MINUTE, type RolledTimeframe, rolledTimeframes } from '../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { stocksWithOvernight } from '../../support/overnight.ts';

const HOUR = 60 * MINUTE;
const utc = (iso: string) => Date.parse(iso);
const stocksByClock = new Windows(calendarOf('stocks'), 'clock');
const stocksBySession = new Windows(calendarOf('stocks'), 'session');

/** The windows of a timeframe that hold minutes of `[from, to)`, as `start–end session` in UTC. */
function tiles(windows: Windows, timeframe: RolledTimeframe, from: string, to: string): string[] {
  const iso = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  const found: string[] = [];
  for (let at = utc(from); at < utc(to); ) {
    const { start, end, session } = windows.windowOf(at, timeframe);
    found.push(`${iso(start)}–${iso(end)} ${session}`);
    at = end;
  }
  return found;
}

describe('windows by the clock', () => {
  test('start on the hour, and carry the session of their first open minute', () => {
    expect(tiles(stocksByClock, '1h', '2025-11-20T08:00Z', '2025-11-20T11:00Z')).toEqual([
      '08:00–09:00 closed',
      '09:00–10:00 pre',
      '10:00–11:00 pre',
    ]);
    expect(tiles(stocksByClock, '1h', '2025-11-20T14:00Z', '2025-11-20T16:00Z')).toEqual([
      '14:00–15:00 pre',
      '15:00–16:00 regular',
    ]);
  });

  test('of 4h run from local midnight', () => {
    expect(tiles(stocksByClock, '4h', '2025-11-20T05:00Z', '2025-11-21T05:00Z')).toEqual([
      '05:00–09:00 closed',
      '09:00–13:00 pre',
      '13:00–17:00 pre',
      '17:00–21:00 regular',
      '21:00–01:00 post',
      '01:00–05:00 closed',
    ]);
  });

  test('put the minute that starts at 16:00 into the windows that start at 16:00', () => {
    for (const timeframe of rolledTimeframes)
      expect(stocksByClock.windowOf(utc('2025-11-20T21:00Z'), timeframe)).toMatchObject({
        start: utc('2025-11-20T21:00Z'),
        session: 'post',
      });
  });

  test('have a 4h window of three hours where clocks go forward', () => {
    expect(tiles(stocksByClock, '4h', '2025-03-09T05:00Z', '2025-03-09T12:00Z')).toEqual([
      '05:00–08:00 closed',
      '08:00–12:00 closed',
    ]);
    expect(stocksByClock.blockOf(utc('2025-03-09T06:00Z')).minutes).toBe(180);
    expect(tiles(stocksByClock, '1h', '2025-03-09T05:00Z', '2025-03-09T08:00Z')).toHaveLength(3);
  });

  test('have a 4h window of five hours where clocks go back', () => {
    expect(tiles(stocksByClock, '4h', '2025-11-02T04:00Z', '2025-11-02T13:00Z')).toEqual([
      '04:00–09:00 closed',
      '09:00–13:00 closed',
    ]);
    expect(stocksByClock.blockOf(utc('2025-11-02T06:00Z')).minutes).toBe(300);
    expect(tiles(stocksByClock, '1h', '2025-11-02T04:00Z', '2025-11-02T09:00Z')).toHaveLength(5);
  });

  test.each([
    ['Friday before clocks go forward', '2025-03-07T14:30Z', '2025-03-07T13:00Z'],
    ['Monday after clocks went forward', '2025-03-10T13:30Z', '2025-03-10T12:00Z'],
    ['Friday before clocks go back', '2025-10-31T13:30Z', '2025-10-31T12:00Z'],
    ['Monday after clocks went back', '2025-11-03T14:30Z', '2025-11-03T13:00Z'],
  ])('put the opening minute of the %s into the 4h window from 08:00 to 12:00', (_, opening, start) => {
    const block = stocksByClock.blockOf(utc(opening));
    expect([block.start, block.end]).toEqual([utc(start), utc(start) + 4 * HOUR]);
  });

  test('do not stop at the close of a half day, whose post session runs to 17:00', () => {
    expect(tiles(stocksByClock, '1h', '2025-11-28T17:00Z', '2025-11-28T23:00Z')).toEqual([
      '17:00–18:00 regular',
      '18:00–19:00 post',
      '19:00–20:00 post',
      '20:00–21:00 post',
      '21:00–22:00 post',
      '22:00–23:00 closed',
    ]);
    expect(stocksByClock.windowOf(utc('2025-11-28T18:30Z'), '4h')).toMatchObject({
      start: utc('2025-11-28T17:00Z'),
      end: utc('2025-11-28T21:00Z'),
      session: 'regular',
    });
  });

  test('are closed all day on a day of rest', () => {
    const found = tiles(stocksByClock, '4h', '2025-01-09T05:00Z', '2025-01-10T05:00Z');
    expect(found.filter(tile => tile.endsWith('closed'))).toHaveLength(6);
  });

  test('of crypto follow UTC midnight through New York’s clock changes', () => {
    const crypto = new Windows(calendarOf('crypto'), 'clock');
    for (const day of ['2025-03-09', '2025-11-02', '2025-12-31'])
      expect(tiles(crypto, '4h', `${day}T00:00Z`, `${day}T23:59Z`)).toEqual([
        '00:00–04:00 regular',
        '04:00–08:00 regular',
        '08:00–12:00 regular',
        '12:00–16:00 regular',
        '16:00–20:00 regular',
        '20:00–00:00 regular',
      ]);
  });

  test('of CME futures follow Chicago’s midnight and hold the daily break within one', () => {
    const futures = new Windows(calendarOf('futures'), 'clock');
    expect(tiles(futures, '4h', '2025-11-18T18:00Z', '2025-11-19T02:00Z')).toEqual([
      '18:00–22:00 regular',
      '22:00–02:00 regular',
    ]);
    expect(tiles(futures, '1h', '2025-11-18T21:00Z', '2025-11-19T00:00Z')).toEqual([
      '21:00–22:00 regular',
      '22:00–23:00 closed',
      '23:00–00:00 regular',
    ]);
  });
});

describe('windows by session', () => {
  test('restart at the regular opening and are cut at its close', () => {
    expect(tiles(stocksBySession, '1h', '2025-11-20T14:30Z', '2025-11-20T22:00Z')).toEqual([
      '14:30–15:30 regular',
      '15:30–16:30 regular',
      '16:30–17:30 regular',
      '17:30–18:30 regular',
      '18:30–19:30 regular',
      '19:30–20:30 regular',
      '20:30–21:00 regular',
      '21:00–22:00 post',
    ]);
    expect(tiles(stocksBySession, '4h', '2025-11-20T14:30Z', '2025-11-20T21:00Z')).toEqual([
      '14:30–18:30 regular',
      '18:30–21:00 regular',
    ]);
  });

  test('put the minute that starts at 16:00 into the first windows of the post session', () => {
    for (const timeframe of rolledTimeframes)
      expect(stocksBySession.windowOf(utc('2025-11-20T21:00Z'), timeframe)).toMatchObject({
        start: utc('2025-11-20T21:00Z'),
        session: 'post',
      });
  });

  test('end at 13:00 on half days', () => {
    expect(tiles(stocksBySession, '1h', '2025-11-28T16:30Z', '2025-11-28T19:00Z')).toEqual([
      '16:30–17:30 regular',
      '17:30–18:00 regular',
      '18:00–19:00 post',
    ]);
    expect(tiles(stocksBySession, '4h', '2025-11-28T14:30Z', '2025-11-28T22:00Z')).toEqual([
      '14:30–18:00 regular',
      '18:00–22:00 post',
    ]);
  });

  test('tile the time between sessions from the last close on', () => {
    const found = tiles(stocksBySession, '4h', '2025-11-21T01:00Z', '2025-11-21T09:00Z');
    expect(found).toEqual(['01:00–05:00 closed', '05:00–09:00 closed']);
    expect(stocksBySession.blockOf(utc('2025-11-24T08:59Z'))).toMatchObject({
      start: utc('2025-11-24T05:00Z'),
      end: utc('2025-11-24T09:00Z'),
    });
  });

  test('of CME futures run from 17:00 Chicago time and are cut at the daily break', () => {
    const futures = new Windows(calendarOf('futures'), 'session');
    expect(tiles(futures, '4h', '2025-11-17T23:00Z', '2025-11-18T23:00Z')).toEqual([
      '23:00–03:00 regular',
      '03:00–07:00 regular',
      '07:00–11:00 regular',
      '11:00–15:00 regular',
      '15:00–19:00 regular',
      '19:00–22:00 regular',
      '22:00–23:00 closed',
    ]);
    expect(tiles(futures, '4h', '2025-11-27T15:00Z', '2025-11-27T23:00Z')).toEqual([
      '15:00–18:00 regular',
      '18:00–22:00 closed',
      '22:00–23:00 closed',
    ]);
  });

  test('of a session through the night start at its opening', () => {
    const windows = new Windows(new Calendar(stocksWithOvernight), 'session');
    expect(tiles(windows, '4h', '2025-11-17T01:00Z', '2025-11-17T14:30Z')).toEqual([
      '01:00–05:00 overnight',
      '05:00–09:00 overnight',
      '09:00–13:00 pre',
      '13:00–14:30 pre',
    ]);
  });
});
