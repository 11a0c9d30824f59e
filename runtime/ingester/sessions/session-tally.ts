/** What this holder of the lease has counted of one session. */
import type { Session } from '../../markets/calendar.ts';
import { type Stretches, stretchesOf } from '../../markets/stretches.ts';
import { type SessionEvent, sessionEvents, type TermRecord } from '../../tables/sessions/session-record.ts';

/** Causes told apart, and reconnections kept one by one: a vendor that drops every connection must not fill an item. */
const CAUSES = 20;
const EVENTS = 100;

export class SessionTally {
  readonly session: Session;
  readonly date: string;
  received = 0;
  published = 0;
  repeated = 0;
  corrected = 0;
  backfilled = 0;
  quarantined = 0;
  handOvers = 0;
  takeOvers = 0;
  /** Minutes that are tried for; undefined while nobody knows. */
  missing: Stretches | undefined;
  /** Somebody said that minutes were missing: whether they still are is to be told. */
  isDoubtful = false;
  /** All that anybody has published of, as far as is known; undefined where what others published has to be read first. */
  symbols: Set<string> | undefined;
  /** Those that the table may not know. */
  readonly fresh = new Set<string>();
  readonly #blind = new Set<number>();
  readonly #reconnections = new Map<string, number>();
  readonly #events: SessionEvent[] = [];
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  /** How many there were when they were last counted. */
  #counted = 0;

  constructor(session: Session, date: string) {
    this.session = session;
    this.date = date;
  }

  /** The stream has acknowledged a bar. @param minute its start */
  bar(symbol: string, minute: number): void {
    this.published++;
    this.#first = Math.min(this.#first, minute);
    this.#last = Math.max(this.#last, minute);
    if (!this.symbols?.has(symbol)) this.fresh.add(symbol);
  }

  /** @param minutes starts that are declared uncovered for good */
  uncovered(minutes: readonly number[]): void {
    for (const minute of minutes) this.#blind.add(minute);
  }

  reconnected(cause: string): void {
    const known = this.#reconnections.has(cause) || this.#reconnections.size < CAUSES ? cause : 'other';
    this.#reconnections.set(known, (this.#reconnections.get(known) ?? 0) + 1);
  }

  happened(event: SessionEvent): void {
    // All others are few, and a reader looks for them: a session has one end, however often it was lost.
    const isOneOfMany = event.event === sessionEvents.reconnect;
    if (!isOneOfMany || this.#events.length < EVENTS) this.#events.push(event);
  }

  /** Whether there is anything to tell. */
  get isEmpty(): boolean {
    const { published, received, quarantined, handOvers, takeOvers, missing = [] } = this;
    const counted = published + received + quarantined + handOvers + takeOvers + missing.length;
    const others = this.#blind.size + this.#reconnections.size + this.#events.length;
    return counted + others === 0 && !this.isDoubtful;
  }

  record(epoch: number, release: string): TermRecord {
    const { date, session, received, published, repeated, corrected, backfilled, missing } = this;
    const { quarantined, handOvers, takeOvers } = this;
    this.#counted = Math.max(this.#counted, this.symbols?.size ?? this.fresh.size);
    return {
      ...{ date, session: session.name, start: session.start, end: session.end, epoch, release },
      ...{ received, published, repeated, corrected, backfilled, quarantined, handOvers, takeOvers },
      ...(this.#last >= this.#first && { firstMinute: this.#first, lastMinute: this.#last }),
      symbols: this.#counted,
      blind: stretchesOf([...this.#blind].sort((a, b) => a - b)),
      ...(missing && { missing: [...missing].map(([from, to]) => [from, to]) }),
      reconnections: Object.fromEntries(this.#reconnections),
      events: [...this.#events],
    };
  }
}
