/** The quarantine: where refused data is kept, with the reason, so that nothing disappears without a trace. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { awsBackoff, pauseAfter } from './retry.ts';

/** A piece of data that was refused. */
export interface Refused {
  /** When it was found, epoch ms: its UTC day is part of the key. Take it from the data's way, not from the clock, where a retry must write the same item. */
  readonly at: number;
  /** Unique within the source and day, and the same when the same piece is refused again: shard and sequence number, or time and hash. */
  readonly place: string;
  /** The data as it came. */
  readonly raw: Uint8Array;
  /** Why it was refused: field, value and rule. */
  readonly reason: string;
  /** Where it was found, for a person to read. */
  readonly where: string;
}

const KEEP_SECONDS = 30 * 24 * 60 * 60;
/** An item holds at most 400 KB; the rest is for keys, reason and place. */
const RAW_LIMIT = 300 * 1024;
const BATCH = 25;

/** Writes refused data to the quarantine table. */
export class Quarantine {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #source: string;

  /** @param source the first part of the partition key: who refused. */
  constructor(client: DynamoDBClient, table: string, source: string) {
    this.#client = client;
    this.#table = table;
    this.#source = source;
  }

  /**
   * Writes all of them; the same piece written again replaces itself.
   * @throws when the table cannot be reached, or the signal aborts before it has taken everything.
   */
  async put(refused: readonly Refused[], signal?: AbortSignal): Promise<void> {
    const items = new Map(refused.map(each => [`${this.#partition(each)}#${each.place}`, each]));
    const requests = [...items.values()].map(each => this.#request(each));
    for (let start = 0; start < requests.length; start += BATCH) {
      await this.#write(requests.slice(start, start + BATCH), signal);
    }
  }

  async #write(requests: WriteRequest[], signal?: AbortSignal): Promise<void> {
    let waiting = requests;
    for (let failures = 0; waiting.length > 0; failures++) {
      if (failures > 0) await pauseAfter(failures, awsBackoff, signal);
      const command = new BatchWriteItemCommand({ RequestItems: { [this.#table]: waiting } });
      const answer = await this.#client.send(command, signal ? { abortSignal: signal } : {});
      waiting = answer.UnprocessedItems?.[this.#table] ?? [];
    }
  }

  #partition({ at }: Refused): string {
    return `${this.#source}#${new Date(at).toISOString().slice(0, 10)}`;
  }

  #request(refused: Refused): WriteRequest {
    const expires = Math.floor(Date.now() / 1000) + KEEP_SECONDS;
    return {
      PutRequest: {
        Item: {
          pk: { S: this.#partition(refused) },
          sk: { S: refused.place },
          ...storedRaw(refused.raw),
          reason: { S: refused.reason },
          where: { S: refused.where },
          expires: { N: String(expires) },
        },
      },
    };
  }
}

/** Attributes that hold the data: as it is, compressed, or its beginning with the full length and hash. */
function storedRaw(raw: Uint8Array) {
  if (raw.byteLength <= RAW_LIMIT) return { raw: { B: raw } };
  const compressed = gzipSync(raw);
  if (compressed.byteLength <= RAW_LIMIT) return { raw: { B: compressed }, encoding: { S: 'gzip' } };
  return {
    raw: { B: raw.subarray(0, RAW_LIMIT) },
    encoding: { S: 'cut' },
    length: { N: String(raw.byteLength) },
    sha256: { S: createHash('sha256').update(raw).digest('hex') },
  };
}
