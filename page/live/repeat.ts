/** Does one thing again and again: at a pace, later and later while it fails, at once when asked to. */
import { Trouble } from '../api/trouble.ts';

export interface RepeatOptions {
  /** ms from the end of one run to the next. */
  readonly every: number;
  /** After each run: nothing, or what went wrong. */
  readonly onOutcome: (trouble: Trouble | undefined) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Failing tasks are tried again at least this often, ms. */
const LONGEST = 15_000;

export class Repeat {
  readonly #task: (signal: AbortSignal) => Promise<void>;
  readonly #options: RepeatOptions;
  #failures = 0;
  /** Ends the wait for the next run. */
  #wake: () => void = () => undefined;
  #isPoked = false;
  #isPaused = false;

  constructor(task: (signal: AbortSignal) => Promise<void>, options: RepeatOptions) {
    this.#task = task;
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#wake());
    void this.#run();
  }

  /** Runs now, or once more right after the run that is going on. */
  poke(): void {
    this.#isPoked = true;
    this.#wake();
  }

  /** Nobody looks: nothing is run until somebody does. */
  set paused(isPaused: boolean) {
    this.#isPaused = isPaused;
    if (!isPaused) this.poke();
  }

  async #run(): Promise<void> {
    const { signal, every, onOutcome } = this.#options;
    while (!signal.aborted) {
      this.#isPoked = false;
      const trouble = await this.#attempt();
      if (signal.aborted) return;
      this.#failures = trouble ? this.#failures + 1 : 0;
      onOutcome(trouble);
      await this.#wait(trouble ? waitAfter(this.#failures, every, trouble.retryAfter, Math.random()) : every);
    }
  }

  async #attempt(): Promise<Trouble | undefined> {
    try {
      await this.#task(this.#options.signal);
      return undefined;
    } catch (error) {
      if (error instanceof Trouble || this.#options.signal.aborted)
        return error instanceof Trouble ? error : undefined;
      // Not the server's doing: a fault of the page, which must not stop it from asking.
      console.error(error);
      return undefined;
    }
  }

  async #wait(ms: number): Promise<void> {
    if (this.#isPoked) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(() => this.#isPaused || resolve(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** ms to the next try: twice as long after each failure, as long as the server asks for, never all pages at the same moment. */
export function waitAfter(
  failures: number,
  every: number,
  retryAfter: number | undefined,
  chance: number,
): number {
  const backoff = Math.min(LONGEST, every * 2 ** Math.min(failures - 1, 10));
  return Math.max(retryAfter ?? 0, backoff * (0.75 + chance / 2));
}
