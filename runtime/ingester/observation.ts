/** Decides which minutes were observed, which are uncovered, and how far a watermark may promise. Pure: told the time, keeps none. */
import { MINUTE, minuteOf } from '../bars/timeframe.ts';
import type { Windows } from '../bars/window.ts';

/** How an observation judges. All times are event time in ms. */
export interface ObservationOptions {
  /** Calendar, and the blocks of which the current one is where a first start begins. */
  readonly windows: Windows;
  /** How much later than real time the feed sends. */
  readonly delay: number;
  /** How long after a minute's end its bars may still be on their way; asked each time, for it depends on the clock's speed. */
  readonly grace: () => number;
}

/**
 * Follows one feed over its connections. The vendor sends the bar of a minute once the minute has ended, so a connection
 * whose subscription stood by the end of a minute is sent all of it.
 */
export class Observation {
  readonly #windows: Windows;
  readonly #delay: number;
  readonly #grace: () => number;
  /** Every minute that ends at or before this was promised. Unknown until a subscription first stands. */
  #through: number | undefined;
  /** Minutes before this need no data any more: they are promised or declared uncovered. */
  #resolvedBefore = Number.NEGATIVE_INFINITY;
  /** Where the connection lost last left a gap. */
  #gapStart: number | undefined;
  #connected = false;
  /** The latest minute that this connection sent data of. */
  #dataOf = Number.NEGATIVE_INFINITY;

  constructor({ windows, delay, grace }: ObservationOptions) {
    this.#windows = windows;
    this.#delay = delay;
    this.#grace = grace;
  }

  /** Every minute that ends at or before this was promised; undefined before the first subscription stood. */
  get through(): number | undefined {
    return this.#through;
  }

  /** The subscription stands. @returns the minutes (starts, ascending) that nobody saw and that are to be declared uncovered. */
  subscribed(now: number): number[] {
    const seen = now - this.#delay;
    const first = Math.ceil((seen - MINUTE) / MINUTE) * MINUTE;
    this.#through ??= this.#windows.blockOf(minuteOf(seen)).start;
    const from = Math.max(this.#gapStart ?? this.#through, this.#resolvedBefore);
    const uncovered: number[] = [];
    for (let minute = from; minute < first; minute += MINUTE) {
      if (this.#windows.calendar.isOpen(minute)) uncovered.push(minute);
    }
    this.#resolvedBefore = Math.max(this.#resolvedBefore, first);
    this.#gapStart = undefined;
    this.#connected = true;
    return uncovered;
  }

  /** Data of `minute` arrived. A bar from ahead of the clock proves nothing about minutes that have not been. */
  data(minute: number, now: number): void {
    this.#dataOf = Math.max(this.#dataOf, Math.min(minute, minuteOf(now - this.#delay)));
  }

  /**
   * The connection is gone. What the vendor had sent until it was last heard has arrived; of minutes whose grace ended
   * later the end may be missing, even where they were promised because some of their data had come.
   */
  lost(lastHeard: number): void {
    this.#dataOf = Number.NEGATIVE_INFINITY;
    if (!this.#connected || this.#through === undefined) return;
    this.#connected = false;
    this.#gapStart = Math.min(this.#through, minuteOf(lastHeard - this.#delay - this.#grace()));
  }

  /** Moves the promise on. @returns the new `through`, or undefined when nothing more can be promised now. */
  settle(now: number): number | undefined {
    if (this.#through === undefined) return undefined;
    const before = this.#through;
    const due = now - this.#delay - this.#grace();
    while (this.#through + MINUTE <= due && this.#isResolved(this.#through)) this.#through += MINUTE;
    return this.#through > before ? this.#through : undefined;
  }

  /** The next instant after `now` at which a minute becomes due. */
  nextDue(now: number): number {
    const late = this.#delay + this.#grace();
    return minuteOf(now - late) + MINUTE + late;
  }

  #isResolved(minute: number): boolean {
    if (minute < this.#resolvedBefore || !this.#windows.calendar.isOpen(minute)) return true;
    return this.#connected && minute <= this.#dataOf;
  }
}
