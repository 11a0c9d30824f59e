/** The doors of whoever follows a stream: of bars and minutes, or of passed-on events. */
import { eventsIn, type PassedOnEvent } from '../events.ts';
import { type Found, readData } from '../read.ts';
import { type FollowOptions, type Place, type RecordRead, StreamFollower } from './follower.ts';

/** A passed-on event, one of many in a record. */
export interface EventRead {
  readonly event: PassedOnEvent;
}

export type Followed = RecordRead & Place;
export type FollowedEvent = EventRead & Place;

/**
 * `for await (const { record } of followStream({ stream, from: 'LATEST' })) …`. Records of one symbol come in the order of the
 * stream, which is not that of their versions, and after a checkpoint some may come again: keep the highest.
 */
export function followStream(options: FollowOptions): StreamFollower {
  return new StreamFollower(options, recordIn);
}

/**
 * `for await (const { event } of followEvents({ stream, from: 'LATEST' })) …`. Events of one symbol come in their order. After a checkpoint
 * in the middle of a record all of it comes again: `seq` tells.
 */
export function followEvents(options: FollowOptions): StreamFollower<EventRead> {
  return new StreamFollower(options, data =>
    eventsIn(data).map(found =>
      found.kind === 'item' ? { kind: 'item', item: { event: found.item } } : found,
    ),
  );
}

function recordIn(data: Uint8Array): readonly Found<RecordRead>[] {
  const reading = readData(data);
  if (reading.kind === 'skipped') return [reading];
  if (reading.kind === 'refused') return [{ ...reading, data }];
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
  return [{ kind: 'item', item: { record: reading.record, text } }];
}
