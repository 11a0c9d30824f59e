/** Envelopes of the latest events: all sinks write one text, and what waits in a queue holds none. */
import { envelopeLine, type Passing } from '../../../records/envelope.ts';
import type { NumberedEvent } from '../passed-on/event.ts';

/** So many are kept, about as many as come between the first sink that writes an event and the last. */
const KEPT = 4_096;
/** Characters; what is longer is rare, and made for each sink. */
const LONGEST = 2_000;

/** Alike for all events of the process. */
type About = Omit<Passing, 'seq' | 'ingestTs'>;

export class Envelopes {
  readonly #about: About;
  readonly #kept: ({ readonly event: NumberedEvent; readonly text: string } | undefined)[] = [];

  constructor(about: About) {
    this.#about = about;
  }

  of(event: NumberedEvent): string {
    const { seq, ingestTs } = event;
    const place = seq % KEPT;
    const kept = this.#kept[place];
    if (kept?.event === event) return kept.text;
    const text = envelopeLine(event, { ...this.#about, seq, ingestTs });
    this.#kept[place] = text.length <= LONGEST ? { event, text } : undefined;
    return text;
  }
}
