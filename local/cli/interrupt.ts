/**
 * Ctrl-C and its like. Before anything runs they end the process at once, for nothing is lost. Then the first one asks for
 * an orderly end, and a second one does not wait for that. Nothing outlives the process either way: `engine/at-exit.ts`.
 */

/** The exit code after Ctrl-C, as shells have it. */
const INTERRUPTED = 130;
/** npm hands on to its script what the terminal has sent to both (ms). */
const HANDED_ON_WITHIN = 1_000;

export class Interrupt {
  readonly #stop = new AbortController();
  #isOrderly = false;
  #askedAt = Number.POSITIVE_INFINITY;
  /** Signals that may still come from npm for one that came already. */
  #copies = process.env['npm_lifecycle_event'] === 'start' ? 1 : 0;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#ask());
    // A reader such as `head` that has seen enough ends the run.
    process.stdout.on('error', () => (this.#isOrderly ? this.#stop.abort() : process.exit(0)));
  }

  /** Aborts when the run is asked to end. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** From now on something runs that deserves an orderly end. */
  beOrderly(): void {
    this.#isOrderly = true;
  }

  #ask(): void {
    if (!this.#isOrderly) process.exit(INTERRUPTED);
    const now = performance.now();
    if (!this.#stop.signal.aborted) {
      this.#askedAt = now;
      this.#stop.abort();
    } else if (this.#copies > 0 && now - this.#askedAt < HANDED_ON_WITHIN) this.#copies--;
    else process.exit(INTERRUPTED);
  }
}
