/** What sinks of passed-on events take: an event in the vendor's own words, numbered. */
import type { MinuteBar } from '../../../records/bar.ts';
import type { PassedEvent } from '../../../records/envelope.ts';

export interface NumberedEvent extends PassedEvent {
  /** Rises by one per event of the process. */
  readonly seq: number;
  /** When it came, epoch ms. */
  readonly ingestTs: number;
  /** Of a minute that is on the minutes stream: the text is that record's, not the vendor's. */
  readonly minute?: MinuteBar;
}

/** Those that are not among the others; looks for none where all are. @param done some of the events */
export function without(
  events: readonly NumberedEvent[],
  done: readonly NumberedEvent[],
): readonly NumberedEvent[] {
  if (done.length === events.length) return [];
  const those = new Set(done);
  return events.filter(event => !those.has(event));
}
