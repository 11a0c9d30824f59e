/** The quarantine: where refused data is kept, with the reason, so that nothing disappears without a trace. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { awsBackoff, pauseAfter } from '../platform/retry.ts';
import { printable } from '../records/show.ts';

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

/** A piece that the table will never take, so that only its caller can leave a trace of it. */
export interface SetAside {
  readonly refused: Refused;
  /** What the table said. */
  readonly cause: string;
}

const KEEP_SECONDS = 30 * 24 * 60 * 60;
/** An item holds at most 400 KB: so much of it is for the data, and so many characters each for the other fields. */
const RAW_LIMIT = 300 * 1024;
const TEXT_LIMIT = 1_000;
/** A key holds at most 1,024 bytes. */
const PLACE_LIMIT = 200;
const BATCH = 25;

/** Writes refused data to the quarantine table. */
export class Quarantine {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #source: string;
  readonly #owner: string | undefined;

  /**
   * @param source the first part of the partition key: who refused.
   * @param owner what its items say of whose they are. @default nothing
   */
  constructor(client: DynamoDBClient, table: string, source: string, owner?: string) {
    this.#client = client;
    this.#table = table;
    this.#source = source;
    this.#owner = owner;
  }

  /**
   * Writes all of them; the same piece written again replaces itself.
   * @returns those that the table refuses as they are, which must not keep the others waiting: to be counted and logged
   * @throws when the table cannot be reached, or the signal aborts before it has taken everything.
   */
  async put(refused: readonly Refused[], signal?: AbortSignal): Promise<readonly SetAside[]> {
    const pieces = [...new Map(refused.map(each => [`${partitionDay(each)}#${each.place}`, each])).values()];
    const setAside: SetAside[] = [];
    for (let start = 0; start < pieces.length; start += BATCH)
      setAside.push(...(await this.#put(pieces.slice(start, start + BATCH), signal)));
    return setAside;
  }

  /** All of a batch fail when the table refuses one of them: then each goes alone. */
  async #put(pieces: readonly Refused[], signal?: AbortSignal): Promise<SetAside[]> {
    try {
      await this.#write(
        pieces.map(piece => this.#request(piece)),
        signal,
      );
      return [];
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
      const [refused, ...others] = pieces;
      if (refused && others.length === 0) return [{ refused, cause: printable(String(error), TEXT_LIMIT) }];
      const setAside: SetAside[] = [];
      for (const piece of pieces) setAside.push(...(await this.#put([piece], signal)));
      return setAside;
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

  #request(refused: Refused): WriteRequest {
    const expires = Math.floor(Date.now() / 1000) + KEEP_SECONDS;
    return {
      PutRequest: {
        Item: {
          pk: { S: `${this.#source}#${partitionDay(refused)}` },
          sk: { S: placeOf(refused) },
          ...storedRaw(refused.raw),
          reason: { S: printable(refused.reason, TEXT_LIMIT) },
          where: { S: printable(refused.where, TEXT_LIMIT) },
          expires: { N: String(expires) },
          ...(this.#owner && { belongsTo: { S: this.#owner } }),
        },
      },
    };
  }
}

/** The UTC day, which data of no known time has none of: it goes to the first. */
function partitionDay({ at }: Refused): string {
  return new Date(Number.isFinite(new Date(at).getTime()) ? at : 0).toISOString().slice(0, 10);
}

/** The place as a key holds it: where it must be cut its hash still tells it from others. */
function placeOf({ place }: Refused): string {
  const shown = printable(place, PLACE_LIMIT);
  return shown === place ? place : `${shown}#${sha256(place)}`;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
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
    sha256: { S: sha256(raw) },
  };
}
