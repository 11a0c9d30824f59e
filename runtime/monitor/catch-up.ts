/** Tells a feed that fills a gap and gets on with it from one that is late. Pure: told what was seen before. */
import * as v from 'valibot';
import { MINUTE } from '../markets/timeframe.ts';
import type { CatchingUp } from '../tables/lease/lease-table.ts';

/** Beyond this (ms) a gap that is still being filled is an outage, however well it gets on. */
export const LONGEST_CATCH_UP = 20 * MINUTE;
/** A slot that is behind a gap by no more than this (ms) was not late before it. */
const TOLERANCE = 2 * MINUTE;

export const catchUpNote = v.object({
  /** Start of the gap, epoch ms. */
  from: v.number(),
  /** Symbols that were still to be asked for. */
  remaining: v.number(),
  /** When the gap was first seen, epoch ms of event time. */
  began: v.number(),
  /** When fewer symbols remained than at the look before, epoch ms of event time; 0 for never. */
  progressed: v.number(),
});

/** The latest gap that was being filled. */
export type CatchUp = v.InferOutput<typeof catchUpNote>;

/** @param said what the lease says at `at` (epoch ms of event time); undefined when it says nothing, or nobody renews it */
export function followCatchUp(
  before: CatchUp | undefined,
  said: CatchingUp | undefined,
  at: number,
): CatchUp | undefined {
  if (said === undefined) return before;
  // That a gap is there does not excuse anything yet, for an outage begins with one too.
  const { from, remaining } = said;
  if (before?.from !== from) return { from, remaining, began: at, progressed: 0 };
  const getsOn = remaining < before.remaining && at - before.began <= LONGEST_CATCH_UP;
  return { ...before, remaining, progressed: getsOn ? at : before.progressed };
}

/** Whether the gap is what keeps a slot with this watermark back: one that was late before the gap is late for another reason. */
export function holdsBack({ from }: CatchUp, through: number): boolean {
  return through === 0 || through >= from - TOLERANCE;
}
