/** Tells people who do not see the page what changed on it: politely, and not the same twice. */
import { found } from './dom.ts';

/** Sentences kept; readers need only the newest. */
const KEPT = 3;

export class Announcer {
  readonly #place = found('announcements', HTMLElement);
  #last = '';

  say(text: string): void {
    if (text === this.#last || text === '') return;
    this.#last = text;
    const line = document.createElement('p');
    line.textContent = text;
    this.#place.append(line);
    while (this.#place.childElementCount > KEPT) this.#place.firstElementChild?.remove();
  }
}
