/** What a process may ask of the vendor's REST: so many requests a second, so many at once, none while it asks for rest. */
import { setTimeout as wallSleep } from 'node:timers/promises';

export interface BudgetOptions {
  /** Requests that may begin per second. */
  readonly perSecond: number;
  /** Requests that may be under way at once. */
  readonly atOnce: number;
  /** A monotonic clock in ms of wall time. @default the process's */
  readonly wall?: () => number;
  /** Waits so many ms of wall time. @throws the signal's reason. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export class RequestBudget {
  readonly #options: BudgetOptions;
  readonly #wall: () => number;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;
  #next = Number.NEGATIVE_INFINITY;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#wall = options.wall ?? (() => performance.now());
  }

  /** Does the work as soon as the budget allows. @throws the signal's reason, or what the work throws */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#underWay >= this.#options.atOnce) await new Promise<void>(go => this.#waiting.push(go));
    else this.#underWay++;
    try {
      await this.#turn(signal);
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#underWay--;
    }
  }

  /** Lets nothing begin for so many ms of wall time. */
  rest(ms: number): void {
    this.#next = Math.max(this.#next, this.#wall() + ms);
  }

  /** Waits so many ms of wall time. @throws the signal's reason */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await (this.#options.sleep ?? timer)(ms, signal);
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = this.#wall();
    const at = Math.max(this.#next, now);
    this.#next = at + 1_000 / this.#options.perSecond;
    if (at > now) await this.sleep(at - now, signal);
  }
}

async function timer(ms: number, signal: AbortSignal): Promise<void> {
  await wallSleep(ms, undefined, { signal });
}
