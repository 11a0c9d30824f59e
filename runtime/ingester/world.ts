/** What an ingester touches of the world; everything in it is handed in, so that a test can hand in its own. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Time } from '../platform/time.ts';
import type { MemoryLimits } from './sinks/minutes-stream/backlog.ts';
import type { Segments } from './sinks/minutes-stream/segments.ts';
import type { EventSink } from './sinks/passed-on/event-sink.ts';

export interface World {
  /** Event time. */
  readonly clock: Clock;
  /** Time that no clock sets. @default the process's own */
  readonly time?: Time;
  readonly kinesis: KinesisClient;
  readonly dynamoDb: DynamoDBClient;
  /** Where records wait that memory cannot hold. @default nowhere */
  readonly segments?: Segments | undefined;
  /** The most that is held in memory. @default `memoryLimits` */
  readonly memory?: MemoryLimits;
  /** Reads the list of symbols that takes the place of the configured one. @default there is none */
  readonly readSymbols?: ((signal: AbortSignal) => Promise<string>) | undefined;
  /** Resolves when there may be another list. @default it is read every half minute */
  readonly symbolsChanged?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Where events go that are passed on. @default nowhere */
  readonly sinks?: readonly EventSink[];
  /** Called whenever a subscription comes to stand. */
  readonly onSubscribed: () => void;
  readonly logger: Logger;
}
