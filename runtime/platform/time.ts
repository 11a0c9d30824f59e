/** Time as a process goes by it: no clock can set it, and it scales with nothing. */
import { setTimeout as wallSleep } from 'node:timers/promises';

/** What is waited for; time itself treats all alike, a test may not. */
export type Wait = 'lease' | 'connection' | 'rest' | 'retry' | 'symbols' | 'hand-over' | 'flush';

export interface Time {
  /** A monotonic clock in ms. */
  now(): number;
  /** Waits so many ms. @throws the signal's reason */
  sleep(ms: number, signal: AbortSignal, wait: Wait): Promise<void>;
}

export const processTime: Time = {
  now: () => performance.now(),
  sleep: (ms, signal) => wallSleep(ms, undefined, { signal }),
};
