/** The append-only log of each slot and block in the state table. One conditional append is durability, proof of fresh memory and watermark at once. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { belongingTo, expectOwnItem } from '../belonging.ts';
import {
  blockStartIn,
  type Chunk,
  type ChunkHead,
  chunkIn,
  chunkItem,
  headIn,
  headOnly,
  type Item,
  lastPlaceOf,
  type Place,
  partitionOf,
  placeOf,
} from './chunk-item.ts';

/** Appends to and reads from the state table. Every read is consistent: an append that was acknowledged is seen. */
export class ChunkLog {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #owner: string | undefined;

  /** @param owner what its chunks say of whose they are. @default nothing, and everybody's are read */
  constructor(client: DynamoDBClient, table: string, owner?: string) {
    this.#client = client;
    this.#table = table;
    this.#owner = owner;
  }

  /** @returns false when the chunk's place is taken already: another worker was here */
  async append(chunk: Chunk, signal: AbortSignal): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: { ...chunkItem(chunk), ...belongingTo(this.#owner) },
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

  /** The chunks of a block from place `n` on, in order. @throws ForeignTable when one of them is another's */
  async read(slot: number, blockStart: number, n: number, signal: AbortSignal): Promise<Chunk[]> {
    const chunks: Chunk[] = [];
    let next: Item | undefined;
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :slot AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':slot': partitionOf(slot),
          ':from': placeOf({ blockStart, n }),
          ':to': lastPlaceOf(blockStart),
        },
        ConsistentRead: true,
        ...(next ? { ExclusiveStartKey: next } : {}),
      });
      const answer = await this.#client.send(command, { abortSignal: signal });
      for (const item of answer.Items ?? []) {
        expectOwnItem(item, this.#table, this.#owner);
        chunks.push(chunkIn(item));
      }
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
        ':slot': partitionOf(slot),
        ...(before === undefined ? {} : { ':before': placeOf(before) }),
      },
      ...headOnly,
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    });
    const { Items = [], LastEvaluatedKey } = await this.#client.send(command, { abortSignal: signal });
    return { heads: Items.map(headIn), isAll: LastEvaluatedKey === undefined };
  }

  /** Start of the first block from `start` on that has a chunk (epoch ms); infinite when none has. */
  async nextBlock(slot: number, start: number, signal: AbortSignal): Promise<number> {
    const command = new QueryCommand({
      TableName: this.#table,
      KeyConditionExpression: 'pk = :slot AND sk >= :from',
      ExpressionAttributeValues: {
        ':slot': partitionOf(slot),
        ':from': placeOf({ blockStart: start, n: 0 }),
      },
      ProjectionExpression: 'sk',
      Limit: 1,
      ConsistentRead: true,
    });
    const { Items: [item] = [] } = await this.#client.send(command, { abortSignal: signal });
    return item ? blockStartIn(item) : Number.POSITIVE_INFINITY;
  }
}
