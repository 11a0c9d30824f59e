/** What sinks of passed-on events take: an event in the vendor's own words, numbered. */
import type { PassedEvent } from '../../../records/envelope.ts';

export interface NumberedEvent extends PassedEvent {
  /** Rises by one per event of the process. */
  readonly seq: number;
  /** When it came, epoch ms. */
  readonly ingestTs: number;
}
