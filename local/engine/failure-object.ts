/** The object that Lambda leaves in an on-failure bucket: which batch it gave up and why, and the whole event. */
import { randomUUID } from 'node:crypto';
import type { GiveUp } from './delivery.ts';
import type { WireRecord } from './wire.ts';

/** A batch that is given up. */
export interface LostBatch {
  /** Name of the event source mapping. */
  readonly mapping: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly records: readonly WireRecord[];
  /** With which the function was run. */
  readonly event: object;
  readonly why: GiveUp;
  readonly attempts: number;
  /** Epoch ms. */
  readonly at: number;
}

/** Key and body of the object for `batch`. */
export function failureObject(batch: LostBatch): { key: string; body: string } {
  const { mapping, functionArn, streamArn, shardId, records, event, why, attempts, at } = batch;
  const timestamp = new Date(at).toISOString();
  const [day = '', time = ''] = timestamp.slice(0, 19).split('T');
  const id = randomUUID();
  const name = `${day}T${time.replaceAll(':', '.')}-${id}`;
  const first = records[0];
  const last = records.at(-1);
  const body = {
    requestContext: {
      requestId: id,
      functionArn: `${functionArn}:$LATEST`,
      condition: why,
      approximateInvokeCount: attempts,
    },
    ...(attempts > 0 && {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    }),
    version: '1.0',
    timestamp,
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn,
    },
    payload: JSON.stringify(event),
  };
  return {
    key: `aws/lambda/${mapping}/${shardId}/${day.replaceAll('-', '/')}/${name}`,
    body: JSON.stringify(body),
  };
}

function arrival(record: WireRecord | undefined): string | undefined {
  return record && new Date(record.ApproximateArrivalTimestamp * 1000).toISOString();
}
