/** A value that others follow. */

export class Store<T extends object> {
  #value: T;
  readonly #followers = new Set<(value: T, before: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Takes some new fields; tells the followers only if any of them differs. */
  set(fields: Partial<T>): void {
    const before = this.#value;
    const next = { ...before, ...fields };
    const isSame = Object.entries(next).every(([name, value]) => Object.is(value, Object(before)[name]));
    if (isSame) return;
    this.#value = next;
    for (const follower of this.#followers) follower(next, before);
  }

  follow(follower: (value: T, before: T) => void): void {
    this.#followers.add(follower);
  }
}
