/** The rules of the lease: who may connect to the vendor and put watermarks. Pure: told the time and the table's answers. */
import type { Attempt, Claim, Lease } from '../../tables/lease/lease-table.ts';

/** Wall time in ms; it never scales with event time. */
export const leaseTimes = {
  /** How often a holder renews. */
  renewEvery: 3_000,
  /** How often a standby looks. */
  pollEvery: 1_000,
  /** A holder that has not renewed for so long holds nothing any more. */
  fenceAfter: 9_000,
  /** A standby takes over when the counter has not moved for so long: later than any holder fences itself. */
  takeOverAfter: 12_000,
} as const;

/** Owner of a lease that was given back. */
export const NOBODY = 'nobody';

/** One process's view of the lease. Every `at` is this process's own monotonic clock in ms. */
export class LeaseRules {
  readonly #owner: string;
  #seen: Lease | undefined;
  /** Since when the lease was seen as it is. */
  #unmovedSince = Number.POSITIVE_INFINITY;
  #held: Attempt | undefined;
  #counter = 0;

  constructor(owner: string) {
    this.#owner = owner;
  }

  /** The epoch under which this process holds, or last held, the lease; 0 before the first time. */
  get epoch(): number {
    return this.#held?.epoch ?? 0;
  }

  /** Whether this process may put watermarks at this instant. */
  holds(at: number): boolean {
    return this.#held !== undefined && at - this.#held.startedAt < leaseTimes.fenceAfter;
  }

  /** A standby has read the lease. @returns the claim to make, if the lease may be taken over now. */
  look(lease: Lease | undefined, at: number): Claim | undefined {
    const isSame =
      lease !== undefined && lease.epoch === this.#seen?.epoch && lease.counter === this.#seen.counter;
    if (!isSame) this.#unmovedSince = at;
    this.#seen = lease;
    const isFree = lease === undefined || lease.owner === NOBODY || lease.owner === this.#owner;
    if (!isFree && at - this.#unmovedSince < leaseTimes.takeOverAfter) return undefined;
    return {
      seen: lease,
      epoch: (lease?.epoch ?? 0) + 1,
      counter: (lease?.counter ?? 0) + 1,
      startedAt: at,
    };
  }

  /** The claim was written. */
  won({ epoch, counter, startedAt }: Claim): void {
    this.#held = { epoch, counter, startedAt };
    this.#counter = counter;
  }

  /** The renewal to try now. Each has a counter of its own, so that one that is late cannot undo another. */
  renewal(at: number): Attempt {
    this.#counter++;
    return { epoch: this.epoch, counter: this.#counter, startedAt: at };
  }

  /** The renewal was written. An answer that comes after the lease was fenced or lost, or in a later epoch, changes nothing. */
  renewed(attempt: Attempt, at: number): void {
    if (this.holds(at) && attempt.epoch === this.epoch) this.#held = attempt;
  }

  /** A renewal was not written: what the lease shows tells whether it is still this process's, and whether that very renewal was written before its answer was lost. */
  notWritten(attempt: Attempt, lease: Lease | undefined, at: number): void {
    // An answer of an earlier epoch says nothing of this one.
    if (attempt.epoch !== this.epoch) return;
    if (lease?.owner !== this.#owner || lease.epoch !== attempt.epoch) this.lost();
    else if (lease.counter === attempt.counter) this.renewed(attempt, at);
  }

  /** From now on nothing is held. */
  lost(): void {
    if (this.#held) this.#held = { ...this.#held, startedAt: Number.NEGATIVE_INFINITY };
  }
}
