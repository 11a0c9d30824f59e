/** Sorts the records of one Kinesis event into the slots and blocks they belong to; what is not a record of ours is refused. */
import type { KinesisStreamRecord } from 'aws-lambda';
import type { Market } from '../markets/market.ts';
import { MINUTE } from '../markets/timeframe.ts';
import type { Block, Windows } from '../markets/window.ts';
import type { Coverage, Watermark } from '../records/bar.ts';
import { Refused as Fault, FURTHEST_AHEAD, reasonOf } from '../records/check.ts';
import { type BarMinute, decodeMinuteData } from '../records/fast/decode.ts';
import type { Refused } from '../tables/quarantine/quarantine-item.ts';

/** A record as it is read here. */
type MinuteRead = BarMinute | Coverage | Watermark;

/** What a batch brought for one block of a slot. */
export interface BlockBatch {
  readonly block: Block;
  readonly minutes: BarMinute[];
  /** When each of these arrived on the stream, epoch ms. */
  readonly arrivals: number[];
  readonly marks: Coverage[];
  /** The stream records that these came in. */
  readonly origins: KinesisStreamRecord[];
  /** The highest watermark that stood before the block's first record in this batch; 0 when none did. */
  readonly watermarkBefore: number;
}

/** What a batch brought for one slot. */
export interface SlotBatch {
  readonly slot: number;
  readonly blocks: Map<number, BlockBatch>;
  readonly watermarks: Watermarks | undefined;
  /** Sequence numbers of the slot's first and last record. */
  readonly first: bigint;
  readonly last: bigint;
}

/** `through` of a batch's watermarks. */
export interface Watermarks {
  /** Of the first one in the order of the stream. */
  readonly first: number;
  readonly highest: number;
  /** Those that are higher than all before them, in the order of the stream. */
  readonly rising: readonly Arrived[];
}

/** When a watermark arrived on the stream, epoch ms. */
export interface Arrived {
  readonly through: number;
  readonly arrival: number;
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
  const drafts = new Map<number, Draft>();
  const refused: Refused[] = [];
  for (const origin of records) {
    const record = decodeMinuteData(origin.kinesis.data, market);
    if (record.type === 'invalid') {
      refused.push(refusal(origin, record.reason));
      continue;
    }
    try {
      const block = blockOf(record, origin, windows);
      const draft = drafts.get(record.slot) ?? emptyDraft(record.slot, origin);
      drafts.set(record.slot, draft);
      take(draft, record, block, origin);
    } catch (error) {
      refused.push(refusal(origin, reasonOf(error)));
    }
  }
  return { slots: new Map([...drafts].map(([slot, draft]) => [slot, batchOf(draft)])), refused };
}

/**
 * The block of a record; of a watermark that of the last minute that it closes.
 * @throws Refused when the record is from the future, for one such watermark would close its slot for good. Its own arrival
 * tells, so that it is judged alike whenever it is delivered
 */
function blockOf(record: MinuteRead, { kinesis }: KinesisStreamRecord, windows: Windows): Block {
  const at = timeOf(record);
  const arrival = arrivalOf(kinesis);
  if (at > arrival + FURTHEST_AHEAD)
    throw new Fault(TIME[record.type], at, `more than an hour after the record arrived, ${arrival}`);
  return windows.blockOf(record.type === 'watermark' ? at - MINUTE : at);
}

/** When a record arrived on the stream, epoch ms. */
function arrivalOf({ approximateArrivalTimestamp }: KinesisStreamRecord['kinesis']): number {
  return Math.round(approximateArrivalTimestamp * 1000);
}

/** What says of which time a record is. */
const TIME = { bar: 'start', coverage: 'minute', watermark: 'through' } as const;

function timeOf(record: MinuteRead): number {
  if (record.type === 'bar') return record.start;
  return record.type === 'coverage' ? record.minute : record.through;
}

/** A slot's batch while its records come: sequence numbers are long, and only the first and the last of them matter. */
interface Draft {
  readonly slot: number;
  readonly blocks: Map<number, BlockBatch>;
  readonly oldest: KinesisStreamRecord;
  newest: KinesisStreamRecord;
  latest?: BlockBatch;
  watermarks?: { readonly first: number; highest: number; readonly rising: Arrived[] };
}

function emptyDraft(slot: number, origin: KinesisStreamRecord): Draft {
  return { slot, blocks: new Map(), oldest: origin, newest: origin };
}

function take(draft: Draft, record: MinuteRead, block: Block, origin: KinesisStreamRecord): void {
  draft.newest = origin;
  if (record.type === 'watermark') {
    takeWatermark(draft, record, arrivalOf(origin.kinesis));
    return;
  }
  const batch = blockBatch(draft, block);
  batch.origins.push(origin);
  if (record.type === 'coverage') {
    batch.marks.push(record);
    return;
  }
  batch.minutes.push(record);
  batch.arrivals.push(arrivalOf(origin.kinesis));
}

function takeWatermark(draft: Draft, { through }: Watermark, arrival: number): void {
  draft.watermarks ??= { first: through, highest: 0, rising: [] };
  if (through <= draft.watermarks.highest) return;
  draft.watermarks.highest = through;
  draft.watermarks.rising.push({ through, arrival });
}

/** The draft's part for a block; nearly always the one of the record before. */
function blockBatch(draft: Draft, block: Block): BlockBatch {
  if (draft.latest?.block === block) return draft.latest;
  const watermarkBefore = draft.watermarks?.highest ?? 0;
  const known = draft.blocks.get(block.start);
  draft.latest = known ?? { block, minutes: [], arrivals: [], marks: [], origins: [], watermarkBefore };
  draft.blocks.set(block.start, draft.latest);
  return draft.latest;
}

function batchOf({ slot, blocks, watermarks, oldest, newest }: Draft): SlotBatch {
  const sequenceOf = ({ kinesis }: KinesisStreamRecord) => BigInt(kinesis.sequenceNumber);
  return { slot, blocks, watermarks, first: sequenceOf(oldest), last: sequenceOf(newest) };
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
