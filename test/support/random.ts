/** A seeded source of chance for tests: the same seed always makes the same choices. */

export class Random {
  #state: number;

  /** @param seed any whole number */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 up to but not including 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with that probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the elements. @throws RangeError when there is none */
  pick<T>(elements: readonly T[]): T {
    for (const element of elements.slice(this.below(elements.length))) return element;
    throw new RangeError('nothing to pick from');
  }

  /** The elements in another order. */
  shuffled<T>(elements: readonly T[]): T[] {
    const rest = [...elements];
    return elements.flatMap(() => rest.splice(this.below(rest.length), 1));
  }
}
