/** How many things happen per second, over the last minute of event time. */

const SECONDS = 60;

export class Rate {
  readonly #now: () => number;
  /** Counts of the last seconds, each at its second modulo 60. */
  readonly #counts = new Float64Array(SECONDS);
  /** The second (since 1970) that was counted last. */
  #second: number;

  /** @param now epoch ms of event time */
  constructor(now: () => number) {
    this.#now = now;
    this.#second = Math.floor(now() / 1_000);
  }

  count(things = 1): void {
    this.#advance();
    const at = this.#second % SECONDS;
    this.#counts[at] = (this.#counts[at] ?? 0) + things;
  }

  get perSecond(): number {
    this.#advance();
    return this.#counts.reduce((sum, count) => sum + count, 0) / SECONDS;
  }

  /** A clock that goes back counts on where it was. */
  #advance(): void {
    const second = Math.floor(this.#now() / 1_000);
    if (second - this.#second >= SECONDS) this.#counts.fill(0);
    else for (let at = this.#second + 1; at <= second; at++) this.#counts[at % SECONDS] = 0;
    this.#second = Math.max(second, this.#second);
  }
}
