/** The real roll-up over what is on the minutes stream, in batches of random sizes. */

import { calendarOf } from '../../../runtime/markets/calendar.ts';
import type { Market } from '../../../runtime/markets/market.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { BlockCache } from '../../../runtime/rollup/block-cache.ts';
import { Rollup } from '../../../runtime/rollup/rollup.ts';
import { ChunkLog } from '../../../runtime/tables/chunks/chunk-log.ts';
import { Quarantine } from '../../../runtime/tables/quarantine/quarantine.ts';
import { Random } from '../../support/random.ts';
import { TwinDynamoDb } from '../../support/twin-dynamodb.ts';
import { TwinKinesis } from '../../support/twin-kinesis.ts';
import type { TappedRecord } from './stream-tap.ts';

const LARGEST_BATCH = 400;

/** A bar as its record reads; the volume with all its digits. */
export type PutBar = Readonly<Record<string, unknown>>;

/** Every bar that comes of the records, in the order in which it was put. @throws when the roll-up refuses one of them */
export async function rolledUp(records: readonly TappedRecord[], market: Market): Promise<PutBar[]> {
  const dynamoDb = new TwinDynamoDb();
  const kinesis = new TwinKinesis();
  const client = dynamoDb.client();
  const rollup = new Rollup({
    market,
    windows: new Windows(calendarOf(market), 'clock'),
    barsStream: 'bars',
    log: new ChunkLog(client, 'state'),
    cache: new BlockCache(64 * 1024 * 1024),
    quarantine: new Quarantine(client, 'quarantine', 'rollup'),
    wallClock: Date.now,
    provisional: false,
    kinesis: kinesis.client(),
  });
  const random = new Random(records.length);
  for (const shard of Map.groupBy(records, record => record.shard).values()) {
    for (let at = 0; at < shard.length; ) {
      const batch = shard.slice(at, at + random.between(1, LARGEST_BATCH));
      await rollup.process({ Records: batch.map(recordOf) }, new AbortController().signal);
      at += batch.length;
    }
  }
  const refused = dynamoDb.items('quarantine').map(item => item['reason']?.S);
  if (refused.length > 0) throw new Error(`the roll-up refuses ${refused.join('; ')}`);
  return kinesis.taken.map(({ data }) => JSON.parse(data, exactVolume));
}

function recordOf({ shard, sequence, text }: TappedRecord) {
  return {
    awsRegion: 'us-east-1',
    eventID: `${shard}:${sequence}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:111122223333:stream/minutes',
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::111122223333:role/rollup',
    kinesis: {
      approximateArrivalTimestamp: Date.now() / 1_000,
      data: Buffer.from(text).toString('base64'),
      kinesisSchemaVersion: '1.0',
      partitionKey: '',
      sequenceNumber: sequence,
    },
  };
}

function exactVolume(key: string, value: unknown, context?: { source?: string }): unknown {
  return key === 'volume' ? context?.source : value;
}
