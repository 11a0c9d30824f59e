/** A process that was stopped reads first and promises then. */
import { expect, test } from '@jest/globals';
import { Pulse } from '../../../../../runtime/ingester/channels/minutes/process-pause.ts';

const SECOND = 1_000;

test('a stop is noticed by whoever asks first, and over once what came meanwhile has had its time', () => {
  let now = 0;
  let settled = 0;
  using pulse = new Pulse({ wall: () => now, onSettled: () => settled++ });
  now += 0.9 * SECOND;
  expect(pulse.isSettled).toBe(true);
  now += 5 * SECOND;
  expect(pulse.isSettled).toBe(false);
  now += 0.5 * SECOND;
  pulse.beat();
  expect([pulse.isSettled, settled]).toEqual([false, 0]);
  now += 0.6 * SECOND;
  pulse.beat();
  expect([pulse.isSettled, settled]).toEqual([true, 1]);
});
