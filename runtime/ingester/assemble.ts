/** Puts the ingester together. Everything that touches the world is handed in. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wallSleep } from 'node:timers/promises';
import { calendarOf } from '../markets/calendar.ts';
import { Windows } from '../markets/window.ts';
import { hearDates } from '../platform/aws-dates.ts';
import { ClockCheck } from '../platform/clock-check.ts';
import { ownerOf } from '../tables/belonging.ts';
import { LeaseItems } from '../tables/lease/lease-items.ts';
import { LeaseTable } from '../tables/lease/lease-table.ts';
import { MissingTable } from '../tables/lease/missing-table.ts';
import { ShownTable } from '../tables/lease/shown-table.ts';
import { SymbolMemory } from '../tables/lease/symbol-memory.ts';
import { Quarantine } from '../tables/quarantine/quarantine.ts';
import { liquidSymbols } from '../vendor/liquid.ts';
import { RestClient } from '../vendor/rest/client.ts';
import { RestHistory } from '../vendor/rest/rest-history.ts';
import { PolygonFeed } from '../vendor/socket/feed.ts';
import { VendorWords } from '../vendor/words.ts';
import { catchingUp } from './channels/minutes/catching-up.ts';
import { Observation } from './channels/minutes/observation.ts';
import { Pulse } from './channels/minutes/process-pause.ts';
import type { IngesterConfig } from './config.ts';
import { Ingester } from './ingester.ts';
import { Intake } from './intake.ts';
import { LeaseKeeper } from './lease/lease-keeper.ts';
import { reservationOf } from './lease/reservation.ts';
import { Versions } from './lease/versions.ts';
import { Promised } from './sinks/minutes-stream/promised.ts';
import { publishing } from './sinks/minutes-stream/publishing.ts';
import { followShards } from './sinks/minutes-stream/shards.ts';
import { Refusals } from './sinks/quarantine-writer.ts';
import { measure } from './status/measure.ts';
import type { Measured } from './status/meter.ts';
import { noCounts, ratesOf, statusOf } from './status/status.ts';
import type { Answers } from './status/status-server.ts';
import { Resubscription } from './symbols/resubscription.ts';
import { ShownSymbols } from './symbols/shown-symbols.ts';
import { Subscription } from './symbols/subscription.ts';
import { followSymbols } from './symbols/symbol-follower.ts';
import { withinPlan } from './symbols/symbol-list.ts';
import type { World } from './world.ts';

/** Less than this (ms of wall time) is no grace for bars on their way, however fast event time runs. */
const LEAST_GRACE = 50;

/**
 * How long (ms of wall time) the lease is kept while what is held is published, so that a hand-over takes less than a minute.
 * Bars go on after it; promises are the successor's.
 */
const HAND_OVER = 40_000;

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
  const { market, minutesStream, leaseTable, feedDelay: delay, rest, apiKey } = config;
  const belongsTo = ownerOf({ environment: config.environment, feed: market });
  const kept = new LeaseItems(dynamoDb, leaseTable, market, belongsTo);
  const { symbols, shortage } = withinPlan(config.subscription.symbols, config.symbolLimit);
  const subscription = new Subscription(symbols);
  const calendar = calendarOf(market);
  const windows = new Windows(calendar, config.alignment);
  const grace = () => Math.max(config.grace, clock.perWall(LEAST_GRACE));
  const knownAt = (end: number) => end + delay + grace();
  const observation = new Observation({ windows, delay, grace, onStart: config.backfillOnStart });
  const versions = new Versions(() => clock.now(), 0);
  const promised = new Promised();
  const lease = new LeaseKeeper({
    table: new LeaseTable(kept),
    owner: `${hostname()}-${randomUUID()}`,
    ...(world.leaseTime && { time: world.leaseTime }),
    ...reservationOf({
      ...{ clock, versions, promised },
      since: () => observation.since,
      slots: () => subscription.slots,
      catchingUp: () => gaps.recovery.catchingUp,
    }),
    logger,
  });
  const clockCheck = new ClockCheck();
  hearDates(world, answer => clockCheck.answered('aws', answer));
  const counts = noCounts();
  const rates = ratesOf(clock);
  const broken = new AbortController();
  const { pacer, publisher, backlog, stream } = publishing({
    ...{ ...world, minutesStream, lease, versions },
    onTaken: item => {
      counts[item.kind]++;
      rates.published.count();
      promised.acknowledged(item);
    },
    onLost: () => gaps.regain.lost(),
    onFailure: () => broken.abort(),
  });
  const quarantine = new Quarantine(dynamoDb, config.quarantineTable, `ingester-${market}`, belongsTo);
  const words = new VendorWords(apiKey);
  const refusals = new Refusals({ quarantine, words, logger });
  const feed = new PolygonFeed({
    ...{ ...config, clock, subscription, versions, delay, logger },
    ...(world.sleep && { sleep: world.sleep }),
    url: config.feedUrl,
    onCrowded: () => lease.confirm(),
  });
  const client = new RestClient({
    url: config.restUrl,
    apiKey,
    budget: { ...rest, ...(restSleep && { sleep: restSleep }) },
    onAnswer: answer => clockCheck.answered('vendor', answer),
  });
  const history = new RestHistory({ client, market, versions, delay, now: () => clock.now() });
  const shown = new ShownSymbols({ clock, logger, table: new ShownTable(kept) });
  const gaps = catchingUp({
    ...{
      clock,
      calendar,
      delay,
      knownAt,
      rest,
      history,
      shown,
      subscription,
      observation,
      stream,
      backlog,
      logger,
    },
    liquid: liquidSymbols[market],
    table: new MissingTable(kept),
    ...(world.untilRetry && { untilRetry: world.untilRetry }),
    publish: (answer, reached) => intake.history(answer, reached),
    onUncovered: minutes => {
      counts.uncoveredMinutes += minutes;
    },
    onFilled: () => ingester.promise(),
  });
  const resubscription = new Resubscription({
    ...{ ...gaps, clock, windows, delay, knownAt, subscription, feed, logger },
    memory: new SymbolMemory(kept),
    wanted: world.readSymbols ? undefined : symbols,
  });
  const follow = followSymbols({ ...world, market, limit: config.symbolLimit, shortage, resubscription });
  const pulse = new Pulse({ onSettled: () => ingester.promise() });
  const parts = {
    ...{
      ...gaps,
      clock,
      clockCheck,
      calendar,
      lease,
      feed,
      history,
      shown,
      subscription,
      observation,
      promised,
      publisher,
      backlog,
      stream,
    },
    ...{ refusals, versions, counts, rates, follow, delay, grace, logger },
  };
  const intake = new Intake(parts);
  const ingester = new Ingester({
    ...{ ...parts, intake, pulse, resubscription },
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
        client[Symbol.dispose]();
      }
      return backlog.held.records;
    },
    ...statusOf(parts),
    measure: () => measure(parts),
  };
}
