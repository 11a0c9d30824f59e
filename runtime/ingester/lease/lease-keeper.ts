/** Holds the lease: stands by for it, renews it, notices its loss, and gives it back. */ import type { Logger } from '../../platform/logger.ts';
import type { Time } from '../../platform/time.ts';
import { printable } from '../../records/show.ts';
import type { Claim, Facts, Lease, LeaseTable } from '../../tables/lease/lease-table.ts';
import { LeaseRules, leaseTimes, NOBODY } from './lease.ts';

/** Of what a table says, so many characters are told. */
const PROBLEM = 300;

/** One time that the lease is held without a break. */
export interface Term {
  readonly epoch: number;
  /** What the holder before left; absent when there was none. */
  readonly before: Lease | undefined;
  /** Aborts when the lease is lost or the process is told to stop. */
  readonly signal: AbortSignal;
}

export interface LeaseKeeperOptions {
  readonly table: Pick<LeaseTable, 'read' | 'take' | 'renew'>;
  /** Unique per process. */
  readonly owner: string;
  /** What to keep for a successor; told the lease as it was found when one is taken over. */
  readonly facts: (before: Lease | undefined) => Facts;
  /** What to keep once nothing more will be published. */
  readonly lastFacts: () => Facts;
  /** Called with what was written, before anything else happens under it. */
  readonly onWritten: (facts: Facts) => void;
  readonly time: Time;
  readonly logger: Logger;
}

export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #rules: LeaseRules;
  readonly #time: Time;
  #renewing: Promise<void> | undefined;
  #writing: Promise<void> | undefined;
  #over = new AbortController();
  #wasRead = false;
  #holder: string | undefined;
  #problem: string | undefined;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#rules = new LeaseRules(options.owner);
    this.#time = options.time;
  }

  /** The epoch under which the lease is, or was last, held; 0 before the first time. */
  get epoch(): number {
    return this.#rules.epoch;
  }

  /** Whether this process may put watermarks right now: asked before every one, for the process may have been paused meanwhile. */
  get holds(): boolean {
    return this.#rules.holds(this.#wall());
  }

  /** Who holds the lease, as far as is known. */
  get holder(): string | undefined {
    return this.holds ? this.#options.owner : this.#holder;
  }

  /** Whether the table that keeps the lease has ever answered. */
  get wasRead(): boolean {
    return this.#wasRead;
  }

  /** Why the table that keeps the lease does not answer as it should; undefined when it does. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Every time the lease is held, one after another, until the signal aborts. The last one stays held until `release`. */
  async *terms(stop: AbortSignal): AsyncGenerator<Term, void, void> {
    while (!stop.aborted) {
      const before = await this.#acquire(stop);
      if (before === undefined) return;
      this.#over = new AbortController();
      this.#renewing = this.#keep(this.#over);
      const signal = AbortSignal.any([stop, this.#over.signal]);
      yield { epoch: this.epoch, before: before.lease, signal };
    }
  }

  /** Renews at once, so that whoever was pushed aside learns it now and not seconds later. */
  async confirm(): Promise<void> {
    // What is under way may have begun before it was asked, even in an earlier term.
    await this.#writing;
    await this.#renew();
    if (!this.holds) this.#over.abort(new Error('the lease is lost'));
  }

  /** Ends the term and gives the lease back, if it is held, so that a standby need not wait. */
  async release(): Promise<void> {
    const { table, owner, lastFacts, logger } = this.#options;
    const isHeld = this.holds;
    this.#over.abort(new Error('the lease is given back'));
    await this.#renewing;
    await this.#writing;
    if (!isHeld || !this.holds) return;
    try {
      await table.renew(this.#rules.renewal(this.#wall()), owner, lastFacts(), NOBODY);
      logger.info('the lease is given back', { epoch: this.epoch });
    } catch (error) {
      logger.warn('the lease could not be given back: a standby takes over when it has run out', {
        cause: String(error),
      });
    }
    this.#rules.lost();
  }

  #wall(): number {
    return this.#time.now();
  }

  /** @returns what was there before the lease was taken, or undefined when the signal aborted first. */
  async #acquire(stop: AbortSignal): Promise<{ lease: Lease | undefined } | undefined> {
    const { table, logger } = this.#options;
    for (let failures = 0; !stop.aborted; ) {
      try {
        const lease = await table.read();
        failures = 0;
        this.#wasRead = true;
        this.#problem = undefined;
        if (lease && lease.owner !== this.#holder)
          logger.info('stands by for the lease', { holder: lease.owner, ofRelease: lease.release });
        this.#holder = lease?.owner;
        const claim = this.#rules.look(lease, this.#wall());
        if (claim && (await this.#take(claim))) return { lease };
      } catch (error) {
        this.#problem = printable(String(error), PROBLEM);
        if (failures++ === 0) logger.error('the lease cannot be read', { cause: this.#problem });
      }
      await this.#time.sleep(leaseTimes.pollEvery, stop, 'lease').catch(() => undefined);
    }
    return undefined;
  }

  async #take(claim: Claim): Promise<boolean> {
    const { table, owner, facts, onWritten, logger } = this.#options;
    const written = facts(claim.seen);
    if (!(await table.take(claim, owner, written))) return false;
    onWritten(written);
    this.#rules.won(claim);
    if (!this.holds) return false;
    logger.info('holds the lease', { epoch: claim.epoch, before: claim.seen?.owner ?? NOBODY });
    return true;
  }

  /** Renews until the term is over, and ends it when the lease has run out or another has it. */
  async #keep(over: AbortController): Promise<void> {
    const { logger } = this.#options;
    let next = this.#wall() + leaseTimes.renewEvery;
    while (!over.signal.aborted) {
      const wait = Math.max(0, Math.min(next - this.#wall(), leaseTimes.pollEvery));
      await this.#time.sleep(wait, over.signal, 'lease').catch(() => undefined);
      if (over.signal.aborted) return;
      if (!this.holds) {
        logger.error('the lease is lost: no watermark goes out any more, and the connection is closed');
        over.abort(new Error('the lease is lost'));
      } else if (this.#wall() >= next) {
        next = this.#wall() + leaseTimes.renewEvery;
        void this.#renew();
      }
    }
  }

  /** One renewal is under way at a time; who asks meanwhile waits for that one. */
  #renew(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { table, owner, facts, onWritten, logger } = this.#options;
    const attempt = this.#rules.renewal(this.#wall());
    const written = facts(undefined);
    try {
      const isWritten = await table.renew(attempt, owner, written);
      if (!isWritten) this.#rules.notWritten(attempt, await table.read(), this.#wall());
      else if (attempt.epoch === this.epoch) {
        this.#rules.renewed(attempt, this.#wall());
        onWritten(written);
      }
      this.#problem = undefined;
    } catch (error) {
      this.#problem = printable(String(error), PROBLEM);
      logger.warn('the lease could not be renewed', { epoch: attempt.epoch, cause: this.#problem });
    }
  }
}
