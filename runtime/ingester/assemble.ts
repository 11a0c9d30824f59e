/** Puts the ingester together. Everything that touches the world is handed in. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wallSleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { calendarOf } from '../bars/calendar.ts';
import { Windows } from '../bars/window.ts';
import type { Clock } from '../platform/clock.ts';
import type { Sleep } from '../platform/event-sleep.ts';
import type { Logger } from '../platform/logger.ts';
import { putOnce } from '../platform/put-records.ts';
import { Quarantine } from '../platform/quarantine.ts';
import type { IngesterConfig } from './config.ts';
import { Backfill } from './gaps/backfill.ts';
import { Declarer } from './gaps/declarer.ts';
import { Degraded } from './gaps/degraded.ts';
import { Investigation } from './gaps/investigation.ts';
import { Missing } from './gaps/missing.ts';
import { MissingTable } from './gaps/missing-table.ts';
import { Observation } from './gaps/observation.ts';
import { Recovery } from './gaps/recovery.ts';
import { Regain } from './gaps/regain.ts';
import { Suspects } from './gaps/suspects.ts';
import { Ingester } from './ingester.ts';
import { LeaseKeeper, type LeaseTime } from './lease/lease-keeper.ts';
import { LeaseTable } from './lease/lease-table.ts';
import { reservationOf } from './lease/reservation.ts';
import { PolygonFeed } from './polygon/feed.ts';
import { PolygonHistory } from './polygon/rest.ts';
import { Backlog, type MemoryLimits } from './publish/backlog.ts';
import { MinutesStream } from './publish/minutes-stream.ts';
import { Pacer } from './publish/pacer.ts';
import { Promised } from './publish/promised.ts';
import { Publisher } from './publish/publisher.ts';
import { Refusals } from './publish/refusals.ts';
import { Resends } from './publish/resends.ts';
import { roomIn } from './publish/room.ts';
import type { Segments } from './publish/segments.ts';
import { followShards } from './publish/shards.ts';
import { Versions } from './publish/versions.ts';
import { WatermarkFence } from './publish/watermark-fence.ts';
import { Pulse } from './pulse.ts';
import { measure } from './status/measure.ts';
import type { Measured } from './status/meter.ts';
import { Rate } from './status/rate.ts';
import { type Counts, statusOf } from './status/status.ts';
import type { Answers } from './status/status-server.ts';
import { Resubscription } from './symbols/resubscription.ts';
import { Subscription } from './symbols/subscription.ts';
import { followSymbols } from './symbols/symbol-follower.ts';
import { withinPlan } from './symbols/symbol-list.ts';
import { SymbolMemory } from './symbols/symbol-memory.ts';
import { Universe } from './symbols/universe.ts';

/** Less than this (ms of wall time) is no grace for bars on their way, however fast event time runs. */
const LEAST_GRACE = 50;

/**
 * How long (ms of wall time) the lease is kept while what is held is published, so that a hand-over takes less than a minute.
 * Bars go on after it; promises are the successor's.
 */
const HAND_OVER = 40_000;

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

export interface Assembled {
  /** Runs until `reading` aborts, then publishes what is held, at the latest until the signal of `limit()` aborts. @throws when records that waited on disk cannot be read. @returns how many records could not be published */
  run(reading: AbortSignal, limit: () => AbortSignal): Promise<number>;
  readonly answers: Answers;
  /** Every number of this moment. */
  readonly stats: () => object;
  /** What the metrics of this moment are. */
  readonly measure: () => Measured;
}

async function handOver(): Promise<void> {
  await wallSleep(HAND_OVER, undefined, { ref: false });
}

export function assemble(config: IngesterConfig, world: World): Assembled {
  const { clock, kinesis, dynamoDb, logger, restSleep } = world;
  const { market, minutesStream, feedDelay: delay, rest, apiKey } = config;
  const { symbols, shortage } = withinPlan(config.subscription.symbols, config.symbolLimit);
  const subscription = new Subscription(symbols);
  const calendar = calendarOf(market);
  const grace = () => Math.max(config.grace, clock.perWall(LEAST_GRACE));
  const versions = new Versions(() => clock.now(), 0);
  const promised = new Promised();
  const lease = new LeaseKeeper({
    table: new LeaseTable(dynamoDb, config.leaseTable, market),
    owner: `${hostname()}-${randomUUID()}`,
    ...(world.leaseTime && { time: world.leaseTime }),
    ...reservationOf({
      ...{ clock, versions, promised },
      since: () => observation.since,
      slots: () => subscription.slots,
      catchingUp: () => recovery.catchingUp,
    }),
    logger,
  });
  const counts: Counts = {
    bar: 0,
    coverage: 0,
    watermark: 0,
    repeated: 0,
    backfilled: 0,
    uncoveredMinutes: 0,
  };
  const rateNow = () => clock.now();
  const rates = { frames: new Rate(rateNow), bars: new Rate(rateNow), published: new Rate(rateNow) };
  const pacer = new Pacer({ speed: () => Math.max(1, clock.perWall(1)), wall: () => performance.now() });
  const fence = new WatermarkFence({
    epoch: () => (lease.holds ? lease.epoch : undefined),
    put: (items, signal) => putOnce(kinesis, minutesStream, items, signal),
  });
  const publisher = new Publisher({
    put: fence.put,
    pacer,
    logger,
    now: () => clock.now(),
    onAcknowledged: item => {
      if (fence.passed(item)) {
        counts[item.kind]++;
        rates.published.count();
        promised.acknowledged(item);
      }
      backlog.onRoom();
    },
  });
  const broken = new AbortController();
  const backlog = new Backlog({ ...world, publisher, onFailure: () => broken.abort() });
  const stream = new MinutesStream({
    ...{ outlet: backlog, versions, logger },
    epoch: () => lease.epoch,
    onLost: () => regain.lost(),
  });
  const quarantine = new Quarantine(dynamoDb, config.quarantineTable, `ingester-${market}`);
  const refusals = new Refusals({ quarantine, logger });
  const windows = new Windows(calendar, config.alignment);
  const observation = new Observation({ windows, delay, grace, onStart: config.backfillOnStart });
  const feed = new PolygonFeed({
    ...config,
    ...(world.sleep && { sleep: world.sleep }),
    url: config.feedUrl,
    subscription,
    delay,
    clock,
    versions,
    onCrowded: () => lease.confirm(),
    logger,
  });
  const limits = { ...rest, ...(restSleep && { sleep: restSleep }) };
  const history = new PolygonHistory({ url: config.restUrl, apiKey, market, versions, limits });
  const room = (signal: AbortSignal) => roomIn(backlog, signal);
  const backfill = new Backfill({
    history,
    publish: answer => ingester.publishHistory(answer),
    room,
    since: symbol => Math.max(observation.since ?? 0, subscription.since(symbol)),
    atOnce: rest.atOnce,
    logger,
  });
  const universe = new Universe({ subscription, history, logger });
  const declarer = new Declarer({ declare: declaration => stream.declare(declaration), room });
  const missing = new Missing({
    ...{ clock, universe, backfill, declarer, logger },
    table: new MissingTable(dynamoDb, config.leaseTable, market),
    ...(world.untilRetry && { untilRetry: world.untilRetry }),
  });
  const knownAt = (end: number) => end + delay + grace();
  const recovery = new Recovery({
    ...{ clock, universe, backfill, subscription, declarer, missing, knownAt, logger },
  });
  const regain = new Regain({
    ...{ stream, recovery, room },
    onUncovered: minutes => {
      counts.uncoveredMinutes += minutes;
    },
  });
  const suspects = new Suspects(calendar);
  const investigation = new Investigation({ backfill, logger });
  const resubscription = new Resubscription({
    ...{ clock, windows, delay, knownAt, subscription, universe, feed, declarer, missing, logger },
    memory: new SymbolMemory(dynamoDb, config.leaseTable, market),
    wanted: world.readSymbols ? undefined : symbols,
  });
  const follow = followSymbols({ ...world, limit: config.symbolLimit, shortage, resubscription });
  const degraded = new Degraded({
    ...{ clock, calendar, delay, observation, backfill, suspects, logger },
    symbols: signal => universe.symbols(signal),
    perSecond: rest.perSecond,
    onFilled: () => ingester.promise(),
  });
  const pulse = new Pulse({ onSettled: () => ingester.promise() });
  const parts = {
    ...{ clock, lease, feed, history, subscription, observation, recovery, missing, degraded, investigation },
    ...{ publisher, backlog, stream, refusals, versions, counts, rates, follow },
  };
  const ingester = new Ingester({
    ...parts,
    ...{
      calendar,
      promised,
      pulse,
      suspects,
      regain,
      resubscription,
      resends: new Resends(),
      logger,
    },
    backfillOnStart: config.backfillOnStart,
    onSubscribed: world.onSubscribed,
  });
  return {
    run: async (stop, limit) => {
      const reading = AbortSignal.any([stop, broken.signal]);
      const shards = followShards({ client: kinesis, stream: minutesStream, pacer, logger }, reading);
      try {
        await follow.begin(reading);
        await Promise.all([ingester.run(reading), follow.run(reading)]);
        const atLatest = limit();
        const drained = Promise.all([backlog.close(atLatest), refusals.close(atLatest), shards]);
        await Promise.race([drained, (world.untilHandOver ?? handOver)()]);
        await lease.release();
        await drained;
      } finally {
        pulse[Symbol.dispose]();
        await lease.release();
        history[Symbol.dispose]();
      }
      return backlog.held.records;
    },
    ...statusOf(parts),
    measure: () => measure({ ...parts, calendar, delay, grace }),
  };
}
