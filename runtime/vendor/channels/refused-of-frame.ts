/** The refused events of one frame: each with its own text, as long as they are not too many. */
import { Refused } from '../../records/check.ts';
import type { RefusedBar } from '../feed-events.ts';

/** So many are kept each by itself: a frame of nothing else must not fill the memory. */
const KEPT_ALONE = 1_000;

export class RefusedOfFrame {
  readonly #text: string;
  readonly #where: string;
  readonly #kept: RefusedBar[] = [];
  #more = 0;

  /** @param where it came from, for a person to read */
  constructor(text: string, where: string) {
    this.#text = text;
    this.#where = where;
  }

  get all(): readonly RefusedBar[] {
    if (this.#more === 0) return this.#kept;
    const reason = `${this.#more} more events of this frame are refused`;
    return [...this.#kept, { raw: this.#text, reason, where: this.#where, count: this.#more }];
  }

  /** Whatever it was, it was this event's: the others are none the worse for it. @param textOf the event's own text; called in the order of the frame */
  add(textOf: () => string, topic: string, error: unknown): void {
    if (this.#kept.length === KEPT_ALONE) {
      this.#more++;
      return;
    }
    const reason = error instanceof Refused ? error.message : `cannot be read: ${error}`;
    this.#kept.push({ raw: textOf(), reason, where: `${this.#where}, ${topic}` });
  }
}
