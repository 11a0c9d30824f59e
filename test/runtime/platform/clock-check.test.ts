/** When the clock is off, by what others say and send. */
import { describe, expect, test } from '@jest/globals';
import { ClockCheck } from '../../../runtime/platform/clock-check.ts';
import { MINUTE, OPEN } from '../ingester/support/records.ts';

/** An answer whose `date` is `ahead` ms ahead of this clock, which took so long. */
function answer(ahead: number, took = 20) {
  const date = new Date(Math.floor((OPEN + ahead) / 1_000) * 1_000).toUTCString();
  return { date, asked: OPEN - took / 2, answered: OPEN + took / 2 };
}

/** How far a clock is off after one answer, ms. */
function offAfter(ahead: number, took?: number): number | undefined {
  const check = new ClockCheck();
  check.answered('aws', answer(ahead, took));
  return check.off?.ms;
}

describe('by the dates of answers a clock', () => {
  test('is not off by what counting whole seconds and the way of an answer explain', () => {
    expect([0, 900, -900].map(ahead => offAfter(ahead))).toEqual([0, 0, 0]);
    expect(offAfter(5_000, 12_000)).toBe(0);
    expect(offAfter(-5_000, 12_000)).toBe(0);
  });

  test('is slow or fast by at least what cannot be explained', () => {
    expect(offAfter(6_000)).toBe(5_990);
    expect(offAfter(-6_000)).toBe(-4_990);
  });

  test('is as far off as the worst of those that told of late', () => {
    let wall = 0;
    const check = new ClockCheck(() => wall);
    expect(check.off).toBeUndefined();
    check.answered('vendor', answer(-6_000));
    check.answered('aws', answer(3_000));
    expect(check.off).toEqual({ ms: -4_990, against: 'vendor' });
    wall += 10 * MINUTE;
    check.answered('aws', answer(3_000));
    expect(check.off).toEqual({ ms: 2_990, against: 'aws' });
  });

  test('is nothing known of without a date', () => {
    const check = new ClockCheck();
    for (const date of [undefined, 'soon']) check.answered('aws', { ...answer(0), date });
    expect(check.off).toBeUndefined();
  });
});

describe('by the bars that come a clock', () => {
  const minute = (n: number) => OPEN + n * MINUTE;

  test('is slow when minute after minute is over before it is by this clock', () => {
    const check = new ClockCheck();
    check.ended(minute(1), minute(1) - 5_000);
    expect(check.off?.ms).toBe(0);
    check.ended(minute(2), minute(2) - 4_000);
    check.ended(minute(2), minute(2) - 1_000);
    expect(check.off).toEqual({ ms: 4_000, against: 'bars' });
  });

  test('is not slow for a single bar from the future, nor for late ones', () => {
    const check = new ClockCheck();
    for (let n = 1; n <= 10; n++) {
      check.ended(minute(n), minute(n) + 2_000);
      check.ended(minute(n - 1), minute(n) + 2_000);
      if (n === 5) check.ended(minute(60), minute(n));
      expect(check.off?.ms).toBe(0);
    }
  });

  test('is right again once minutes come in time', () => {
    const check = new ClockCheck();
    for (let n = 1; n <= 3; n++) check.ended(minute(n), minute(n) - 5_000);
    for (let n = 4; n <= 8; n++) check.ended(minute(n), minute(n) + 1_000);
    expect(check.off?.ms).toBe(0);
  });
});

test('a slow clock is put right by AWS and by bars, as far as a minute, and by no date of the vendor’s', () => {
  const check = new ClockCheck();
  check.answered('vendor', answer(30_000));
  expect(check.slow).toBe(0);
  check.answered('aws', answer(6_000));
  expect(check.slow).toBe(5_990);
  check.answered('aws', answer(-6_000));
  expect(check.slow).toBe(0);
  for (const n of [1, 2]) check.ended(OPEN + n * MINUTE, OPEN - 10 * MINUTE);
  expect(check.slow).toBe(MINUTE);
});
