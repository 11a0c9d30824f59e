/** Sorts the records of one Kinesis event into the slots and blocks they belong to; what is not a record of ours is refused. */
import type { KinesisStreamRecord } from 'aws-lambda';
import type { Coverage, MinuteBar } from '../bars/bar.ts';
import { decodeMinuteRecord } from '../bars/decode.ts';
import type { Market } from '../bars/market.ts';
import { slotOf } from '../bars/slot.ts';
import type { Block, Windows } from '../bars/window.ts';
import type { Refused } from '../platform/quarantine.ts';

/** A minute or mark and the stream record that it came in. */
export interface BatchEntry {
  readonly record: MinuteBar | Coverage;
  readonly origin: KinesisStreamRecord;
}

/** What a batch brought for one block of a slot. */
export interface BlockBatch {
  readonly block: Block;
  readonly entries: BatchEntry[];
  /** The highest watermark that stood before the block's first record in this batch; 0 when none did. */
  readonly watermarkBefore: number;
}

/** What a batch brought for one slot. */
export interface SlotBatch {
  readonly slot: number;
  readonly blocks: Map<number, BlockBatch>;
  /** `through` of each watermark, in the order of the stream. */
  readonly watermarks: number[];
  /** Sequence numbers of the slot's first and last record. */
  readonly first: bigint;
  readonly last: bigint;
}

export interface SortedEvent {
  readonly slots: Map<number, SlotBatch>;
  readonly refused: Refused[];
}

export function sortEvent(
  records: readonly KinesisStreamRecord[],
  market: Market,
  windows: Windows,
): SortedEvent {
  const slots = new Map<number, Draft>();
  const refused: Refused[] = [];
  for (const origin of records) {
    const text = Buffer.from(origin.kinesis.data, 'base64').toString('utf8');
    const record = decodeMinuteRecord(text, market);
    if (record.type === 'invalid') {
      refused.push(refusal(origin, record.reason));
      continue;
    }
    const slot = record.type === 'bar' ? slotOf(record.symbol) : record.slot;
    const batch = slots.get(slot) ?? emptyDraft(slot, origin);
    slots.set(slot, batch);
    batch.newest = origin;
    if (record.type === 'watermark') {
      batch.watermarks.push(record.through);
      continue;
    }
    const block = windows.blockOf(record.type === 'bar' ? record.start : record.minute);
    const known = batch.blocks.get(block.start);
    const blockBatch = known ?? { block, entries: [], watermarkBefore: Math.max(0, ...batch.watermarks) };
    batch.blocks.set(block.start, blockBatch);
    blockBatch.entries.push({ record, origin });
  }
  return { slots: new Map([...slots].map(([slot, draft]) => [slot, batchOf(draft)])), refused };
}

/** A slot's batch while its records come: sequence numbers are long, and only the first and the last of them matter. */
interface Draft extends Omit<SlotBatch, 'first' | 'last'> {
  readonly oldest: KinesisStreamRecord;
  newest: KinesisStreamRecord;
}

function emptyDraft(slot: number, origin: KinesisStreamRecord): Draft {
  return { slot, blocks: new Map(), watermarks: [], oldest: origin, newest: origin };
}

function batchOf({ oldest, newest, ...batch }: Draft): SlotBatch {
  const sequenceOf = ({ kinesis }: KinesisStreamRecord) => BigInt(kinesis.sequenceNumber);
  return { ...batch, first: sequenceOf(oldest), last: sequenceOf(newest) };
}

/** A record as the quarantine keeps it; the same record refused again takes the same place. */
export function refusal(origin: KinesisStreamRecord, reason: string): Refused {
  return {
    at: origin.kinesis.approximateArrivalTimestamp * 1000,
    place: origin.eventID,
    raw: Buffer.from(origin.kinesis.data, 'base64'),
    reason,
    where: `${origin.eventSourceARN} ${origin.eventID}`,
  };
}
