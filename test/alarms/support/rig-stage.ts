/** The stage of a rig on this machine, its vendor and its market, at rest on a clock that goes by hand. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../../lib/barflow-stage.ts';
import type { Feed } from '../../../lib/settings/environment.ts';
import type { Schedule } from '../../../lib/settings/feed-settings.ts';
import type { Thresholds } from '../../../lib/settings/thresholds.ts';
import { redisAccess } from '../../../local/cli/redis-server.ts';
import { vendorAccess } from '../../../local/cli/vendor-access.ts';
import { type Engine, startEngine } from '../../../local/engine/engine.ts';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { TroubledMarket } from '../../../local/simulator/troubled-market.ts';
import { Vendor } from '../../../local/simulator/vendor.ts';
import { ingesterEnv } from '../../../runtime/ingester/names.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { takingEnv } from '../../../runtime/platform/sink-names.ts';
import { freePorts } from '../../support/free-ports.ts';

export const STAGE = 'test';
const KEY = 'vendor-key';
/** Enough symbols for their number to be judged, spread over both shards. */
const SYMBOLS = 24;
/** Processes of the ingester that one rig may start, each with a port of its own for its health check. */
const PROCESSES = 40;
/** Events that the sink `events` holds at most: those of some minutes. */
const HELD = 6 * SYMBOLS;

export interface RigStageOptions {
  /** Where the clock starts, ISO 8601: the start of a block, so that nothing before it is missing. */
  readonly from: string;
  /** When the market began to trade, ISO 8601. @default when the clock starts */
  readonly tradesFrom?: string;
  /** Thresholds in place of the defaults. @default none */
  readonly thresholds?: Partial<Thresholds>;
  /** @default 'always' */
  readonly schedule?: Schedule;
  /** @default false */
  readonly spot?: boolean;
  /** Whether the feed carries price bands, too. @default false */
  readonly bands?: boolean;
  /** Address of a Redis server for the latest bars. @default they are kept nowhere */
  readonly latest?: string | undefined;
  /** Whether it passes trades on to a stream of events. @default false */
  readonly passesOn?: boolean;
}

export interface RigStage {
  readonly clock: EventClock;
  readonly market: TroubledMarket;
  readonly vendor: Vendor;
  readonly engine: Engine;
  readonly symbols: readonly string[];
  readonly feed: Feed;
  /** Holds what it writes. */
  readonly folder: string;
  /** Port at which the newest process of the ingester answers. */
  readonly port: () => number;
  /** Lets the vendor send bars. */
  readonly trade: () => void;
}

export async function startRigStage({
  from,
  tradesFrom = from,
  thresholds = {},
  schedule = 'always',
  spot = false,
  bands = false,
  latest,
  passesOn = false,
}: RigStageOptions): Promise<RigStage> {
  const clock = new EventClock({ now: Date.parse(from), speed: 0 });
  const market = new TroubledMarket(
    new SimulatedMarket({
      ...{ market: 'stocks', symbols: SYMBOLS, quietest: 50, corrected: 0 },
      from: Date.parse(tradesFrom),
    }),
  );
  const { symbols } = market;
  const listening = Promise.withResolvers<void>();
  const vendor = await Vendor.start({
    clock,
    market: 'stocks',
    source: market,
    key: KEY,
    ready: listening.promise,
  });
  // The clock leaps past the grace that bars on their way are given: they must not come one after the other.
  vendor.faults.framing = 'one-frame';
  const firstPort = await freePorts(PROCESSES);
  let processes = 0;
  const port = () => firstPort + (processes % PROCESSES);
  const folder = mkdtempSync(join(tmpdir(), 'barflow-rig-'));
  const app = new App({ outdir: join(folder, 'assembly'), builtinCloudFormationValidation: false });
  const feed: Feed = {
    market: 'stocks',
    symbols,
    apiKeySecret: 'key',
    shards: 2,
    schedule,
    spot,
    ...(bands && { channels: ['minutes', 'luld'], sinks: [{ kind: 'events' }] }),
    ...(latest !== undefined && { sinks: [{ kind: 'redis', urlSecret: 'redis' }], latest: true }),
    ...(passesOn && { channels: ['minutes', 'trades'], sinks: [{ kind: 'events' }] }),
  };
  new BarflowStage(app, STAGE, {
    feeds: [feed],
    streamRetention: Duration.hours(24),
    removal: 'destroy',
    thresholds,
  });
  const engine = await startEngine({
    assembly: app.synth(),
    stage: STAGE,
    folder: join(folder, 'buckets'),
    clock,
    secrets: { key: KEY, ...(latest !== undefined && { redis: latest }) },
    overrides: {
      ...(latest !== undefined && redisAccess(feed, latest)),
      ...vendorAccess(
        feed,
        {
          [ingesterEnv.feedUrl]: vendor.url,
          [ingesterEnv.restUrl]: vendor.restUrl,
          [ingesterEnv.statusPort]: () => {
            processes++;
            return `${port()}`;
          },
          [takingEnv.events.cap]: `${HELD}`,
          [ingesterEnv.eventClock]: () => `${new Date(clock.now()).toISOString()}@0`,
        },
        KEY,
      ),
    },
    holdTasks: true,
    restartLimitMs: 100,
    retryLimitMs: 50,
    say: () => undefined,
  });
  return { clock, market, vendor, engine, symbols, feed, folder, port, trade: () => listening.resolve() };
}
