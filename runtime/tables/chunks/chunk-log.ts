/** The append-only log of each slot and block in the state table. One conditional append is durability, proof of fresh memory and watermark at once. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { ChunkReport } from '../../rollup/report.ts';

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

export interface Chunk extends ChunkHead {
  /** As `encodeBody` wrote it. */
  readonly body: Uint8Array;
  /** For the monitor; not read back here. @default none */
  readonly report?: ChunkReport;
}

/** Appends to and reads from the state table. Every read is consistent: an append that was acknowledged is seen. */
export class ChunkLog {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #owner: string | undefined;

  /** @param owner what its chunks say of whose they are. @default nothing */
  constructor(client: DynamoDBClient, table: string, owner?: string) {
    this.#client = client;
    this.#table = table;
    this.#owner = owner;
  }

  /** @returns false when the chunk's place is taken already: another worker was here */
  async append(chunk: Chunk, signal: AbortSignal): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: { ...itemOf(chunk), ...(this.#owner && { belongsTo: { S: this.#owner } }) },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    try {
      await this.#client.send(command, { abortSignal: signal });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** The chunks of a block from place `n` on, in order. */
  async read(slot: number, blockStart: number, n: number, signal: AbortSignal): Promise<Chunk[]> {
    const chunks: Chunk[] = [];
    let next: Record<string, AttributeValue> | undefined;
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :slot AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':slot': { S: partition(slot) },
          ':from': { S: place(blockStart, n) },
          ':to': { S: place(blockStart, LAST_PLACE) },
        },
        ConsistentRead: true,
        ...(next ? { ExclusiveStartKey: next } : {}),
      });
      const answer = await this.#client.send(command, { abortSignal: signal });
      for (const item of answer.Items ?? []) chunks.push(chunkOf(item));
      next = answer.LastEvaluatedKey;
    } while (next);
    return chunks;
  }

  /**
   * The newest chunks of the slot, newest first, of those that stand before a place in the order of blocks and chunks when one is
   * given. Fewer than `limit` do not mean that there are no more.
   */
  async heads(
    slot: number,
    before: Place | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ heads: ChunkHead[]; isAll: boolean }> {
    const command = new QueryCommand({
      TableName: this.#table,
      KeyConditionExpression: before === undefined ? 'pk = :slot' : 'pk = :slot AND sk < :before',
      ExpressionAttributeValues: {
        ':slot': { S: partition(slot) },
        ...(before === undefined ? {} : { ':before': { S: place(before.blockStart, before.n) } }),
      },
      ...HEAD_ONLY,
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    });
    const { Items = [], LastEvaluatedKey } = await this.#client.send(command, { abortSignal: signal });
    return { heads: Items.map(headOf), isAll: LastEvaluatedKey === undefined };
  }

  /** Start of the first block from `start` on that has a chunk (epoch ms); infinite when none has. */
  async nextBlock(slot: number, start: number, signal: AbortSignal): Promise<number> {
    const command = new QueryCommand({
      TableName: this.#table,
      KeyConditionExpression: 'pk = :slot AND sk >= :from',
      ExpressionAttributeValues: { ':slot': { S: partition(slot) }, ':from': { S: place(start, 0) } },
      ProjectionExpression: 'sk',
      Limit: 1,
      ConsistentRead: true,
    });
    const { Items: [item] = [] } = await this.#client.send(command, { abortSignal: signal });
    return item ? blockStartOf(item) : Number.POSITIVE_INFINITY;
  }
}

const LAST_PLACE = 999_999;

/** Everything but minutes and marks. Some of these names are words of DynamoDB's own. */
const HEAD_ONLY = {
  ProjectionExpression: 'pk, sk, #first, #last, #through, slotThrough, #expires',
  ExpressionAttributeNames: {
    '#first': 'first',
    '#last': 'last',
    '#through': 'through',
    '#expires': 'expires',
  },
};

/** The key of the item that holds a chunk. */
export function chunkKey(slot: number, { blockStart, n }: Place): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: partition(slot) }, sk: { S: place(blockStart, n) } };
}

const partition = (slot: number) => String(slot).padStart(2, '0');

const place = (blockStart: number, n: number) =>
  `${String(blockStart).padStart(13, '0')}#${String(n).padStart(6, '0')}`;

function itemOf(chunk: Chunk): Record<string, AttributeValue> {
  return {
    ...chunkKey(chunk.slot, chunk),
    first: { S: String(chunk.first) },
    last: { S: String(chunk.last) },
    ...(chunk.through === undefined ? {} : { through: { N: String(chunk.through) } }),
    slotThrough: { N: String(chunk.slotThrough) },
    expires: { N: String(chunk.expires) },
    ...attributesOf(chunk.report),
    body: { B: chunk.body },
  };
}

function attributesOf(report: ChunkReport | undefined): Record<string, AttributeValue> {
  if (!report) return {};
  const { symbols, uncovered, emitted } = report;
  return {
    ...(symbols === undefined ? {} : { symbols: { N: String(symbols) } }),
    uncovered: { N: String(uncovered) },
    emitted: { N: String(emitted) },
  };
}

function blockStartOf(item: Record<string, AttributeValue>): number {
  return Number(item['sk']?.S?.split('#', 1)[0]);
}

function headOf(item: Record<string, AttributeValue>): ChunkHead {
  const through = item['through']?.N;
  return {
    slot: Number(item['pk']?.S),
    blockStart: blockStartOf(item),
    n: Number(item['sk']?.S?.split('#')[1]),
    first: BigInt(item['first']?.S ?? 0),
    last: BigInt(item['last']?.S ?? 0),
    ...(through === undefined ? {} : { through: Number(through) }),
    slotThrough: Number(item['slotThrough']?.N),
    expires: Number(item['expires']?.N),
  };
}

function chunkOf(item: Record<string, AttributeValue>): Chunk {
  return { ...headOf(item), body: item['body']?.B ?? new Uint8Array() };
}
