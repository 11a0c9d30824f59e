/** Local days: their bounds, their lengths across clock changes, and their wall clock. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LocalDays } from '../../../runtime/markets/local-days.ts';
import { wallClock } from '../../support/wall-clock.ts';

const HOUR = 3_600_000;
const newYork = new LocalDays('America/New_York');
const utc = (iso: string) => Date.parse(iso);

describe('a local day', () => {
  test('has 23 hours when clocks go forward and 25 when they go back', () => {
    const lengths = ['2025-03-08', '2025-03-09', '2025-11-02', '2025-11-03'].map(date => {
      const day = newYork.at(utc(`${date}T17:00Z`));
      return [day.date.toString(), (day.end - day.start) / HOUR];
    });
    expect(lengths).toEqual([
      ['2025-03-08', 24],
      ['2025-03-09', 23],
      ['2025-11-02', 25],
      ['2025-11-03', 24],
    ]);
  });

  test('starts at local midnight, whatever day it is in Greenwich', () => {
    expect(newYork.at(utc('2025-01-01T04:59:59.999Z')).date.toString()).toBe('2024-12-31');
    expect(newYork.at(utc('2025-01-01T05:00Z')).date.toString()).toBe('2025-01-01');
    expect(newYork.at(utc('2025-01-01T05:00Z')).start).toBe(utc('2025-01-01T05:00Z'));
  });

  test('gives the instant of a wall-clock time, before and after a clock change', () => {
    const forward = newYork.at(utc('2025-03-09T17:00Z'));
    expect(newYork.wallClock(forward, 60)).toBe(utc('2025-03-09T06:00Z'));
    expect(newYork.wallClock(forward, 4 * 60)).toBe(utc('2025-03-09T08:00Z'));
    expect(newYork.wallClock(forward, 1440)).toBe(forward.end);
    const back = newYork.at(utc('2025-11-02T17:00Z'));
    expect(newYork.wallClock(back, 0)).toBe(utc('2025-11-02T04:00Z'));
    expect(newYork.wallClock(back, 4 * 60)).toBe(utc('2025-11-02T09:00Z'));
  });

  test('follows the one before it without a gap, and shows what a wall clock shows', () => {
    const zones = ['America/New_York', 'America/Chicago', 'UTC', 'Asia/Kolkata', 'Australia/Lord_Howe'];
    const instants = fc.integer({ min: utc('1975-01-01'), max: utc('2040-12-31') });
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants, (zone, ms) => {
        const days = new LocalDays(zone);
        const day = days.at(ms);
        expect(ms >= day.start && ms < day.end).toBe(true);
        expect(days.numbered(day.number + 1).start).toBe(day.end);
        expect(new Date(day.number * 24 * HOUR).toISOString().slice(0, 10)).toBe(day.date.toString());
        expect(wallClock(ms, zone).date.toISOString().slice(0, 10)).toBe(day.date.toString());
        expect(wallClock(day.start, zone).minutes).toBe(0);
      }),
    );
  });
});
