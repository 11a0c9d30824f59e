/** Reads one shard page by page: an iterator that expired is made anew, and whatever passes by itself is waited for. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  type _Record as KinesisRecord,
} from '@aws-sdk/client-kinesis';
import type { ShardPlace } from './checkpoint.ts';
import { isNamed, passes, waitAfter } from './trouble.ts';

/** What all shards of a stream are read with. */
export interface Reading {
  readonly client: KinesisClient;
  readonly named: { readonly StreamName: string } | { readonly StreamARN: string };
  readonly pollMs: number;
  readonly onTrouble: (error: Error, shardId?: string) => void;
  readonly signal: AbortSignal;
}

export interface Page {
  readonly shardId: string;
  readonly records: readonly KinesisRecord[];
  /** Whether nothing follows, as the shard was split or merged, or is retained no longer. */
  readonly isLast: boolean;
  /** Whether there are newer records than these. */
  readonly isBehind: boolean;
}

/** A shard gives five answers a second to all of its readers together: one that lags takes most of them, one that does not few. */
const LAGGING = 250;

export class ShardPages {
  readonly #id: string;
  readonly #reading: Reading;
  #place: ShardPlace;
  #isFromNow: boolean;
  #iterator: string | undefined;
  #due = 0;

  /** @param isFromNow whether the place is that of the next record, whatever the clock of this machine says */
  constructor(id: string, place: ShardPlace, isFromNow: boolean, reading: Reading) {
    this.#id = id;
    this.#place = place;
    this.#isFromNow = isFromNow;
    this.#reading = reading;
  }

  /** The next page, when it is due; it may be empty. @throws what does not pass by itself, or the signal's reason */
  async next(): Promise<Page> {
    const { signal, pollMs, onTrouble } = this.#reading;
    const rest = this.#due - performance.now();
    if (rest > 0) await sleep(rest, undefined, { signal });
    for (let failures = 0; ; failures++) {
      signal.throwIfAborted();
      try {
        return await this.#read();
      } catch (error) {
        signal.throwIfAborted();
        if (isNamed(error, 'ExpiredIteratorException')) this.#iterator = undefined;
        // Retained no longer: whether the stream itself is there, listing its shards will tell.
        else if (isNamed(error, 'ResourceNotFoundException')) return this.#page([], true, false);
        else if (!passes(error)) throw error;
        else {
          onTrouble(error, this.#id);
          await waitAfter(failures, pollMs, signal);
        }
      }
    }
  }

  async #read(): Promise<Page> {
    const { client, named, signal, pollMs } = this.#reading;
    this.#iterator ??= await this.#position();
    const begun = performance.now();
    const command = new GetRecordsCommand({
      ShardIterator: this.#iterator,
      ...('StreamARN' in named && named),
    });
    const answer = await client.send(command, { abortSignal: signal });
    const { Records = [], MillisBehindLatest = 0, NextShardIterator } = answer;
    this.#iterator = NextShardIterator;
    const last = Records.at(-1)?.SequenceNumber;
    if (last !== undefined) this.#place = { after: last };
    this.#due = begun + (MillisBehindLatest > 0 ? Math.min(LAGGING, pollMs) : pollMs);
    return this.#page(Records, NextShardIterator == null, MillisBehindLatest > 0);
  }

  #page(records: readonly KinesisRecord[], isLast: boolean, isBehind: boolean): Page {
    return { shardId: this.#id, records, isLast, isBehind };
  }

  async #position(): Promise<string> {
    const { client, named, signal } = this.#reading;
    const start = this.#isFromNow ? ({ ShardIteratorType: 'LATEST' } as const) : startOf(this.#place);
    const command = new GetShardIteratorCommand({ ...named, ShardId: this.#id, ...start });
    const { ShardIterator } = await client.send(command, { abortSignal: signal });
    this.#isFromNow = false;
    if (ShardIterator === undefined) throw new Error(`Kinesis gave no iterator for ${this.#id}`);
    return ShardIterator;
  }
}

function startOf(place: ShardPlace) {
  if (typeof place === 'string') return { ShardIteratorType: 'TRIM_HORIZON' } as const;
  if ('after' in place)
    return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: place.after } as const;
  return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(place.since) } as const;
}
