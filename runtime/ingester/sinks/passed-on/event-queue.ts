/** Events that wait, the oldest first; taking one costs the same however many wait. */
import type { NumberedEvent } from './event.ts';

/** So many places of events that are gone are kept before the list is made anew. */
const GONE = 1_024;

export class EventQueue {
  #events: NumberedEvent[] = [];
  #first = 0;
  #size = 0;

  get length(): number {
    return this.#events.length - this.#first;
  }

  /** Characters of all that wait. */
  get size(): number {
    return this.#size;
  }

  push(event: NumberedEvent): void {
    this.#events.push(event);
    this.#size += event.text.length;
  }

  /** Takes out the oldest, at most so many. */
  take(most: number): NumberedEvent[] {
    const taken = this.#events.slice(this.#first, this.#first + most);
    this.#first += taken.length;
    for (const { text } of taken) this.#size -= text.length;
    if (this.#first >= GONE && this.#first >= this.length) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
    return taken;
  }
}
