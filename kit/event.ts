/** The records of a Kinesis event as Lambda delivers it. */
import type { StreamRecord } from './bar.ts';
import { type Reading, readData, type SkippedAs } from './read.ts';

/** What is read of the event; that of any Lambda types package fits. */
export interface KinesisEvent {
  readonly Records: readonly KinesisEventRecord[];
}

export interface KinesisEventRecord {
  readonly kinesis: {
    /** Base64. */
    readonly data: string;
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    /** Epoch seconds. */
    readonly approximateArrivalTimestamp?: number;
  };
  /** `<shard>:<sequence number>`. */
  readonly eventID?: string;
  readonly eventSourceARN?: string;
}

/** A record that is none of ours, or breaks a rule: as it came, with the reason and the place. */
export interface Refused {
  /** Names the field, the value and the rule. */
  readonly reason: string;
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  readonly shardId: string;
  /** Name or ARN. */
  readonly stream: string;
  /** When the stream took it, epoch ms; absent where nobody says. */
  readonly arrived?: number;
}

export type Skipped = Readonly<Record<SkippedAs, number>>;

export interface Records {
  /** In the order of the event. */
  readonly records: readonly StreamRecord[];
  /** How many were handed to `onRefused`. */
  readonly refused: number;
  /** How many were passed over. */
  readonly skipped: Skipped;
}

/** @param onRefused is handed what cannot be read. @default it is said on standard error, in one line of JSON each */
export function readRecords(
  event: KinesisEvent,
  onRefused: (refused: Refused) => void = sayRefused,
): Records {
  const records: StreamRecord[] = [];
  const skipped = { kpl: 0, unknownType: 0 };
  let refused = 0;
  for (const record of event.Records) {
    const reading = readEventRecord(record);
    if (reading.kind === 'record') records.push(reading.record);
    else if (reading.kind === 'skipped') skipped[reading.as]++;
    else {
      refused++;
      onRefused(refusedOf(record, reading.reason));
    }
  }
  return { records, refused, skipped };
}

export function readEventRecord(record: KinesisEventRecord): Reading {
  return readData(dataOf(record));
}

export function dataOf({ kinesis }: KinesisEventRecord): Uint8Array {
  return Buffer.from(kinesis.data, 'base64');
}

export function refusedOf(record: KinesisEventRecord, reason: string, data = dataOf(record)): Refused {
  const { kinesis, eventID, eventSourceARN } = record;
  const { approximateArrivalTimestamp } = kinesis;
  return {
    reason,
    data,
    partitionKey: kinesis.partitionKey,
    sequenceNumber: kinesis.sequenceNumber,
    shardId: eventID?.split(':')[0] ?? '',
    stream: eventSourceARN ?? '',
    ...(approximateArrivalTimestamp === undefined
      ? {}
      : { arrived: Math.round(approximateArrivalTimestamp * 1_000) }),
  };
}

/** What is kept of a refused record where nobody takes it: enough to find it on the stream again. */
export function sayRefused({ data, ...refused }: Refused): void {
  console.error(
    JSON.stringify({ level: 'ERROR', message: 'record refused', ...refused, bytes: data.length }),
  );
}
