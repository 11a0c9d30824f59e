/** How a chunk of a slot's log stands in the state table: its key, its attributes, and what is read of them. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** Where a chunk stands in its slot. */
export interface Place {
  /** Start of the block, epoch ms. */
  readonly blockStart: number;
  /** Place in the block's log, from 0 without gaps. */
  readonly n: number;
}

/** Everything about a chunk but its minutes and marks. */
export interface ChunkHead extends Place {
  readonly slot: number;
  /** First and last Kinesis sequence number of the slot's records in the batch that brought the chunk. */
  readonly first: bigint;
  readonly last: bigint;
  /** The batch's watermark; absent when it held none. */
  readonly through?: number;
  /** The slot's highest watermark that was known when the chunk was appended; 0 when none was. */
  readonly slotThrough: number;
  /** When the whole block's log expires, epoch seconds of the wall clock. */
  readonly expires: number;
}

/** What a chunk says to whoever watches: how complete its block is. No rule of the roll-up reads it. */
export interface ChunkReport {
  /** Symbols of the slot with a bar of the minute that ends at the chunk's watermark; absent where the block has no such minute. */
  readonly symbols?: number;
  /** Minutes of the block that stand uncovered for the slot or for a symbol of it. */
  readonly uncovered: number;
  /** The slot's highest watermark whose bars this worker has seen acknowledged; 0 when it has seen none. */
  readonly emitted: number;
}

export interface Chunk extends ChunkHead {
  /** As `encodeBody` wrote it. */
  readonly body: Uint8Array;
  /** For who watches; not read back with the chunk. @default none */
  readonly report?: ChunkReport;
}

/** What one who watches reads of a chunk. */
export interface ReportedChunk
  extends ChunkReport,
    Pick<ChunkHead, 'blockStart' | 'n' | 'slotThrough'>,
    Required<Pick<ChunkHead, 'through'>> {}

/** In a query: everything but minutes, marks and report. Some of these names are words of DynamoDB's own. */
export const headOnly = {
  ProjectionExpression: 'pk, sk, #first, #last, #through, slotThrough, #expires',
  ExpressionAttributeNames: {
    '#first': 'first',
    '#last': 'last',
    '#through': 'through',
    '#expires': 'expires',
  },
};

/** In a query: what `reportedIn` reads, and whose it is. */
export const reportOnly = {
  ProjectionExpression: 'sk, #through, slotThrough, emitted, symbols, uncovered, belongsTo',
  ExpressionAttributeNames: { '#through': 'through' },
};

/** The partition of all chunks of a slot. */
export const partitionOf = (slot: number) => ({ S: String(slot).padStart(2, '0') });

/** Before it stand the chunks of all blocks that start earlier. */
export const blockPlace = (blockStart: number) => ({ S: String(blockStart).padStart(13, '0') });

/** Where a chunk stands in its partition. */
export const placeOf = ({ blockStart, n }: Place) => ({
  S: `${blockPlace(blockStart).S}#${String(n).padStart(6, '0')}`,
});

/** No chunk of a block stands behind it. */
export const lastPlaceOf = (blockStart: number) => placeOf({ blockStart, n: 999_999 });

export function chunkKey({ slot, ...place }: Place & { readonly slot: number }): Item {
  return { pk: partitionOf(slot), sk: placeOf(place) };
}

export function chunkItem(chunk: Chunk): Item {
  return {
    ...chunkKey(chunk),
    first: { S: String(chunk.first) },
    last: { S: String(chunk.last) },
    ...(chunk.through === undefined ? {} : { through: { N: String(chunk.through) } }),
    slotThrough: { N: String(chunk.slotThrough) },
    expires: { N: String(chunk.expires) },
    ...reportItem(chunk.report),
    body: { B: chunk.body },
  };
}

function reportItem(report: ChunkReport | undefined): Item {
  if (!report) return {};
  const { symbols, uncovered, emitted } = report;
  return {
    ...(symbols === undefined ? {} : { symbols: { N: String(symbols) } }),
    uncovered: { N: String(uncovered) },
    emitted: { N: String(emitted) },
  };
}

export function blockStartIn(item: Item): number {
  return Number(item['sk']?.S?.split('#', 1)[0]);
}

function chunkNumberIn(item: Item): number {
  return Number(item['sk']?.S?.split('#')[1]);
}

export function headIn(item: Item): ChunkHead {
  const through = item['through']?.N;
  return {
    slot: Number(item['pk']?.S),
    blockStart: blockStartIn(item),
    n: chunkNumberIn(item),
    first: BigInt(item['first']?.S ?? 0),
    last: BigInt(item['last']?.S ?? 0),
    ...(through === undefined ? {} : { through: Number(through) }),
    slotThrough: Number(item['slotThrough']?.N),
    expires: Number(item['expires']?.N),
  };
}

export function chunkIn(item: Item): Chunk {
  return { ...headIn(item), body: item['body']?.B ?? new Uint8Array() };
}

/** What is not there is taken for 0, but for the symbols. */
export function reportedIn(item: Item): ReportedChunk {
  const numberIn = (name: string) => Number(item[name]?.N ?? 0);
  return {
    blockStart: blockStartIn(item),
    n: chunkNumberIn(item),
    through: numberIn('through'),
    slotThrough: numberIn('slotThrough'),
    emitted: numberIn('emitted'),
    ...(item['symbols'] === undefined ? {} : { symbols: numberIn('symbols') }),
    uncovered: numberIn('uncovered'),
  };
}
