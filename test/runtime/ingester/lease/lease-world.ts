/** A world of processes that want one lease: pauses, lost and late requests and answers, clocks that disagree. */
import { type LeaseRules, leaseTimes } from '../../../../runtime/ingester/lease/lease.ts';
import type { Attempt, Claim, Lease } from '../../../../runtime/tables/lease/lease-table.ts';

/** Simulated ms of one step. */
const STEP = 100;
/** A process gives up on an answer after this. */
const PATIENCE = 2_500;

/** A request on its way: it is carried out at one instant, if at all, and answered at a later one, if at all. */
interface Request {
  readonly carriedOutAt: number;
  readonly answeredAt: number;
  readonly givenUpAt: number;
  readonly carryOut: () => void;
  readonly answer: () => void;
  isCarriedOut: boolean;
}

export class LeaseWorld {
  now = 0;
  lease: Lease | undefined;
  /** Epochs in the order in which they were written. */
  readonly epochs: number[] = [];
  readonly #random: () => number;
  readonly #requests: Request[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Sends a request that may be lost or late, both ways. */
  send(carryOut: () => void, answer: () => void): Request {
    const draw = this.#random();
    const slow = () => (this.#random() < 0.1 ? this.#random() * 30_000 : this.#random() * 400);
    const carriedOutAt = draw < 0.05 ? Number.POSITIVE_INFINITY : this.now + slow();
    const answeredAt = draw > 0.95 ? Number.POSITIVE_INFINITY : carriedOutAt + slow();
    const givenUpAt = this.now + PATIENCE;
    const request = { carriedOutAt, answeredAt, givenUpAt, carryOut, answer, isCarriedOut: false };
    this.#requests.push(request);
    return request;
  }

  write(lease: Lease): void {
    if (lease.epoch !== this.lease?.epoch) this.epochs.push(lease.epoch);
    this.lease = lease;
  }

  step(): void {
    this.now += STEP;
    const due = this.#requests.filter(
      ({ isCarriedOut, carriedOutAt }) => !isCarriedOut && carriedOutAt <= this.now,
    );
    for (const request of due.sort((a, b) => a.carriedOutAt - b.carriedOutAt)) {
      request.isCarriedOut = true;
      request.carryOut();
    }
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  between(low: number, high: number): number {
    return low + this.#random() * (high - low);
  }
}

/** A process that follows the rules as a keeper of the lease does. */
export class Process {
  readonly rules: LeaseRules;
  readonly #world: LeaseWorld;
  readonly #owner: string;
  /** Its monotonic clock began somewhere. */
  readonly #offset: number;
  #pausedUntil = 0;
  #next = 0;
  #pending: Request | undefined;

  constructor(world: LeaseWorld, owner: string, rules: LeaseRules) {
    this.#world = world;
    this.#owner = owner;
    this.rules = rules;
    this.#offset = world.between(0, 1e9);
  }

  get holds(): boolean {
    return this.rules.holds(this.#at);
  }

  step(): void {
    const { now } = this.#world;
    if (now < this.#pausedUntil) return;
    if (this.#world.chance(0.002)) {
      this.#pausedUntil = now + this.#world.between(1_000, 40_000);
      return;
    }
    if (this.#pending && this.#pending.answeredAt <= now && this.#pending.isCarriedOut) {
      const { answer } = this.#pending;
      this.#pending = undefined;
      answer();
    }
    if (this.#pending && this.#pending.givenUpAt <= now) this.#pending = undefined;
    if (this.#pending || this.#at < this.#next) return;
    this.#next = this.#at + (this.holds ? leaseTimes.renewEvery : leaseTimes.pollEvery);
    if (this.holds) this.#renew();
    else
      this.#read(lease => {
        const claim = this.rules.look(lease, this.#at);
        if (claim) this.#take(claim);
      });
  }

  get #at(): number {
    return this.#world.now + this.#offset;
  }

  #read(then: (lease: Lease | undefined) => void): void {
    let found: Lease | undefined;
    const look = () => {
      found = this.#world.lease;
    };
    this.#pending = this.#world.send(look, () => then(found));
  }

  #take(claim: Claim): void {
    const isAsSeen = (lease: Lease | undefined) =>
      lease?.epoch === claim.seen?.epoch && lease?.counter === claim.seen?.counter;
    this.#write(claim, isAsSeen, isWritten => isWritten && this.rules.won(claim));
  }

  #renew(): void {
    const attempt = this.rules.renewal(this.#at);
    const isMine = (lease: Lease | undefined) =>
      lease?.owner === this.#owner && lease.epoch === attempt.epoch && lease.counter < attempt.counter;
    this.#write(attempt, isMine, isWritten => {
      if (isWritten) this.rules.renewed(attempt, this.#at);
      else this.#read(lease => this.rules.notWritten(attempt, lease, this.#at));
    });
  }

  #write(
    { epoch, counter }: Attempt,
    condition: (lease: Lease | undefined) => boolean,
    then: (isWritten: boolean) => void,
  ): void {
    let isWritten = false;
    const carryOut = () => {
      isWritten = condition(this.#world.lease);
      if (isWritten) this.#world.write({ owner: this.#owner, epoch, counter, lastVersion: 0 });
    };
    this.#pending = this.#world.send(carryOut, () => then(isWritten));
  }
}
