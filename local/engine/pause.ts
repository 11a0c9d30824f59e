/** Waiting that can be cut short. */

/** Backs off from failures: a random part of `base · 2^(failures-1)` ms, and never more than `limit` ms. */
export function backoff(failures: number, base: number, limit: number): number {
  return Math.random() * Math.min(limit, base * 2 ** (failures - 1));
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Bell().wait(ms, signal);
}

/** Lets one waiter sleep until somebody rings; a ring without a waiter wakes the next one at once. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves when the bell rings, `signal` aborts or `ms` have passed. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        this.#rung = false;
        resolve();
      };
      const timer = setTimeout(done, ms);
      if (this.#rung || signal.aborted) return done();
      signal.addEventListener('abort', done);
      this.#wake = done;
    });
  }
}
