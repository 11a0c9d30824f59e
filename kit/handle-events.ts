/** A Lambda handler for a stream of passed-on events, as `handleBars` is one for bars. */
import { dataOf, type KinesisEventRecord } from './event.ts';
import { eventsIn, type PassedOnEvent } from './events.ts';
import { type EventFilter, wantedEvents } from './filter.ts';
import { type Handler, type Handling, handlerOf } from './handling.ts';
import type { Found } from './read.ts';

export interface HandleEvents extends Handling {
  /** @default all events */
  readonly filter?: EventFilter | ((event: PassedOnEvent) => boolean);
  /**
   * Takes events, those of one symbol in their order. It may be given the same again, as a record is asked for again whole: `seq` tells.
   * @param signal aborts before the deadline: whatever has not resolved by then is asked for again
   */
  readonly onEvents: (events: readonly PassedOnEvent[], signal: AbortSignal) => unknown;
}

/** The mapping must report batch item failures, as `EventsConsumer` sees to. */
export function handleEvents({ filter = {}, onEvents, ...handling }: HandleEvents): Handler {
  const wants = typeof filter === 'function' ? filter : wantedEvents(filter);
  return handlerOf({ name: 'events', find: record => wantedOf(record, wants), take: onEvents }, handling);
}

function wantedOf(
  record: KinesisEventRecord,
  wants: (event: PassedOnEvent) => boolean,
): readonly Found<PassedOnEvent>[] {
  return eventsIn(dataOf(record)).filter(found => found.kind !== 'item' || wants(found.item));
}
