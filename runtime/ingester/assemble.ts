/** Puts the ingester together. Everything that touches the world is handed in. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { calendarOf } from '../bars/calendar.ts';
import { Windows } from '../bars/window.ts';
import type { Clock } from '../platform/clock.ts';
import type { Sleep } from '../platform/event-sleep.ts';
import type { Logger } from '../platform/logger.ts';
import { putOnce } from '../platform/put-records.ts';
import { Quarantine } from '../platform/quarantine.ts';
import { Backlog } from './backlog.ts';
import type { IngesterConfig } from './config.ts';
import { Ingester } from './ingester.ts';
import type { Totals } from './meter.ts';
import { MinutesStream } from './minutes-stream.ts';
import { Observation } from './observation.ts';
import { Pacer } from './pacer.ts';
import { PolygonFeed } from './polygon/feed.ts';
import { Publisher } from './publisher.ts';
import { Refusals } from './refusals.ts';
import { Resends } from './resends.ts';
import type { Segments } from './segments.ts';
import { followShards } from './shards.ts';
import { type Counts, statusAnswers } from './status.ts';
import type { Answers } from './status-server.ts';
import { Versions } from './versions.ts';

/** Less than this (ms of wall time) is no grace for bars on their way, however fast event time runs. */
const LEAST_GRACE = 50;

export interface World {
  readonly clock: Clock;
  readonly kinesis: KinesisClient;
  readonly dynamoDb: DynamoDBClient;
  /** Where records wait that memory cannot hold. @default nowhere */
  readonly segments?: Segments | undefined;
  readonly logger: Logger;
  /** Goes into every watermark: higher for every later start, at least 1. */
  readonly epoch: number;
  /** Called whenever a subscription comes to stand. */
  readonly onSubscribed: () => void;
  /** Waits between connections. @default by the clock's speed, at least a quarter of a second of wall time */
  readonly sleep?: Sleep;
}

export interface Assembled {
  /** Runs until `reading` aborts, then publishes what is held, at the latest until the signal of `limit()` aborts. @throws when records that waited on disk cannot be read. @returns how many records could not be published */
  run(reading: AbortSignal, limit: () => AbortSignal): Promise<number>;
  readonly answers: Answers;
  readonly totals: () => Totals;
}

export function assemble(config: IngesterConfig, world: World): Assembled {
  const { clock, kinesis, dynamoDb, segments, logger, epoch } = world;
  const { market, subscription, minutesStream, feedDelay: delay } = config;
  const versions = new Versions(() => clock.now(), 0);
  const counts: Counts = { bar: 0, coverage: 0, watermark: 0, repeated: 0, uncoveredMinutes: 0 };
  const pacer = new Pacer({ speed: () => Math.max(1, clock.perWall(1)), wall: () => performance.now() });
  const publisher = new Publisher({
    put: (items, signal) => putOnce(kinesis, minutesStream, items, signal),
    pacer,
    logger,
    onAcknowledged: ({ kind }) => {
      counts[kind]++;
      backlog.onRoom();
    },
  });
  const broken = new AbortController();
  const backlog = new Backlog({ publisher, segments, logger, onFailure: () => broken.abort() });
  const stream = new MinutesStream({ outlet: backlog, versions, epoch, logger });
  const quarantine = new Quarantine(dynamoDb, config.quarantineTable, `ingester-${market}`);
  const refusals = new Refusals({ quarantine, logger });
  const observation = new Observation({
    windows: new Windows(calendarOf(market), config.alignment),
    delay,
    grace: () => Math.max(config.grace, clock.perWall(LEAST_GRACE)),
  });
  const feed = new PolygonFeed({
    ...config,
    ...(world.sleep && { sleep: world.sleep }),
    url: config.feedUrl,
    delay,
    clock,
    versions,
    logger,
  });
  const resends = new Resends();
  const parts = {
    clock,
    feed,
    subscription,
    observation,
    publisher,
    backlog,
    stream,
    refusals,
    versions,
    counts,
    epoch,
  };
  const ingester = new Ingester({ ...parts, resends, logger, onSubscribed: world.onSubscribed });
  return {
    run: async (stop, limit) => {
      const reading = AbortSignal.any([stop, broken.signal]);
      const shards = followShards({ client: kinesis, stream: minutesStream, pacer, logger }, reading);
      await ingester.run(reading);
      const atLatest = limit();
      await Promise.all([backlog.close(atLatest), refusals.close(atLatest), shards]);
      return backlog.held.records;
    },
    answers: statusAnswers(parts),
    totals: () => ({
      MinuteBars: counts.bar,
      Quarantined: refusals.total,
      ConnectionsLost: feed.status().connectionsLost,
      RetriedPuts: publisher.retried,
      UncoveredMinutes: counts.uncoveredMinutes,
    }),
  };
}
