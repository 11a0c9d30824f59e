/** When silence is a fault, and when it is the night. */
import { describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import { Watchdog } from '../../../../runtime/vendor/socket/watchdog.ts';
import { MINUTE, OPEN } from '../../ingester/support/records.ts';

const SECOND = 1_000;
const LONG = 10_000;

function watchdog(heardAt: number, delay = 0): Watchdog {
  const dog = new Watchdog({ calendar: calendarOf('stocks'), delay });
  dog.heard(heardAt, 0);
  return dog;
}

describe('the watchdog', () => {
  test('complains within 90 s of silence in regular hours', () => {
    const dog = watchdog(OPEN + 10 * MINUTE);
    expect(dog.complaint(OPEN + 11 * MINUTE + 20 * SECOND, LONG, true)).toBeUndefined();
    expect(dog.complaint(OPEN + 11 * MINUTE + 29 * SECOND, LONG, true)).toBe(
      'no data for 89 s in the regular session',
    );
  });

  test('gives a thin list of symbols, and the hours before and after, ten minutes', () => {
    const dog = watchdog(OPEN + 10 * MINUTE);
    expect(dog.complaint(OPEN + 20 * MINUTE, LONG, false)).toBeUndefined();
    expect(dog.complaint(OPEN + 20 * MINUTE + SECOND, LONG, false)).toBeDefined();
    const pre = watchdog(OPEN - 60 * MINUTE);
    expect(pre.complaint(OPEN - 55 * MINUTE, LONG, true)).toBeUndefined();
    expect(pre.complaint(OPEN - 49 * MINUTE, LONG, true)).toBe('no data for 660 s in the pre session');
  });

  test.each([
    ['the night', '2025-11-21T03:00:00Z'],
    ['the weekend', '2025-11-22T17:00:00Z'],
    ['a holiday', '2025-11-27T17:00:00Z'],
    ['the hours after a half day', '2025-11-28T22:30:00Z'],
  ])('is quiet in %s', (_, at) => {
    expect(watchdog(0).complaint(Date.parse(at), LONG, true)).toBeUndefined();
  });

  test('gives a session that has just opened its time', () => {
    const dog = watchdog(OPEN - 9 * MINUTE);
    expect(dog.complaint(OPEN + 80 * SECOND, LONG, true)).toBeUndefined();
    expect(dog.complaint(OPEN + 86 * SECOND, LONG, true)).toBeDefined();
  });

  test('knows that a late feed opens and closes later', () => {
    const delay = 15 * MINUTE;
    expect(watchdog(OPEN, delay).complaint(OPEN + delay + 80 * SECOND, LONG, true)).toBeUndefined();
  });

  test('takes no leap of a fast clock for silence: two seconds of wall time must pass', () => {
    const dog = watchdog(OPEN);
    expect(dog.complaint(OPEN + 60 * MINUTE, 1_999, true)).toBeUndefined();
    expect(dog.complaint(OPEN + 60 * MINUTE, 2_000, true)).toBeDefined();
  });
});
