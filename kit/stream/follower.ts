/** Follows a stream from outside Lambda, whatever is in its records: all of its shards, through every split and merge, until told to end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import type { StreamRecord } from '../bar.ts';
import { type Refused, type Skipped, sayRefused } from '../event.ts';
import type { Found } from '../read.ts';
import { type Checkpoint, type From, type ListedShard, Places } from './checkpoint.ts';
import { type Page, type Reading, ShardPages } from './shard.ts';
import { passes, waitAfter } from './trouble.ts';

export interface FollowOptions {
  /** Name or ARN. */
  readonly stream: string;
  readonly from: From;
  /** Ends the loop. @default nothing but leaving it does */
  readonly signal?: AbortSignal;
  /** @default one that goes by the SDK's standard variables */
  readonly client?: KinesisClient;
  /** How often a shard is asked that has nothing new (ms). @default 1,000 */
  readonly pollMs?: number;
  /** Takes what cannot be read. @default it is said on standard error, in one line of JSON each */
  readonly onRefused?: (refused: Refused) => void;
  /** Is told of throttling and outages, which are waited for. @default nobody is */
  readonly onTrouble?: (error: Error, shardId?: string) => void;
}

/** Where a record stands. */
export interface Place {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** When Kinesis took it. */
  readonly arrived: Date;
}

/** A record of bars or minutes. */
export interface RecordRead {
  readonly record: StreamRecord;
  /** As it stands on the stream. */
  readonly text: string;
}

export class StreamFollower<Item extends object = RecordRead> implements AsyncIterable<Item & Place> {
  readonly #options: FollowOptions;
  readonly #read: (data: Uint8Array) => readonly Found<Item>[];
  readonly #places: Places;
  readonly #skipped = { kpl: 0, unknownType: 0 };
  /** Of shards that were looked at, whether there was more. */
  readonly #behind = new Map<string, boolean>();

  /** Only for `followStream` and its like. @throws Error for a `from` that cannot be begun with */
  constructor(options: FollowOptions, read: (data: Uint8Array) => readonly Found<Item>[]) {
    this.#options = options;
    this.#read = read;
    this.#places = new Places(options.stream, options.from, Date.now());
  }

  /** Up to and with the record in hand: keep it once that is done with, and begin there the next time. */
  get checkpoint(): Checkpoint {
    return this.#places.checkpoint;
  }

  /** Whether there was nothing newer in any shard when it was last looked at; what was found there has been handed out. */
  get isCaughtUp(): boolean {
    const { ready } = this.#places;
    return ready.length > 0 && ready.every(id => this.#behind.get(id) === false);
  }

  /** How many records were passed over. */
  get skipped(): Skipped {
    return { ...this.#skipped };
  }

  /** Ends when the signal aborts. @throws what does not pass by itself: a stream that is not there, a permission that is missing */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item & Place, void, void> {
    const {
      stream,
      signal,
      client = new KinesisClient(),
      pollMs = 1_000,
      onTrouble = () => {},
    } = this.#options;
    const left = new AbortController();
    const reading = {
      client,
      named: stream.startsWith('arn:') ? { StreamARN: stream } : { StreamName: stream },
      pollMs,
      onTrouble,
      signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal,
    };
    try {
      yield* this.#follow(reading);
    } catch (error) {
      if (!signal?.aborted) throw error;
    } finally {
      left.abort();
      if (this.#options.client === undefined) client.destroy();
    }
  }

  async *#follow(reading: Reading): AsyncGenerator<Item & Place, void, void> {
    const shards = new Map<string, ShardPages>();
    const pages = new Map<string, Promise<Page>>();
    const startReady = () => {
      for (const id of this.#places.ready) {
        if (shards.has(id)) continue;
        const shard = new ShardPages(id, this.#places.at(id), this.#places.isFromNow(id), reading);
        shards.set(id, shard);
        pages.set(id, quiet(shard.next()));
      }
    };
    for (let isListed = false; ; ) {
      if (!isListed) this.#places.list(await this.#list(reading), Date.now());
      startReady();
      isListed = true;
      if (pages.size === 0) {
        await sleep(reading.pollMs, undefined, { signal: reading.signal });
        isListed = false;
        continue;
      }
      const page = await Promise.race(pages.values());
      yield* this.#records(page);
      const { shardId, isLast, isBehind } = page;
      this.#behind.set(shardId, isBehind);
      // Whoever has answered stands behind those who have not, so that none waits for ever.
      pages.delete(shardId);
      if (isLast) {
        this.#places.move(shardId, 'END');
        isListed = false;
      } else {
        const shard = shards.get(shardId);
        if (shard) pages.set(shardId, quiet(shard.next()));
        // What continues a shard may be listed some time after it has ended.
        isListed = !this.#places.isIncomplete;
      }
    }
  }

  *#records({ shardId, records }: Page): Generator<Item & Place, void, void> {
    const { stream, signal, onRefused = sayRefused } = this.#options;
    for (const record of records) {
      if (signal?.aborted) return;
      const { Data = new Uint8Array(), SequenceNumber: sequenceNumber = '', PartitionKey = '' } = record;
      const { ApproximateArrivalTimestamp: arrived = new Date(0) } = record;
      const items: Item[] = [];
      for (const found of this.#read(Data)) {
        if (found.kind === 'item') items.push(found.item);
        else if (found.kind === 'skipped') this.#skipped[found.as]++;
        else {
          const place = { partitionKey: PartitionKey, sequenceNumber, shardId, stream };
          onRefused({ reason: found.reason, data: found.data, ...place });
        }
      }
      const last = items.pop();
      for (const item of items) {
        yield { ...item, shardId, sequenceNumber, arrived };
        if (signal?.aborted) return;
      }
      // Whoever stops before is given the whole record again.
      this.#places.move(shardId, { after: sequenceNumber });
      if (last) yield { ...last, shardId, sequenceNumber, arrived };
    }
  }

  async #list({ client, named, pollMs, onTrouble, signal }: Reading): Promise<ListedShard[]> {
    const shards: ListedShard[] = [];
    let token: string | undefined;
    for (let failures = 0; ; failures++) {
      try {
        const command = new ListShardsCommand(token === undefined ? named : { NextToken: token });
        const { Shards = [], NextToken } = await client.send(command, { abortSignal: signal });
        for (const { ShardId = '', ParentShardId, AdjacentParentShardId, SequenceNumberRange } of Shards)
          shards.push({
            id: ShardId,
            parents: [ParentShardId, AdjacentParentShardId].filter(id => id !== undefined),
            isOpen: SequenceNumberRange?.EndingSequenceNumber === undefined,
          });
        if (NextToken === undefined) return shards;
        token = NextToken;
      } catch (error) {
        signal.throwIfAborted();
        if (!passes(error)) throw error;
        onTrouble(error);
        await waitAfter(failures, pollMs, signal);
      }
    }
  }
}

/** A promise that nobody may come to wait for must not end the process. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
