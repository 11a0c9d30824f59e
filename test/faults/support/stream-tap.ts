/** Reads the minutes stream as it grows. */
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import type { Market } from '../../../runtime/markets/market.ts';
import type { MinuteRecord } from '../../../runtime/records/bar.ts';
import { decodeMinuteRecord } from '../../../runtime/records/decode.ts';

/** One record of the stream. */
export interface TappedRecord {
  readonly shard: string;
  readonly sequence: string;
  readonly text: string;
  readonly content: MinuteRecord;
}

export class StreamTap {
  /** Everything read so far; of each shard in its order. */
  readonly records: TappedRecord[] = [];
  /** Highest watermark of each slot. */
  readonly through = new Map<number, number>();
  readonly #client: KinesisClient;
  readonly #stream: string;
  readonly #market: Market;
  readonly #iterators = new Map<string, string>();

  constructor(client: KinesisClient, stream: string, market: Market) {
    this.#client = client;
    this.#stream = stream;
    this.#market = market;
  }

  /** Reads what has come since. @throws when a record is not as its readers expect */
  async read(): Promise<void> {
    if (this.#iterators.size === 0) await this.#begin();
    for (const [shard, iterator] of this.#iterators) {
      const answer = await this.#client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      if (answer.NextShardIterator) this.#iterators.set(shard, answer.NextShardIterator);
      for (const { Data, SequenceNumber: sequence = '' } of answer.Records ?? []) {
        const text = Buffer.from(Data ?? []).toString();
        const content = decodeMinuteRecord(text, this.#market);
        if (content.type === 'invalid') throw new Error(`${content.reason}: ${text}`);
        this.records.push({ shard, sequence, text, content });
        if (content.type === 'watermark')
          this.through.set(content.slot, Math.max(content.through, this.through.get(content.slot) ?? 0));
      }
    }
  }

  async #begin(): Promise<void> {
    const { Shards = [] } = await this.#client.send(new ListShardsCommand({ StreamName: this.#stream }));
    for (const { ShardId = '' } of Shards) {
      const { ShardIterator = '' } = await this.#client.send(
        new GetShardIteratorCommand({
          StreamName: this.#stream,
          ShardId,
          ShardIteratorType: 'TRIM_HORIZON',
        }),
      );
      this.#iterators.set(ShardId, ShardIterator);
    }
  }
}
