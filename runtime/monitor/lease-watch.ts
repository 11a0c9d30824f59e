/** How old the lease's last renewal is, how often it changed hands and which gap is being filled, judged by what was seen before. */
import * as v from 'valibot';
import type { LeaseReading } from '../tables/lease/lease-table.ts';
import type { Memory } from '../tables/monitor-memory.ts';
import { type CatchUp, catchUpNote, followCatchUp } from './catch-up.ts';

const KEY = 'lease';

const note = v.object({
  epoch: v.number(),
  counter: v.number(),
  /** When the counter was first seen at this value, epoch ms of event time. */
  since: v.number(),
  /** The same by the wall clock, by which it is renewed. */
  wallSince: v.exactOptional(v.number()),
  catchUp: v.exactOptional(catchUpNote),
});

export interface LeaseValues {
  /** s; 0 when it was renewed since the last look. */
  readonly age: number;
  /** How often it changed hands since the last look. */
  readonly epochChanges: number;
  /** Whether whoever renews it says that a gap is being filled. */
  readonly isCatchingUp: boolean;
  /** The latest gap that was being filled, whether it is filled by now or not; absent when there never was one. */
  readonly catchUp?: CatchUp;
}

/**
 * The lease carries no time, only a counter: it is as old as it has not been seen to move.
 * @param now epoch ms of event time, and by the wall clock
 */
export async function watchLease(
  memory: Memory,
  lease: LeaseReading,
  now: { readonly at: number; readonly wall: number },
): Promise<LeaseValues> {
  const { epoch, counter, catchingUp } = lease;
  const { at, wall } = now;
  const parsed = v.safeParse(note, await memory.get(KEY));
  const before = parsed.success ? parsed.output : undefined;
  const hasMoved = before === undefined || before.counter !== counter || before.epoch !== epoch;
  // What a dead holder said last is no news.
  const catchUp = followCatchUp(before?.catchUp, hasMoved ? catchingUp : undefined, at);
  if (hasMoved)
    await memory.put(KEY, { epoch, counter, since: at, wallSince: wall, ...(catchUp && { catchUp }) });
  return {
    age: hasMoved ? 0 : Math.max(0, (at - before.since) / 1000),
    epochChanges: before === undefined ? 0 : Math.max(0, epoch - before.epoch),
    isCatchingUp: hasMoved && catchingUp !== undefined,
    ...(catchUp && { catchUp }),
  };
}
