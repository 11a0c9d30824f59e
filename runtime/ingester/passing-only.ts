/** Puts an ingester together that has no minutes: it holds the lease, and passes on what comes. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { eventSleep } from '../platform/event-sleep.ts';
import { processTime } from '../platform/time.ts';
import { ownerOf } from '../tables/belonging.ts';
import { LeaseItems } from '../tables/lease/lease-items.ts';
import { LeaseTable } from '../tables/lease/lease-table.ts';
import { Quarantine } from '../tables/quarantine/quarantine.ts';
import { EventFeed } from '../vendor/socket/event-feed.ts';
import { withinPlan } from '../vendor/symbol-list.ts';
import type { Assembled } from './assembled.ts';
import { askedFor } from './channels/passed-on/asked.ts';
import { passingOf } from './channels/passed-on/passing-of.ts';
import type { IngesterConfig } from './config.ts';
import { LeaseKeeper } from './lease/lease-keeper.ts';
import { reservationOf } from './lease/reservation.ts';
import { Versions } from './lease/versions.ts';
import { closeSinks } from './sinks/kinds/open.ts';
import { QuarantineWriter } from './sinks/quarantine-writer.ts';
import { type PassingParts, passingStatus } from './status/passing.ts';
import { Subscription } from './symbols/subscription.ts';
import { followSymbols } from './symbols/symbol-follower.ts';
import type { World } from './world.ts';

export function assemblePassing(config: IngesterConfig, world: World): Assembled {
  const { clock, time = processTime, dynamoDb, readSymbols, symbolsChanged, logger } = world;
  const { feed: name, market, symbolLimit } = config;
  const belongsTo = ownerOf(config);
  const table = new Quarantine(dynamoDb, config.quarantineTable, `ingester-${name}`, belongsTo);
  const list = withinPlan(config.subscription.symbols, symbolLimit);
  const subscription = new Subscription(list.symbols);
  const lease = leaseOf(new LeaseTable(new LeaseItems(dynamoDb, config.leaseTable, name, belongsTo)), world);
  const feed = new EventFeed({
    ...{ url: config.feedUrl, apiKey: config.apiKey, market, delay: config.feedDelay, clock, logger },
    ...{ asked: askedFor(config.passedOn, market, subscription), compression: config.compression },
    sleep: eventSleep(clock, time),
    onCrowded: () => lease.confirm(),
  });
  const quarantine = new QuarantineWriter({ quarantine: table, words: feed.words, logger });
  const passing = passingOf(config, world, { words: feed.words, quarantine, clock });
  const { shortage } = list;
  const follower = followSymbols({
    ...{ readSymbols, symbolsChanged, time, limit: symbolLimit, market, shortage, logger },
    resubscription: {
      want: async symbols => {
        subscription.replace(symbols, { start: 0, end: 0 }, 0);
        subscription.watermark(0);
        feed.resubscribe();
      },
      settled: async () => undefined,
    },
  });
  const parts = {
    clock,
    market,
    delay: config.feedDelay,
    lease,
    feed,
    passing,
    quarantine,
    subscription,
    follower,
  };
  const run = (stop: AbortSignal, limit: () => AbortSignal) => runPassing(parts, world, stop, limit);
  return { run, ...passingStatus(parts) };
}

async function runPassing(
  parts: PassingParts,
  world: World,
  stop: AbortSignal,
  limit: () => AbortSignal,
): Promise<number> {
  const { lease, passing, quarantine, follower } = parts;
  try {
    await follower.begin(stop);
    await Promise.all([read(parts, world, stop), follower.run(stop)]);
    const isOver = limit();
    // One that hangs must not keep the lease from a successor.
    const closed = [closeSinks(passing.sinks, isOver, world.logger), quarantine.close(isOver)];
    await lease.release();
    await Promise.all(closed);
  } finally {
    await lease.release();
  }
  return passing.lost;
}

async function read(
  { lease, feed, passing }: PassingParts,
  { logger, onSubscribed }: World,
  stop: AbortSignal,
): Promise<void> {
  for await (const { signal } of lease.terms(stop))
    for await (const happening of feed.events(signal))
      if (happening.type === 'events') passing.take(happening);
      else if (happening.type === 'subscribed') {
        logger.info('the subscription stands', { topics: feed.status().acknowledged.length });
        onSubscribed();
      }
}

/** There are neither versions nor watermarks to keep for a successor. */
function leaseOf(table: LeaseTable, { clock, time = processTime, logger }: World): LeaseKeeper {
  const reservation = reservationOf({
    clock,
    versions: new Versions(() => clock.now(), 0),
    watermark: () => undefined,
    since: () => undefined,
    slots: () => [],
    catchingUp: () => undefined,
  });
  return new LeaseKeeper({ ...reservation, table, owner: `${hostname()}-${randomUUID()}`, time, logger });
}
