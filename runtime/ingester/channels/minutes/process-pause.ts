/** Notices that the process was paused for a while: what arrived meanwhile is yet unread, although its time is over. */

/** Beats come this often, in ms of wall time. */
const EVERY = 250;
/** A beat that comes so late means a pause. */
const PAUSED = 1_000;
/** How long it takes to read what arrived meanwhile. */
const SETTLING = 1_000;

export class ProcessPause implements Disposable {
  readonly #wall: () => number;
  readonly #timer: NodeJS.Timeout;
  #onOver: () => void = () => undefined;
  #last: number;
  #overAt: number | undefined;

  /** @param wall a monotonic clock in ms. @default the process's */
  constructor(wall = () => performance.now()) {
    this.#wall = wall;
    this.#last = wall();
    this.#timer = setInterval(() => this.beat(), EVERY).unref();
  }

  /** Calls `listener` whenever what arrived during a pause has had its time to be read. */
  onOver(listener: () => void): void {
    this.#onOver = listener;
  }

  /** False from a pause on until what arrived meanwhile has had its time. */
  get isOver(): boolean {
    this.#look();
    return this.#overAt === undefined;
  }

  beat(): void {
    this.#look();
    if (this.#overAt === undefined || this.#wall() < this.#overAt) return;
    this.#overAt = undefined;
    this.#onOver();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const wall = this.#wall();
    if (wall - this.#last > PAUSED) this.#overAt = wall + SETTLING;
    this.#last = wall;
  }
}
