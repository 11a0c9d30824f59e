/** Puts the ingester together: what it knows, lease, vendor, sink, channel, status. Everything that touches the world is handed in. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { calendarOf } from '../markets/calendar.ts';
import { Windows } from '../markets/window.ts';
import { hearDates } from '../platform/aws-dates.ts';
import { ClockCheck } from '../platform/clock-check.ts';
import { eventSleep } from '../platform/event-sleep.ts';
import type { Logger } from '../platform/logger.ts';
import { processTime, type Time } from '../platform/time.ts';
import { ownerOf } from '../tables/belonging.ts';
import { HaltTable } from '../tables/lease/halt-table.ts';
import { LeaseItems } from '../tables/lease/lease-items.ts';
import { LeaseTable } from '../tables/lease/lease-table.ts';
import { MissingTable } from '../tables/lease/missing-table.ts';
import { ShownTable } from '../tables/lease/shown-table.ts';
import { SymbolMemory } from '../tables/lease/symbol-memory.ts';
import { Quarantine } from '../tables/quarantine/quarantine.ts';
import { SessionSymbols } from '../tables/sessions/session-symbols.ts';
import { SessionTable } from '../tables/sessions/session-table.ts';
import { type PassedEvents, PassedOn } from '../vendor/channels/passed-on.ts';
import { liquidSymbols } from '../vendor/liquid.ts';
import { RestClient } from '../vendor/rest/client.ts';
import { RestHistory } from '../vendor/rest/rest-history.ts';
import { PolygonFeed } from '../vendor/socket/feed.ts';
import { withinPlan } from '../vendor/symbol-list.ts';
import { VendorWords } from '../vendor/words.ts';
import type { Assembled } from './assembled.ts';
import { GapsUnderWay } from './channels/minutes/gaps.ts';
import { MinutesChannel } from './channels/minutes/minutes-channel.ts';
import { Observation } from './channels/minutes/observation.ts';
import { AcknowledgedMinutes } from './channels/passed-on/acknowledged-minutes.ts';
import { askedFor } from './channels/passed-on/asked.ts';
import { BesideMinutes } from './channels/passed-on/beside-minutes.ts';
import { haltsOf } from './channels/passed-on/halts.ts';
import type { Passing } from './channels/passed-on/passing.ts';
import { passingOf } from './channels/passed-on/passing-of.ts';
import { timingOf } from './channels/timing.ts';
import type { IngesterConfig, MinutesConfig } from './config.ts';
import { Ingester } from './ingester.ts';
import { LeaseKeeper } from './lease/lease-keeper.ts';
import { reservationOf } from './lease/reservation.ts';
import { Versions } from './lease/versions.ts';
import { assemblePassing } from './passing-only.ts';
import { SessionBook } from './sessions/session-book.ts';
import { SessionRecorder } from './sessions/session-recorder.ts';
import { Acknowledged } from './sinks/minutes-stream/acknowledged.ts';
import { publishing } from './sinks/minutes-stream/publishing.ts';
import { QuarantineWriter } from './sinks/quarantine-writer.ts';
import { measure } from './status/measure.ts';
import { statusOf } from './status/status.ts';
import { Resubscription } from './symbols/resubscription.ts';
import { ShownSymbols } from './symbols/shown-symbols.ts';
import { Subscription } from './symbols/subscription.ts';
import { followSymbols } from './symbols/symbol-follower.ts';
import { Universe } from './symbols/universe.ts';
import type { World } from './world.ts';

export function assemble({ minutesStream, ...config }: IngesterConfig, world: World): Assembled {
  return minutesStream === undefined
    ? assemblePassing({ ...config, minutesStream }, world)
    : assembleMinutes({ ...config, minutesStream }, world);
}

function assembleMinutes(config: MinutesConfig, world: World): Assembled {
  const { clock, time = processTime, dynamoDb, readSymbols, symbolsChanged, onSubscribed, logger } = world;
  const { feed, market, symbolLimit, minutesStream, backfillOnStart: onStart } = config;
  const belongsTo = ownerOf(config);
  const kept = new LeaseItems(dynamoDb, config.leaseTable, feed, belongsTo);
  const list = withinPlan(config.subscription.symbols, symbolLimit);

  const known = knownOf(config, world, list.symbols);
  const { timing, subscription, versions, acknowledged, clockCheck, book } = known;
  const lease = leaseOf(known, new LeaseTable(kept), time, logger);
  const words = new VendorWords(config.apiKey);
  const table = new Quarantine(dynamoDb, config.quarantineTable, `ingester-${feed}`, belongsTo);
  const quarantine = new QuarantineWriter({ quarantine: table, words, logger });
  const halts = haltsOf(config, { ...timing, subscription, table: new HaltTable(kept), lease, logger });
  const passing = passingOf(config, world, { words, quarantine, clock, halts });
  const vendor = vendorOf(config, known, { lease, time, logger, passing });

  const minutes = new AcknowledgedMinutes({ market, sinks: passing.sinks, now: Date.now });
  const sink = publishing({
    ...{ ...world, minutesStream, acknowledged, lease, versions },
    onAcknowledged: item => minutes.take(item),
  });

  const shown = new ShownSymbols({ clock, logger, table: new ShownTable(kept) });
  const universe = new Universe({ subscription, shown, history: vendor.history, logger });
  const channel = new MinutesChannel({
    ...{ timing, time, vendor, known, versions, quarantine, clockCheck, onStart, onSubscribed, logger },
    symbols: { subscription, shown, universe },
    sink: sink.stream,
    table: new MissingTable(kept),
    sessions: book,
  });

  const resubscription = new Resubscription({
    ...timing,
    subscription,
    universe,
    feed: vendor.feed,
    memory: new SymbolMemory(kept),
    uncovered: channel.uncovered,
    wanted: readSymbols ? undefined : list.symbols,
    logger,
  });
  const { shortage } = list;
  const follower = followSymbols({
    ...{ readSymbols, symbolsChanged, time, limit: symbolLimit, market, shortage, resubscription, logger },
  });
  const symbols = { resubscription, shown, follower };
  const sessions = recorderOf(config, world, known, channel);
  const ingester = new Ingester({
    ...{ lease, versions, vendor, symbols, channel, sessions, sink, quarantine, passing, time, logger },
  });
  const parts = { ...known, lease, vendor, sink, quarantine, channel, follower, passing };
  return {
    run: (reading, limit) => ingester.run(reading, limit),
    ...statusOf(parts),
    measure: () => measure(parts),
  };
}

/** What is known at any moment and needs nobody: the parts change it, the lease and the status tell of it. */
function knownOf(config: MinutesConfig, world: World, symbols: '*' | readonly string[]) {
  const { clock, logger } = world;
  const timing = timingOf(clock, new Windows(calendarOf(config.market), config.alignment), config);
  const clockCheck = new ClockCheck();
  const now = () => clock.now() - timing.delay;
  const book = new SessionBook({ calendar: timing.calendar, now, logger });
  hearDates(world, answer => clockCheck.answered('aws', answer));
  return {
    timing,
    clockCheck,
    now,
    book,
    subscription: new Subscription(symbols),
    versions: new Versions(() => clock.now(), 0),
    observation: new Observation({ ...timing, onStart: config.backfillOnStart }),
    underWay: new GapsUnderWay(),
    acknowledged: new Acknowledged(
      () => clock.now(),
      (symbol, start) => book.at(start).bar(symbol, start),
    ),
  };
}

type Known = ReturnType<typeof knownOf>;

/** Leaves the record of every session, if there is a table for it. */
function recorderOf(
  { sessionsTable, ...config }: MinutesConfig,
  { dynamoDb, logger }: World,
  known: Known,
  { uncovered }: MinutesChannel,
): SessionRecorder {
  const { timing, acknowledged, subscription } = known;
  const owner = ownerOf(config);
  return new SessionRecorder({
    ...{ ...known, ...timing, logger },
    through: () => acknowledged.lowest(subscription.slots),
    missing: () => uncovered.missing,
    tables:
      sessionsTable === undefined
        ? undefined
        : {
            sessions: new SessionTable(dynamoDb, sessionsTable, owner, logger),
            symbols: new SessionSymbols(dynamoDb, sessionsTable, owner),
          },
  });
}

/** It keeps for a successor what is known. */
function leaseOf(known: Known, table: LeaseTable, time: Time, logger: Logger): LeaseKeeper {
  const { timing, versions, subscription, observation, underWay, acknowledged } = known;
  const reservation = reservationOf({
    clock: timing.clock,
    versions,
    watermark: () => acknowledged.lowest(subscription.slots),
    since: () => observation.since,
    slots: () => subscription.slots,
    catchingUp: () => underWay.catchingUp,
  });
  return new LeaseKeeper({ ...reservation, table, owner: `${hostname()}-${randomUUID()}`, time, logger });
}

interface VendorNeeds {
  readonly lease: LeaseKeeper;
  readonly time: Time;
  readonly logger: Logger;
  readonly passing: Passing;
}

/** The vendor's present and past. Who is pushed out by another connection makes sure of the lease first. */
function vendorOf(
  config: MinutesConfig,
  { timing, subscription, versions, clockCheck }: Known,
  { lease, time, logger, passing }: VendorNeeds,
) {
  const { clock, delay } = timing;
  const { market, apiKey, sentinel, rest, compression } = config;
  const asked = askedFor(config.passedOn, market, subscription);
  const polygon = new PolygonFeed<PassedEvents>({
    ...{ url: config.feedUrl, apiKey, market, subscription, delay, clock, versions, logger, compression },
    ...(sentinel !== undefined && { sentinel }),
    sleep: eventSleep(clock, time),
    onCrowded: () => lease.confirm(),
    also: (counts, words) => (asked.length > 0 ? [new PassedOn(asked, counts, words)] : []),
  });
  const feed = new BesideMinutes(polygon, passing);
  const client = new RestClient({
    url: config.restUrl,
    apiKey,
    budget: { ...rest, sleep: (ms, signal) => time.sleep(ms, signal, 'rest') },
    onAnswer: answer => clockCheck.answered('vendor', answer),
  });
  const history = new RestHistory({ client, market, versions, delay, now: () => clock.now() });
  return { feed, client, history, rest, liquid: liquidSymbols[market] };
}
