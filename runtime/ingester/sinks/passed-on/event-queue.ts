/** Events that wait, the oldest first; taking one costs the same however many wait. */
import type { NumberedEvent } from './event.ts';

/** So many places of events that are gone are kept before the list is made anew. */
const GONE = 1_024;

export class EventQueue {
  #events: NumberedEvent[] = [];
  #first = 0;
  #size = 0;
  #passedOver = 0;

  get length(): number {
    return this.#events.length - this.#first;
  }

  /** Characters of all that wait. */
  get size(): number {
    return this.#size;
  }

  /** How many wait but for those that were passed over when the others were taken. */
  get untried(): number {
    return this.length - this.#passedOver;
  }

  push(event: NumberedEvent): void {
    this.#events.push(event);
    this.#size += event.text.length;
  }

  /** Takes out the oldest, at most so many. @param fits which may be taken: others keep their places. @default all */
  take(most: number, fits?: (event: NumberedEvent) => boolean): NumberedEvent[] {
    const taken = fits ? this.#takeFitting(most, fits) : this.#events.slice(this.#first, this.#first + most);
    if (!fits) this.#first += taken.length;
    this.#passedOver = taken.length < most ? this.length : 0;
    for (const { text } of taken) this.#size -= text.length;
    if (this.#first >= GONE && this.#first >= this.length) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
    return taken;
  }

  /** Takes out the oldest, if there is any, whether it was passed over or not. */
  takeOldest(): NumberedEvent[] {
    const passedOver = this.#passedOver;
    const oldest = this.take(1);
    this.#passedOver = Math.max(0, passedOver - 1);
    return oldest;
  }

  /** Gives what was taken its places again. */
  putBack(events: readonly NumberedEvent[]): void {
    if (events.length === 0) return;
    this.#events = [...events, ...this.#events.slice(this.#first)].sort((a, b) => a.seq - b.seq);
    this.#first = 0;
    for (const { text } of events) this.#size += text.length;
  }

  #takeFitting(most: number, fits: (event: NumberedEvent) => boolean): NumberedEvent[] {
    const taken: NumberedEvent[] = [];
    const kept: NumberedEvent[] = [];
    for (let at = this.#first; at < this.#events.length; at++) {
      const event = this.#events[at];
      if (event) (taken.length < most && fits(event) ? taken : kept).push(event);
    }
    this.#events = kept;
    this.#first = 0;
    return taken;
  }
}
