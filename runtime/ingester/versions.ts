/** Issues versions: numbers that only grow, however the clock behaves. */

/** Each version is the present (epoch ms of event time), or one more than the one before, whichever is higher. */
export class Versions {
  readonly #now: () => number;
  #last: number;

  /** @param last the highest version ever issued for this feed. */
  constructor(now: () => number, last: number) {
    this.#now = now;
    this.#last = last;
  }

  /** The highest version issued so far. */
  get last(): number {
    return this.#last;
  }

  next(): number {
    this.#last = Math.max(this.#now(), this.#last + 1);
    return this.#last;
  }
}
