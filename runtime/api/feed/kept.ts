/** Values that are read again only after a while: what changes seldom, and late without harm. */

interface Kept<T> {
  readonly readAt: number;
  readonly value: Promise<T>;
}

export class KeptValues<T> {
  readonly #life: number;
  readonly #most: number;
  readonly #wallClock: () => number;
  readonly #kept = new Map<string, Kept<T>>();

  /** @param life for how long a value holds, ms. @param most values at once */
  constructor(life: number, most: number, wallClock: () => number) {
    this.#life = life;
    this.#most = most;
    this.#wallClock = wallClock;
  }

  /** The value of that key; read anew where it is not known, or not known to hold. What cannot be read is not kept. */
  get(key: string, read: () => Promise<T>): Promise<T> {
    const now = this.#wallClock();
    const known = this.#kept.get(key);
    if (known && now - known.readAt < this.#life) return known.value;
    const value = read();
    if (this.#kept.size >= this.#most) this.#kept.clear();
    this.#kept.set(key, { readAt: now, value });
    value.catch(() => this.#kept.delete(key));
    return value;
  }
}
