/** The event with which Lambda hands records of a shard to a function, and what the function answers. */
import * as v from 'valibot';
import { account, region } from './account.ts';
import type { WireRecord } from './wire.ts';

/** The payload that Lambda gives one invocation at most. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** What the event adds to a record's own data and partition key, about. */
const RECORD_OVERHEAD_BYTES = 480;

/** How many bytes of the payload `record` takes. */
export function payloadBytes(record: WireRecord): number {
  return RECORD_OVERHEAD_BYTES + record.Data.length + record.PartitionKey.length;
}

/**
 * The event that carries `records` of one shard.
 * @param eventTime what event time was at an instant of wall time (epoch ms): records arrive in the time that they are of, however
 * fast it runs, so that the function can tell whether one is from the future
 */
export function kinesisEvent(
  streamArn: string,
  shardId: string,
  records: readonly WireRecord[],
  eventTime: (wall: number) => number,
): object {
  return {
    Records: records.map(record => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: record.PartitionKey,
        sequenceNumber: record.SequenceNumber,
        data: record.Data,
        approximateArrivalTimestamp: eventTime(record.ApproximateArrivalTimestamp * 1000) / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shardId}:${record.SequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: `arn:aws:iam::${account}:role/local`,
      awsRegion: region,
      eventSourceARN: streamArn,
    })),
  };
}

const reportSchema = v.nullish(
  v.object({
    batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.pipe(v.string(), v.nonEmpty()) }))),
  }),
);

/**
 * Index of the first of `records` that the function wants again by its report `result`; `undefined` when it wants none.
 * As in Lambda a report that is malformed or names a record that was not in the batch wants the whole batch again.
 */
export function firstReported(result: unknown, records: readonly WireRecord[]): number | undefined {
  const parsed = v.safeParse(reportSchema, result);
  if (!parsed.success) return 0;
  const failures = parsed.output?.batchItemFailures ?? [];
  if (failures.length === 0) return undefined;
  const indexes = new Map(records.map((record, index) => [record.SequenceNumber, index]));
  return Math.min(...failures.map(({ itemIdentifier }) => indexes.get(itemIdentifier) ?? 0));
}
