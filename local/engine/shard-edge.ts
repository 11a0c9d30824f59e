/** What the deliveries of one shard act on: the function's thread, the mapping's position and counts, the failure bucket. */
import type { AwsMetrics } from './aws-metrics.ts';
import type { LocalBucket } from './buckets.ts';
import type { DeliveryEdge } from './delivery.ts';
import type { FunctionEnvironment } from './execution-environment.ts';
import { failureObject } from './failure-object.ts';
import type { LocalFunction } from './functions.ts';
import { kinesisEvent } from './kinesis-event.ts';
import { backoff, pause } from './pause.ts';
import type { LocalServer } from './server.ts';
import type { LocalStream } from './streams.ts';
import type { WireRecord } from './wire.ts';

/** Shorter than Lambda's, so that a laptop shows within seconds what takes minutes there (ms). */
const RETRY_BASE = 25;
const RETRY_LIMIT = 5_000;

/** What a mapping keeps of its deliveries. */
export interface MappingState {
  readonly path: string;
  readonly name: string;
  readonly position: Map<string, string>;
  failures: number;
  givenUp: number;
  /** How much older (ms) records count than they are. */
  aged: number;
  /** Whether events are counted as metrics. */
  readonly countsEvents: boolean;
}

/** What the shards of a mapping share. */
export interface EdgeParts {
  readonly mapping: MappingState;
  readonly stream: LocalStream;
  readonly kinesisServer: LocalServer;
  readonly target: LocalFunction;
  readonly failures: LocalBucket | undefined;
  readonly awsMetrics: AwsMetrics;
  /** Longest wait before another delivery (ms). @default 5,000 */
  readonly retryLimitMs: number | undefined;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The edge of shard `shardId`, which `environment` works for. */
export function shardEdge(shardId: string, environment: FunctionEnvironment, parts: EdgeParts): DeliveryEdge {
  const { mapping, stream, kinesisServer, target, failures, awsMetrics, retryLimitMs, say, signal } = parts;
  const eventOf = (records: readonly WireRecord[]) =>
    kinesisEvent(stream.arn, shardId, records, wall => awsMetrics.time.at(wall));
  return {
    now: () => Date.now() + mapping.aged,
    invoke: async records => {
      signal.throwIfAborted();
      const arrival = records.at(-1)?.ApproximateArrivalTimestamp;
      if (arrival !== undefined) awsMetrics.polled(target.name, arrival);
      return environment.invoke(eventOf(records));
    },
    checkpoint: ({ SequenceNumber: sequence }) => {
      mapping.position.set(shardId, sequence);
      kinesisServer.done({ stream: stream.name, reader: mapping.name, shard: shardId, sequence });
    },
    failed: (reason, records) => {
      if (signal.aborted) return;
      mapping.failures++;
      say(`${mapping.path} ${shardId}: ${records.length} records not delivered: ${reason}`);
    },
    pause: async inARow => {
      await pause(backoff(inARow, RETRY_BASE, retryLimitMs ?? RETRY_LIMIT), signal);
      signal.throwIfAborted();
    },
    giveUp: async (records, why, attempts) => {
      mapping.givenUp += records.length;
      say(`${mapping.path} ${shardId}: gave up ${records.length} records: ${why}`);
      if (failures === undefined) return;
      const batch = { functionArn: target.arn, streamArn: stream.arn, shardId, records, why, attempts };
      const event = eventOf(records);
      const { key, body } = failureObject({ ...batch, event, mapping: mapping.name, at: Date.now() });
      const refusal = await failures.put(key, body).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (refusal !== undefined)
        say(`${mapping.path} ${shardId}: ${records.length} records are lost: ${refusal}`);
      const outcome = refusal === undefined ? 'filed' : 'lost';
      awsMetrics.leftBehind(
        target.name,
        mapping.countsEvents ? mapping.name : undefined,
        records.length,
        outcome,
      );
    },
  };
}
