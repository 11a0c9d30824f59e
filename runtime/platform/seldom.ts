/** Lets the same thing be said only so often. */
import type { Time } from './time.ts';

export class Seldom {
  readonly #time: Pick<Time, 'now'>;
  readonly #interval: number;
  readonly #saidAt = new Map<string, number>();

  /** @param interval ms between two sayings of one thing */
  constructor(time: Pick<Time, 'now'>, interval: number) {
    this.#time = time;
    this.#interval = interval;
  }

  /** Says it, unless it was said a moment ago. @param what one of a few things */
  say(what: string, say: () => void): void {
    const now = this.#time.now();
    if (now - (this.#saidAt.get(what) ?? Number.NEGATIVE_INFINITY) < this.#interval) return;
    this.#saidAt.set(what, now);
    say();
  }
}
