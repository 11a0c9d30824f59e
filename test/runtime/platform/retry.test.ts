/** Waiting between attempts. */
import { expect, test } from '@jest/globals';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { eventSleep } from '../../../runtime/platform/event-sleep.ts';
import { delayAfter, pauseAfter } from '../../../runtime/platform/retry.ts';
import { processTime } from '../../../runtime/platform/time.ts';

const backoff = { first: 100, longest: 1_000 };

test('waits double with every failure, up to the longest, half of each by chance', () => {
  const range = (failures: number) => [0, 1].map(random => delayAfter(failures, backoff, () => random));
  expect(range(1)).toEqual([50, 100]);
  expect(range(2)).toEqual([100, 200]);
  expect(range(5)).toEqual([500, 1_000]);
  expect(range(5_000)).toEqual([500, 1_000]);
});

test('a pause ends at once when the signal aborts', async () => {
  const stop = new AbortController();
  const pause = pauseAfter(20, { first: 3_600_000, longest: 3_600_000 }, stop.signal);
  stop.abort();
  await expect(pause).rejects.toThrow('aborted');
  await expect(pauseAfter(1, backoff, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});

test('a sleep of event time goes by the wall while event time stands still, and ends with the signal', async () => {
  const sleep = eventSleep(new EventClock({ now: 0, speed: 0 }), processTime, 0);
  await sleep(1, new AbortController().signal);
  await expect(sleep(3_600_000, AbortSignal.abort())).rejects.toThrow('aborted');
});

test('a sleep of event time is as short as the clock is fast', async () => {
  await eventSleep(
    new EventClock({ now: 0, speed: 3_600_000 }),
    processTime,
    0,
  )(3_600_000, new AbortController().signal);
});
