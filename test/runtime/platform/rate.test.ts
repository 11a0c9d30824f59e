/** Rates over the last minute. */
import { expect, test } from '@jest/globals';
import { Rate } from '../../../runtime/platform/rate.ts';

const SECOND = 1_000;

test('a rate is what was counted in the last minute, over that minute', () => {
  let now = 1_763_649_000_500;
  const rate = new Rate(() => now);
  rate.count(30);
  now += 30 * SECOND;
  rate.count(90);
  expect(rate.perSecond).toBe(2);
  now += 30 * SECOND;
  expect(rate.perSecond).toBe(1.5);
  now += 30 * SECOND;
  expect(rate.perSecond).toBe(0);
});

test('a rate forgets everything over a long pause, and survives a clock that goes back', () => {
  let now = 1_763_649_000_000;
  const rate = new Rate(() => now);
  rate.count(60);
  now -= 10 * SECOND;
  rate.count(60);
  expect(rate.perSecond).toBe(2);
  now += 3_600 * SECOND;
  expect(rate.perSecond).toBe(0);
});
