/** Versions only grow. */
import { expect, test } from '@jest/globals';
import { Versions } from '../../../../runtime/ingester/lease/versions.ts';

test('versions follow the clock, and go on growing when it stands still or is set back', () => {
  let now = 1_000;
  const versions = new Versions(() => now, 0);
  expect([versions.next(), versions.next()]).toEqual([1_000, 1_001]);
  now = 500;
  expect(versions.next()).toBe(1_002);
  now = 5_000;
  expect(versions.next()).toBe(5_000);
});

test('versions go on from the highest that was ever issued', () => {
  expect(new Versions(() => 1_000, 9_000).next()).toBe(9_001);
});

test('versions stay below what is reserved for this holder, however far the clock leaps, and follow it when more is reserved', () => {
  let now = 1_000_000;
  const versions = new Versions(() => now, 0);
  versions.reserve(1_600_000);
  expect(versions.next()).toBe(1_000_000);
  now = 9_000_000;
  const issued = Array.from({ length: 1_000 }, () => versions.next());
  expect(issued).toEqual([...new Set(issued)].sort((a, b) => a - b));
  expect(issued.at(-1)).toBeLessThan(1_600_000);
  versions.reserve(9_600_000);
  expect(versions.next()).toBe(9_000_000);
});

test('versions go on above what others have issued', () => {
  const versions = new Versions(() => 1_000, 0);
  versions.raise(5_000);
  expect(versions.next()).toBe(5_001);
});
