/** Whether a feed's lease is renewed: it carries no time, only a counter, which moves while its holder lives. */
import * as v from 'valibot';
import { MINUTE } from '../../markets/timeframe.ts';
import type { LeaseReading } from '../../tables/lease/lease-table.ts';

/** Renewed every 3 s; a standby takes over after 12 s, ms of wall time. */
const LOST_AFTER = 15_000;
/** The monitor looks every minute: a counter that it saw two looks ago does not move. */
const UNMOVED_AFTER = 2 * MINUTE;

/** What the monitor notes of the lease, among other things: when it first saw the counter so, epoch ms by the wall clock. */
const note = v.object({ epoch: v.number(), counter: v.number(), wallSince: v.number() });

export class LeaseFollower {
  #seen: { readonly epoch: number; readonly counter: number; readonly wall: number } | undefined;

  /**
   * @param noted what the monitor last noted: tells, at the first look, how long the counter has not moved
   * @param wall now, epoch ms by the wall clock: however fast event time runs, leases are renewed by it
   */
  isRenewed({ epoch, counter }: LeaseReading, noted: unknown, wall: number): boolean {
    const isSame = this.#seen?.epoch === epoch && this.#seen.counter === counter;
    if (!isSame) {
      const isFirst = this.#seen === undefined;
      const known = v.safeParse(note, noted);
      const isUnmoved = known.success && known.output.epoch === epoch && known.output.counter === counter;
      const isOld = isFirst && isUnmoved && wall - known.output.wallSince > UNMOVED_AFTER;
      this.#seen = { epoch, counter, wall: isOld ? Number.NEGATIVE_INFINITY : wall };
    }
    return wall - (this.#seen?.wall ?? wall) < LOST_AFTER;
  }
}
