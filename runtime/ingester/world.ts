/** What an ingester touches of the world; everything in it is handed in, so that a test can hand in its own. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { Clock } from '../platform/clock.ts';
import type { Sleep } from '../platform/event-sleep.ts';
import type { Logger } from '../platform/logger.ts';
import type { LeaseTime } from './lease/lease-keeper.ts';
import type { MemoryLimits } from './sinks/minutes-stream/backlog.ts';
import type { Segments } from './sinks/minutes-stream/segments.ts';

export interface World {
  readonly clock: Clock;
  readonly kinesis: KinesisClient;
  readonly dynamoDb: DynamoDBClient;
  /** Where records wait that memory cannot hold. @default nowhere */
  readonly segments?: Segments | undefined;
  /** The most that is held in memory. @default `memoryLimits` */
  readonly memory?: MemoryLimits;
  readonly logger: Logger;
  /** Called whenever a subscription comes to stand. */
  readonly onSubscribed: () => void;
  /** Waits between connections. @default by the clock's speed, at least a quarter of a second of wall time */
  readonly sleep?: Sleep;
  /** Time as the lease goes by it. @default the process's own */
  readonly leaseTime?: LeaseTime;
  /** Waits until the next try for what is missing. @default five minutes of wall time */
  readonly untilRetry?: (signal: AbortSignal) => Promise<void>;
  /** Waits (ms of wall time) between requests to the vendor's REST. @default a timer */
  readonly restSleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Waits as long as the lease is kept while what is held is published. @default 40 seconds of wall time */
  readonly untilHandOver?: () => Promise<void>;
  /** Reads the list of symbols that takes the place of the configured one. @default there is none */
  readonly readSymbols?: ((signal: AbortSignal) => Promise<string>) | undefined;
  /** Waits until the next look at that list. @default 30 seconds of wall time */
  readonly untilLook?: (signal: AbortSignal) => Promise<void>;
}
