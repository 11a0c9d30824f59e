/** Events packed for the stream: of each lane one record, of as many of its oldest as go into one. */
import { gzipSync } from 'node:zlib';
import { type Entry, entryBytes } from '../../../platform/put-records.ts';
import { explicitHashKey, laneOf, slotOfLane, slotPartitionKey } from '../../../records/slot.ts';
import type { NumberedEvent } from '../passed-on/event.ts';

/** What the stream takes as one record, data and partition key. */
const LARGEST_RECORD = 1024 * 1024;
/** Characters of a record before it is compressed, unless a single event has more: so no record of several is too large. */
const LARGEST_TEXT = 128 * 1024;
/**
 * Where more effort saves little: level 6 makes records a tenth smaller for twice the processor time. Nothing waits for another
 * thread: that takes a third more, and a flush of 10,000 events a second is compressed in little more than a millisecond.
 */
const LEVEL = 3;

/** A record, and the events in it. */
export interface Pack extends Entry {
  readonly lane: number;
  readonly events: readonly NumberedEvent[];
}

export interface Packed {
  /** Each of another lane. */
  readonly packs: readonly Pack[];
  /** Each too large for any record. */
  readonly unfit: readonly NumberedEvent[];
}

interface Gathered {
  readonly events: NumberedEvent[];
  text: string;
  isFull: boolean;
}

/** What is in no record has to wait for its lane's next. */
export function packed(events: readonly NumberedEvent[], lineOf: (event: NumberedEvent) => string): Packed {
  const lanes = new Map<number, Gathered>();
  for (const event of events) {
    const lane = laneOf(event.symbol);
    const gathered = lanes.get(lane) ?? { events: [], text: '', isFull: false };
    lanes.set(lane, gathered);
    if (gathered.isFull) continue;
    const line = `${lineOf(event)}\n`;
    gathered.isFull = gathered.text.length + line.length > LARGEST_TEXT;
    if (gathered.isFull && gathered.events.length > 0) continue;
    gathered.events.push(event);
    gathered.text += line;
  }
  const packs = [...lanes].map(([lane, gathered]) => packOf(lane, gathered));
  const fits = (pack: Pack) => entryBytes(pack) <= LARGEST_RECORD;
  return {
    packs: packs.filter(fits),
    unfit: packs.filter(pack => !fits(pack)).flatMap(pack => pack.events),
  };
}

function packOf(lane: number, { events, text }: Gathered): Pack {
  const slot = slotOfLane(lane);
  const data = gzipSync(text, { level: LEVEL });
  return { lane, events, data, partitionKey: slotPartitionKey(slot), explicitHashKey: explicitHashKey(slot) };
}
