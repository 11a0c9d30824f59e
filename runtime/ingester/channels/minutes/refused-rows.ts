/** Remembers which rows of the history were refused: minutes are asked for again and again, and each row is refused once. */
import { createHash } from 'node:crypto';
import type { RefusedBar } from '../../../vendor/feed-events.ts';

/** More than this are not told apart: a vendor of nothing but nonsense must not fill the memory. */
const REMEMBERED = 10_000;

export class RefusedRows {
  readonly #known = new Set<string>();

  /** Whether the row was not refused before; from now on it was. */
  isNew({ where, raw }: RefusedBar): boolean {
    const digest = createHash('sha256').update(where).update('\n').update(raw).digest('base64');
    if (this.#known.has(digest)) return false;
    this.#known.add(digest);
    const [oldest] = this.#known;
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return true;
  }
}
