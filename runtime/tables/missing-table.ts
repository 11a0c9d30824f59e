/** What is missing, kept beside the lease: whoever holds that next goes on trying for it. */
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { MissingPart } from '../ingester/channels/minutes/missing-part.ts';
import { MINUTE } from '../markets/timeframe.ts';

/** Answers that take longer (ms of wall time) are not worth a watermark's wait. */
const PATIENCE = 2_500;

/** Minutes as stretches `[from, to)`, for a gap of days is but a few of them. */
const content = v.object({
  minutes: v.array(v.tuple([v.number(), v.number()])),
  slots: v.array(v.number()),
  symbols: v.array(v.string()),
});

export class MissingTable {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #prefix: string;

  constructor(client: DynamoDBClient, table: string, market: string) {
    this.#client = client;
    this.#table = table;
    this.#prefix = `${market}#missing#`;
  }

  /** Everything that is missing, by the name it was saved under. Which symbols a slot lacks is not kept: all of it is asked for again. @throws when the table does not answer in time */
  async load(): Promise<Map<string, MissingPart>> {
    const parts = new Map<string, MissingPart>();
    let after: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new ScanCommand({
          TableName: this.#table,
          ConsistentRead: true,
          FilterExpression: 'begins_with(pk, :prefix)',
          ExpressionAttributeValues: { ':prefix': { S: this.#prefix } },
          ExclusiveStartKey: after,
        }),
        patience(),
      );
      for (const item of Items) parts.set((item['pk']?.S ?? '').slice(this.#prefix.length), partIn(item));
      after = LastEvaluatedKey;
    } while (after);
    return parts;
  }

  /** @throws when it is not known whether it was saved */
  async save(name: string, { minutes, slots, symbols }: MissingPart): Promise<void> {
    const text: v.InferOutput<typeof content> = {
      minutes: stretchesOf(minutes),
      slots: [...slots.keys()],
      symbols: [...symbols],
    };
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: { ...this.#key(name), content: { S: JSON.stringify(text) } },
      }),
      patience(),
    );
  }

  /** @throws when it is not known whether it is gone */
  async remove(name: string): Promise<void> {
    await this.#client.send(
      new DeleteItemCommand({ TableName: this.#table, Key: this.#key(name) }),
      patience(),
    );
  }

  #key(name: string): Record<string, AttributeValue> {
    return { pk: { S: `${this.#prefix}${name}` } };
  }
}

function partIn(item: Record<string, AttributeValue>): MissingPart {
  const { minutes, slots, symbols } = v.parse(content, JSON.parse(item['content']?.S ?? ''));
  return {
    minutes: minutes.flatMap(([from, to]) =>
      Array.from({ length: (to - from) / MINUTE }, (_, index) => from + index * MINUTE),
    ),
    slots: new Map(slots.map(slot => [slot, undefined])),
    symbols: new Set(symbols),
  };
}

/** @param minutes starts, ascending */
function stretchesOf(minutes: readonly number[]): [number, number][] {
  const stretches: [number, number][] = [];
  for (const minute of minutes) {
    const last = stretches.at(-1);
    if (last?.[1] === minute) last[1] = minute + MINUTE;
    else stretches.push([minute, minute + MINUTE]);
  }
  return stretches;
}

function patience() {
  return { abortSignal: AbortSignal.timeout(PATIENCE) };
}
