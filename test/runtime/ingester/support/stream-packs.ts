/** What an events stream holds, unpacked. */

import { gunzipSync } from 'node:zlib';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';

export interface StoredPack {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly text: string;
}

/** The records of a stream with one shard. */
export async function packsOn(client: KinesisClient, StreamName: string): Promise<readonly StoredPack[]> {
  const { Shards: [{ ShardId } = {}] = [] } = await client.send(new ListShardsCommand({ StreamName }));
  const from = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  let { ShardIterator } = await client.send(new GetShardIteratorCommand(from));
  const all: StoredPack[] = [];
  for (let isBehind = true; isBehind; ) {
    const answer = await client.send(new GetRecordsCommand({ ShardIterator }));
    for (const { PartitionKey: partitionKey = '', Data: data = new Uint8Array() } of answer.Records ?? [])
      all.push({ partitionKey, data, text: gunzipSync(data).toString() });
    ShardIterator = answer.NextShardIterator;
    isBehind = (answer.MillisBehindLatest ?? 0) > 0 && (answer.Records ?? []).length > 0;
  }
  return all;
}
