/** Versions only grow. */
import { expect, test } from '@jest/globals';
import { Versions } from '../../../runtime/ingester/versions.ts';

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
