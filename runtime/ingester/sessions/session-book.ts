/** Counts by session, since the lease was taken. Bars count for the session that their minute is in, all else for the one it happens in. */
import type { Calendar, Session } from '../../markets/calendar.ts';
import type { Logger } from '../../platform/logger.ts';
import { type SessionEvent, sessionEvents } from '../../tables/sessions/session-record.ts';
import { SessionTally } from './session-tally.ts';

/** The roll-up takes no minute that is older, ms: nobody counts it. */
const COUNTED = 8 * 86_400_000;

export interface SessionBookOptions {
  readonly calendar: Calendar;
  /** Event time as the feed shows it, epoch ms. */
  readonly now: () => number;
  readonly logger: Pick<Logger, 'info'>;
}

/** How the lease was come by. */
export type Taken = 'first' | 'given back' | 'ran out';

export class SessionBook {
  readonly #options: SessionBookOptions;
  readonly #tallies = new Map<number, SessionTally>();
  /** Whether the subscription has stood since the lease was taken, and why it was lost since. */
  #hasStood = false;
  #lostBy: string | undefined;

  constructor(options: SessionBookOptions) {
    this.#options = options;
  }

  get tallies(): readonly SessionTally[] {
    return [...this.#tallies.values()];
  }

  /** The lease was taken: what an earlier holder counted is told by that one. */
  begin(taken: Taken): void {
    this.#tallies.clear();
    this.#hasStood = false;
    this.#lostBy = undefined;
    if (taken === 'first') return;
    const tally = this.#current();
    if (taken === 'given back') tally.handOvers++;
    else tally.takeOvers++;
    this.happened(tally, { event: sessionEvents.handOver, cause: taken });
  }

  /** Of the session that the minute is in. */
  at(minute: number): SessionTally {
    const { calendar, now } = this.#options;
    const session = calendar.sessionAt(minute);
    return minute < now() - COUNTED ? new SessionTally(session, '') : this.of(session);
  }

  of(session: Session): SessionTally {
    const known = this.#tallies.get(session.start);
    if (known) return known;
    const tally = new SessionTally(session, this.#options.calendar.dateOf(session));
    this.#tallies.set(session.start, tally);
    return tally;
  }

  /** @param minutes starts that are declared uncovered for good */
  uncovered(minutes: readonly number[]): void {
    for (const minute of minutes) this.at(minute).uncovered([minute]);
  }

  quarantined(count: number): void {
    this.#current().quarantined += count;
  }

  /** The connection was lost; of several in a row the first is why the feed was away. */
  lost(cause: string): void {
    if (this.#hasStood) this.#lostBy ??= cause;
  }

  /** The subscription stands. */
  subscribed(): void {
    this.#hasStood = true;
    if (this.#lostBy === undefined) return;
    const tally = this.#current();
    tally.reconnected(this.#lostBy);
    this.happened(tally, { event: sessionEvents.reconnect, cause: this.#lostBy });
    this.#lostBy = undefined;
  }

  /** Notes it, and tells the log. @param what whose `at` is by default now */
  happened(tally: SessionTally, what: Omit<SessionEvent, 'at'> & Partial<SessionEvent>): void {
    const { event, cause, at = this.#options.now() } = what;
    const why = cause === undefined ? {} : { cause };
    tally.happened({ event, at, ...why });
    const { date, session } = tally;
    this.#options.logger.info(event, { date, session: session.name, ...why });
  }

  /** Lets go what nobody can count any more. */
  prune(): void {
    const before = this.#options.now() - COUNTED;
    for (const [start, { session }] of this.#tallies)
      if (session.end + COUNTED < before) this.#tallies.delete(start);
  }

  #current(): SessionTally {
    const { calendar, now } = this.#options;
    return this.of(calendar.sessionAt(now()));
  }
}
