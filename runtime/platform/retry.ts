/** Waiting between attempts: exponential, jittered, ended by a signal. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Bounds of the wait before another attempt, in wall-clock ms. */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
}

/** For calls to AWS. */
export const awsBackoff: Backoff = { first: 50, longest: 3_000 };

/** The wait after `failures` failures in a row: half of it fixed, half random, so that many clients spread. */
export function delayAfter(failures: number, { first, longest }: Backoff, random = Math.random): number {
  const ceiling = Math.min(longest, first * 2 ** Math.min(failures - 1, 30));
  return ceiling / 2 + (random() * ceiling) / 2;
}

/** Sleeps after the given number of failures in a row. @throws the signal's reason when it aborts. */
export async function pauseAfter(failures: number, backoff: Backoff, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const options = signal ? { signal } : {};
  await sleep(delayAfter(failures, backoff), undefined, options);
}
