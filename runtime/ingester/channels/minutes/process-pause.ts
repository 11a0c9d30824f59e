/** Notices that the process was stopped for a while: what arrived meanwhile is yet unread, although its time is over. */

/** Beats come this often, in ms of wall time. */
const EVERY = 250;
/** A beat that comes so late means a stop. */
const STOPPED = 1_000;
/** How long it takes to read what arrived meanwhile. */
const SETTLING = 1_000;

export interface PulseOptions {
  /** Called when what arrived during a stop has had its time to be read. */
  readonly onSettled: () => void;
  /** A monotonic clock in ms. @default the process's */
  readonly wall?: () => number;
}

export class Pulse implements Disposable {
  readonly #options: PulseOptions;
  readonly #wall: () => number;
  readonly #timer: NodeJS.Timeout;
  #last: number;
  #settlesAt: number | undefined;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#wall = options.wall ?? (() => performance.now());
    this.#last = this.#wall();
    this.#timer = setInterval(() => this.beat(), EVERY).unref();
  }

  /** False from a stop on until what arrived meanwhile has had its time. */
  get isSettled(): boolean {
    this.#look();
    return this.#settlesAt === undefined;
  }

  beat(): void {
    this.#look();
    if (this.#settlesAt === undefined || this.#wall() < this.#settlesAt) return;
    this.#settlesAt = undefined;
    this.#options.onSettled();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const wall = this.#wall();
    if (wall - this.#last > STOPPED) this.#settlesAt = wall + SETTLING;
    this.#last = wall;
  }
}
