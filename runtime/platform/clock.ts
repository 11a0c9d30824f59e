/** Event time: the machine's clock in the cloud; on a laptop a clock that can run faster, stand still and leap. */

/** What the pipeline asks of time. All instants are epoch ms of event time. */
export interface Clock {
  now(): number;
  /** Resolves once `now() >= at`; rejects with the signal's reason when that aborts first. */
  until(at: number, signal?: AbortSignal): Promise<void>;
  /** How much event time passes in `ms` of wall time: the way to give a scaled timer its wall-clock minimum. */
  perWall(ms: number): number;
}

/** Less than this (ms of wall time) is no grace for bars on their way, however fast event time runs. */
export const LEAST_GRACE = 50;

/** Longest delay that `setTimeout` takes; longer waits are armed again. */
const LONGEST_TIMER = 2 ** 31 - 1;

interface Sleeper {
  readonly at: number;
  wake(): void;
  timer?: NodeJS.Timeout;
}

/** What an event clock is set to. */
export interface ClockState {
  readonly now: number;
  readonly speed: number;
  /** Where it stands still, epoch ms, until it is set again: whoever is late to set it must not find that time has run away. */
  readonly limit: number;
}

/** Event time that starts at `now` and runs `speed` times wall time; `set` changes both at any moment. Speed 0 stands still. */
export class EventClock implements Clock {
  #origin: number;
  #wallOrigin = performance.now();
  #speed: number;
  #limit = Number.POSITIVE_INFINITY;
  readonly #sleepers = new Set<Sleeper>();
  readonly #listeners = new Set<(state: ClockState) => void>();

  constructor({ now, speed }: { now: number; speed: number }) {
    this.#origin = now;
    this.#speed = speed;
  }

  get speed(): number {
    return this.#speed;
  }

  get limit(): number {
    return this.#limit;
  }

  now(): number {
    return Math.min(
      this.#limit,
      Math.floor(this.#origin + (performance.now() - this.#wallOrigin) * this.#speed),
    );
  }

  perWall(ms: number): number {
    return ms * this.#speed;
  }

  /** Changes speed, instant or limit; whoever waits is woken or waits anew. An instant beyond the limit is the new one. */
  set({ now = this.now(), speed = this.#speed, limit = this.#limit }: Partial<ClockState>): void {
    this.#origin = now;
    this.#wallOrigin = performance.now();
    this.#speed = speed;
    this.#limit = Math.max(limit, now);
    for (const sleeper of [...this.#sleepers]) this.#arm(sleeper);
    for (const listener of this.#listeners) listener({ now, speed, limit: this.#limit });
  }

  /** Calls `listener` after every `set`, so that another process can follow. */
  onSet(listener: (state: ClockState) => void): void {
    this.#listeners.add(listener);
  }

  until(at: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const finish = (settle: () => void) => {
        clearTimeout(sleeper.timer);
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const sleeper: Sleeper = { at, wake: () => finish(resolve) };
      const abort = () => finish(() => reject(signal?.reason));
      signal?.addEventListener('abort', abort, { once: true });
      this.#sleepers.add(sleeper);
      this.#arm(sleeper);
    });
  }

  #arm(sleeper: Sleeper): void {
    clearTimeout(sleeper.timer);
    const left = sleeper.at - this.now();
    if (left <= 0) {
      sleeper.wake();
      return;
    }
    if (this.#speed === 0 || sleeper.at > this.#limit) return;
    const delay = Math.min(Math.ceil(left / this.#speed), LONGEST_TIMER);
    sleeper.timer = setTimeout(() => this.#arm(sleeper), delay);
  }
}

/** The machine's own clock, which may be set back or forth while it is read. */
export const machineClock: Clock = {
  now: () => Date.now(),
  perWall: ms => ms,
  until: (at, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      let timer: NodeJS.Timeout;
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const check = () => {
        const left = at - Date.now();
        if (left > 0) {
          timer = setTimeout(check, Math.min(left, LONGEST_TIMER));
          return;
        }
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      signal?.addEventListener('abort', abort, { once: true });
      check();
    }),
};
