/** Minutes of a made-up market as the Lambda events that one worker gets: a batch a minute, bars first, then the watermarks. */
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { encodeMinuteBar, encodeWatermark } from '../runtime/records/encode.ts';
import { slotOf, slotPartitionKey } from '../runtime/records/slot.ts';
import { sampleBar, sampleSymbols } from './sample.ts';

/** A quarter of the US market, as each of four shards carries it. */
export const SHARD_SYMBOLS = 2_750;
const SLOTS_PER_SHARD = 16;

/** As many symbols as `count` that all lie in the slots of the first of four shards. */
export function shardSymbols(count = SHARD_SYMBOLS): string[] {
  return sampleSymbols(count * 6)
    .filter(symbol => slotOf(symbol) < SLOTS_PER_SHARD)
    .slice(0, count);
}

/** The first of a shard's sequence numbers; real ones have 56 digits too. */
const FIRST_SEQUENCE = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n;
let issued = 0n;

/** The event that brings one minute (start, epoch ms) of every symbol, and the watermark of every slot behind it. */
export function minuteEvent(symbols: readonly string[], start: number): KinesisStreamEvent {
  const through = start + MINUTE;
  const slots = [...new Set(symbols.map(slotOf))];
  return {
    Records: [
      ...symbols.map((symbol, i) => record(symbol, encodeMinuteBar(sampleBar(symbol, i, start)), through)),
      ...slots.map(slot =>
        record(
          slotPartitionKey(slot),
          encodeWatermark({ type: 'watermark', slot, through, epoch: 1 }),
          through,
        ),
      ),
    ],
  };
}

function record(partitionKey: string, text: string, arrival: number): KinesisStreamRecord {
  const sequenceNumber = String(FIRST_SEQUENCE + issued++);
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: Buffer.from(text).toString('base64'),
      approximateArrivalTimestamp: arrival / 1e3,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/rollup',
    awsRegion: 'us-east-1',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/minutes',
  };
}
