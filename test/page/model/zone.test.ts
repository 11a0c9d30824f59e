/** Instants as clocks on walls show them, and the days that they belong to. */
import { describe, expect, test } from '@jest/globals';
import { tradingDayOf } from '../../../page/model/trading-day.ts';
import { Zone, zoneOf } from '../../../page/model/zone.ts';
import { wallClock } from '../../support/wall-clock.ts';

const newYork = new Zone('America/New_York');
const HOUR = 3_600_000;

describe('a zone', () => {
  test('writes an instant as its clocks show it', () => {
    const at = Date.parse('2025-11-20T18:46:05Z');
    expect([
      newYork.dayWithYear(at),
      newYork.date(at),
      newYork.clock(at),
      newYork.clockWithSeconds(at),
    ]).toEqual(['Thu 20 Nov 2025', '20 Nov', '13:46', '13:46:05']);
    const newYear = Date.parse('2026-01-01T05:00:00Z');
    expect([newYear - 1, newYear, undefined].map(now => newYork.day(at, now))).toEqual([
      'Thu 20 Nov',
      'Thu 20 Nov 2025',
      'Thu 20 Nov 2025',
    ]);
    expect([newYork.month(at), newYork.year(at), newYork.labelAt(at)]).toEqual(['Nov', '2025', 'EST']);
  });

  test('agrees with the machine’s own data through a year and both clock changes', () => {
    for (let at = Date.parse('2025-01-01T00:00:00Z'); at < Date.parse('2026-01-01'); at += 7.25 * HOUR) {
      const { date, minutes } = wallClock(at, 'America/New_York');
      expect(at + newYork.offsetAt(at)).toBe(date.getTime() + minutes * 60_000);
    }
  });

  test('knows the very minute at which clocks change', () => {
    const change = Date.parse('2025-11-02T06:00:00Z');
    expect([newYork.clock(change - 60_000), newYork.clock(change)]).toEqual(['01:59', '01:00']);
  });

  test('is UTC where the machine does not know its name', () => {
    expect(zoneOf('exchange', 'Moon/Tranquility').name).toBe('UTC');
    expect(zoneOf('UTC', 'America/New_York').name).toBe('UTC');
    expect(zoneOf('exchange', 'America/Chicago').name).toBe('America/Chicago');
  });
});

describe('a trading day', () => {
  test.each([
    ['stocks', 'America/New_York', '2025-11-20T09:00:00Z', '2025-11-21T00:59:00Z'],
    ['futures', 'America/Chicago', '2025-11-19T23:00:00Z', '2025-11-20T21:59:00Z'],
    ['forex', 'America/New_York', '2025-11-19T22:00:00Z', '2025-11-20T21:59:00Z'],
    ['crypto', 'UTC', '2025-11-20T00:00:00Z', '2025-11-20T23:59:00Z'],
    ['stocks', 'America/New_York', '2025-11-20T01:00:00Z', '2025-11-20T23:00:00Z'],
  ])('holds the sessions of one day: %s', (market, zone, first, last) => {
    const dayOf = tradingDayOf(market, new Zone(zone));
    expect(dayOf(Date.parse(last))).toBe(dayOf(Date.parse(first)));
    expect(dayOf(Date.parse(last) + 24 * HOUR)).toBe(dayOf(Date.parse(first)) + 1);
  });
});
