/** How old the lease's last renewal is and how often it changed hands, judged by what the monitor saw before. */
import * as v from 'valibot';
import type { LeaseReading } from './lease-reader.ts';
import type { Memory } from './memory.ts';

const KEY = 'lease';

const note = v.object({
  epoch: v.number(),
  counter: v.number(),
  /** When the counter was first seen at this value, epoch ms of event time. */
  since: v.number(),
});

export interface LeaseValues {
  /** s; 0 when it was renewed since the last look. */
  readonly age: number;
  /** How often it changed hands since the last look. */
  readonly epochChanges: number;
}

/** The lease carries no time, only a counter: it is as old as it has not been seen to move. */
export async function watchLease(memory: Memory, lease: LeaseReading, at: number): Promise<LeaseValues> {
  const parsed = v.safeParse(note, await memory.get(KEY));
  const before = parsed.success ? parsed.output : undefined;
  const hasMoved = before === undefined || before.counter !== lease.counter || before.epoch !== lease.epoch;
  if (hasMoved) await memory.put(KEY, { ...lease, since: at });
  return {
    age: hasMoved ? 0 : Math.max(0, (at - before.since) / 1000),
    epochChanges: before === undefined ? 0 : Math.max(0, lease.epoch - before.epoch),
  };
}
