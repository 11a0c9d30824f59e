/** A process that was paused reads first and moves the watermark then. */
import { expect, test } from '@jest/globals';
import { ProcessPause } from '../../../../../runtime/ingester/channels/minutes/process-pause.ts';

const SECOND = 1_000;

test('a pause is noticed by whoever asks first, and over once what came meanwhile has had its time', () => {
  let now = 0;
  let overs = 0;
  using pause = new ProcessPause(() => now);
  pause.onOver(() => overs++);
  now += 0.9 * SECOND;
  expect(pause.isOver).toBe(true);
  now += 5 * SECOND;
  expect(pause.isOver).toBe(false);
  now += 0.5 * SECOND;
  pause.beat();
  expect([pause.isOver, overs]).toEqual([false, 0]);
  now += 0.6 * SECOND;
  pause.beat();
  expect([pause.isOver, overs]).toEqual([true, 1]);
});
