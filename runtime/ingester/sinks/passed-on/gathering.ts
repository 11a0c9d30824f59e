/** Events that wait to be written: until they are enough, the first of them has waited long enough, or somebody wants them at once. */
import type { Time } from '../../../platform/time.ts';
import type { NumberedEvent } from './event.ts';
import { EventQueue } from './event-queue.ts';

/** Made once: hundreds a second are woken. */
const WOKEN = new Error('woken');

export interface GatheringOptions {
  /** So many are written without waiting for more. */
  readonly enough: number;
  /** How long (ms) the first of fewer waits. */
  readonly longest: number;
  readonly time: Time;
}

export class Gathering {
  readonly queue = new EventQueue();
  readonly #options: GatheringOptions;
  /** When the first came that waits to be taken. */
  #since = 0;
  /** How many want them at once. */
  #hurries = 0;
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  push(event: NumberedEvent): void {
    const isFirst = this.queue.untried <= 0;
    if (isFirst) this.#since = this.#options.time.now();
    this.queue.push(event);
    if (isFirst || this.#isEnough) this.#wake?.();
  }

  /** Gives what could not be written its places again: it has waited long enough. */
  putBack(events: readonly NumberedEvent[]): void {
    if (events.length === 0) return;
    this.queue.putBack(events);
    this.#since = Number.NEGATIVE_INFINITY;
  }

  /** Waits for nothing until that has come about. */
  async hurry(until: Promise<void>): Promise<void> {
    this.#hurries++;
    this.#wake?.();
    await until;
    this.#hurries--;
  }

  /** Waits for nothing any more. */
  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Resolves when something is to be written, or when nothing has come for as long as the first would wait. @returns whether anything waits */
  async isDue(): Promise<boolean> {
    const { time, longest } = this.#options;
    if (this.queue.untried <= 0) await this.#sleepOrWake(longest);
    const rest = this.#since + longest - time.now();
    if (this.queue.untried > 0 && !this.#isEnough && rest > 0) await this.#sleepOrWake(rest);
    return this.queue.length > 0;
  }

  get #isEnough(): boolean {
    const { untried } = this.queue;
    return untried >= this.#options.enough || (this.#hurries > 0 && untried > 0);
  }

  async #sleepOrWake(ms: number): Promise<void> {
    if (this.#isOver) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort(WOKEN);
    await this.#options.time.sleep(ms, woken.signal, 'flush').catch(() => undefined);
    this.#wake = undefined;
  }
}
