/** Issues versions: numbers that only grow, however the clock behaves and whoever holds the lease. */

/** So many versions are kept between the clock and what is reserved: one is spent a frame, far fewer between two renewals. */
const SPARE = 100_000;

/** Each version is the present (epoch ms of event time), or one more than the one before, whichever is higher. */
export class Versions {
  readonly #now: () => number;
  #last: number;
  #reserved = Number.POSITIVE_INFINITY;

  /** @param last the highest version ever issued for this feed. */
  constructor(now: () => number, last: number) {
    this.#now = now;
    this.#last = last;
  }

  /** The highest version issued so far. */
  get last(): number {
    return this.#last;
  }

  /** The next one. A clock that leaps ahead of what is reserved is followed once more is reserved. */
  next(): number {
    this.#last = Math.max(this.#last + 1, Math.min(this.#now(), this.#reserved - SPARE));
    return this.#last;
  }

  /** Others have issued versions up to this one. */
  raise(last: number): void {
    this.#last = Math.max(this.#last, last);
  }

  /** Nobody else will issue versions up to this one. */
  reserve(upTo: number): void {
    this.#reserved = upTo;
  }
}
