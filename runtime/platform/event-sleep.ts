/** Sleeping for a span of event time without ever hammering in wall time. */
import type { Clock } from './clock.ts';
import { processTime, type Time } from './time.ts';

/** Sleeps for `ms` of event time. @throws the signal's reason when it aborts */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * A sleep that runs by wall time, shortened as the clock's speed says but never below `wallMinimum` ms. A clock that
 * stands still counts as the machine's: what waits for the network must go on while event time is held.
 */
export function eventSleep(clock: Clock, time: Time = processTime, wallMinimum = 250): Sleep {
  return async (ms, signal) => {
    const speed = clock.perWall(1) || 1;
    await time.sleep(Math.max(wallMinimum, ms / speed), signal, 'connection');
  };
}
