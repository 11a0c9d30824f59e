/** What takes the events of a channel on. Whatever it writes to, these four are all that a channel and the status know of it. */

/** Counts of events since the start; always `accepted = written + dropped + held`. */
export interface SinkStats {
  /** Handed over. */
  readonly accepted: number;
  /** Acknowledged by whatever it writes to. */
  readonly written: number;
  /** Let go because too much was held. */
  readonly dropped: number;
  /** On their way. */
  readonly held: number;
}

/**
 * Each has a bounded queue of its own, so that one which fails delays neither another nor the feed. The minutes stream is
 * the first, and owes more than these: order by slot, marks, and watermarks behind what they cover (`MinutesStream`).
 */
export interface Sink<Event> {
  /** Takes an event on its way; never waits, never throws. @returns false when it is full and this very event is let go */
  accept(event: Event): boolean;
  /** Resolves when everything accepted so far is written, or the signal aborts. @throws when what it held is lost */
  flush(signal: AbortSignal): Promise<void>;
  /** Flushes, and writes nothing any more. @throws when what it held is lost */
  close(signal: AbortSignal): Promise<void>;
  readonly stats: SinkStats;
}
