/** A whole stage on a clock that goes by hand, a minute at a time: every minute ends only when everything has dealt with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { jest } from '@jest/globals';
import { App, Duration } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../../lib/barflow-stage.ts';
import type { Feed } from '../../../lib/settings/environment.ts';
import type { Thresholds } from '../../../lib/settings/thresholds.ts';
import { AlarmWatch } from '../../../local/alarms/alarm-watch.ts';
import { SharedClock } from '../../../local/cli/shared-clock.ts';
import { vendorAccess } from '../../../local/cli/vendor-access.ts';
import { Tally } from '../../../local/console/tally.ts';
import { credentials, region } from '../../../local/engine/account.ts';
import type { Version } from '../../../local/engine/ecs-service.ts';
import { type Engine, startEngine } from '../../../local/engine/engine.ts';
import type { Rollout } from '../../../local/engine/rollout.ts';
import { signed } from '../../../local/page-server/sign.ts';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { type Fault, rehearsals } from '../../../local/simulator/rehearsals.ts';
import { TroubledMarket } from '../../../local/simulator/troubled-market.ts';
import { Vendor } from '../../../local/simulator/vendor.ts';
import { ingesterEnv } from '../../../runtime/ingester/names.ts';
import { MINUTE, minuteOf } from '../../../runtime/markets/timeframe.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { ingesterGauges } from '../../../runtime/platform/metric-names.ts';
import { explicitHashKey, slotOf } from '../../../runtime/records/slot.ts';
import { freePorts } from '../../support/free-ports.ts';

const STAGE = 'test';
const KEY = 'vendor-key';
const PREFIX = new RegExp(`^barflow-${STAGE}-(Stocks|Api)-`);
/** Enough symbols for their number to be judged, spread over both shards. */
const SYMBOLS = 24;
/** Processes of the ingester that one rig may start, each with a port of its own for its health check. */
const PROCESSES = 40;
/** How far into the next minute a minute is looked back on, event ms: bars and watermarks have come by then. */
const LATE = 10_000;

export interface RigOptions {
  /** Where the clock starts, ISO 8601: the start of a block, so that nothing before it is missing. */
  readonly from: string;
  /** Whether vendor and ingester take part. @default true */
  readonly ingester?: boolean;
  /** When the market began to trade, ISO 8601. @default when the clock starts */
  readonly tradesFrom?: string;
  /** Thresholds in place of the defaults. @default none */
  readonly thresholds?: Partial<Thresholds>;
}

/** What a minute waits for before it ends. Scenarios switch off what they break. */
export interface Expectations {
  watermarks: boolean;
  ingester: boolean;
  rollup: boolean;
}

export class Rig implements AsyncDisposable {
  readonly clock: EventClock;
  readonly market: TroubledMarket;
  readonly vendor: Vendor;
  readonly engine: Engine;
  readonly watch: AlarmWatch;
  readonly expects: Expectations;
  readonly symbols: readonly string[];
  readonly feed: Feed;
  readonly #folder: string;
  readonly #clocks: SharedClock[] = [];
  readonly #tally = new Tally('stocks');
  readonly #paged = new Set<string>();
  readonly #everRaised = new Set<string>();
  #ingesterLines = 0;
  #rollout: Rollout | undefined;

  private constructor(
    parts: Pick<Rig, 'clock' | 'market' | 'vendor' | 'engine' | 'symbols' | 'feed'> & {
      folder: string;
      ingester: boolean;
    },
  ) {
    this.clock = parts.clock;
    this.market = parts.market;
    this.vendor = parts.vendor;
    this.engine = parts.engine;
    this.symbols = parts.symbols;
    this.feed = parts.feed;
    this.#folder = parts.folder;
    this.expects = { watermarks: parts.ingester, ingester: parts.ingester, rollup: true };
    this.watch = new AlarmWatch(this.engine, this.clock);
    this.engine
      .service('Ingester/Service')
      .onTask(task => this.#clocks.push(new SharedClock(this.clock, task)));
    this.engine.onEmf((_, line) => {
      if (ingesterGauges.connected in line) this.#ingesterLines++;
    });
  }

  static async start({
    from,
    ingester = true,
    tradesFrom = from,
    thresholds = {},
  }: RigOptions): Promise<Rig> {
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
    const folder = mkdtempSync(join(tmpdir(), 'barflow-rig-'));
    const app = new App({ outdir: join(folder, 'assembly'), builtinCloudFormationValidation: false });
    const feed: Feed = { market: 'stocks', symbols, apiKeySecret: 'key', shards: 2 };
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
      secrets: { key: KEY },
      overrides: vendorAccess(
        feed,
        {
          [ingesterEnv.feedUrl]: vendor.url,
          [ingesterEnv.restUrl]: vendor.restUrl,
          [ingesterEnv.statusPort]: () => `${firstPort + (processes++ % PROCESSES)}`,
          [ingesterEnv.eventClock]: () => `${new Date(clock.now()).toISOString()}@0`,
        },
        KEY,
      ),
      holdTasks: true,
      restartLimitMs: 100,
      retryLimitMs: 50,
      say: () => undefined,
    });
    const rig = new Rig({ clock, market, vendor, engine, symbols, feed, folder, ingester });
    await engine.tap('Stocks/Minutes', records => {
      for (const { data } of records) rig.#tally.takeMinuteRecord(data);
    });
    if (ingester) {
      const subscribed = vendor.subscribed;
      engine.startTasks();
      await subscribed;
      listening.resolve();
    }
    // Before the first datapoints silence is all that CloudWatch knows.
    await rig.minutes(2);
    rig.#everRaised.clear();
    return rig;
  }

  /** Lets minutes pass; after each all alarms are evaluated. */
  async minutes(count: number): Promise<void> {
    for (let passed = 0; passed < count; passed++) {
      const before = { ingester: this.#ingesterLines, looks: this.#looks };
      const { expects } = this;
      const end = minuteOf(this.clock.now()) + MINUTE;
      await this.#setClock(end);
      if (expects.ingester) await until('the ingester', () => this.#ingesterLines > before.ingester);
      await until('the monitor', () => this.#looks > before.looks);
      await this.#setClock(end + LATE);
      const through = () => this.#slots.every(slot => this.#tally.through(slot) >= end);
      if (expects.watermarks) await until('watermarks', through);
      if (expects.rollup) await this.engine.drained();
      for (const { alarm, to } of this.watch.evaluate())
        if (to === 'ALARM') this.#everRaised.add(alarm.name.replace(PREFIX, ''));
      for (const id of this.raised) if (this.pages(id)) this.#paged.add(id);
      await this.#rollout?.look();
    }
  }

  /** Begins to put a version of the ingester in the place of the one that runs, and resolves once its process listens. From now on ECS looks after every minute. */
  async deploy(version: Version): Promise<Rollout> {
    const service = this.engine.service('Ingester/Service');
    const isRaised = (name: string) => this.watch.board.stateOf(name) === 'ALARM';
    const rollout = service.deploy(version, isRaised);
    this.#rollout = rollout;
    const listens = new Promise<unknown>(resolve => service.tasks.at(-1)?.onMessage(resolve));
    await listens;
    return rollout;
  }

  /** Lets ECS look, while the clock stands, until it is so. */
  async lookUntil(what: string, holds: (rollout: Rollout) => boolean): Promise<void> {
    const since = performance.now();
    for (const rollout = this.#rollout; rollout !== undefined && !holds(rollout); await rollout.look())
      if (performance.now() - since > PATIENCE) throw new Error(`waited in vain for ${what}`);
  }

  /** Lets up to `limit` minutes pass until all of these alarms are raised. @throws Error that names those that are not */
  async untilRaised(limit: number, ...ids: readonly string[]): Promise<void> {
    for (let passed = 0; passed < limit && !ids.every(id => this.isRaised(id)); passed++)
      await this.minutes(1);
    const quiet = ids.filter(id => !this.isRaised(id));
    if (quiet.length > 0)
      throw new Error(`not raised within ${limit} minutes: ${quiet.join(', ')}; raised: ${this.raised}`);
  }

  /** Lets up to `limit` minutes pass until none of these alarms is raised. @throws Error that names those that are */
  async untilOver(limit: number, ...ids: readonly string[]): Promise<void> {
    for (let passed = 0; passed < limit && ids.some(id => this.isRaised(id)); passed++) await this.minutes(1);
    const still = ids.filter(id => this.isRaised(id));
    if (still.length > 0) throw new Error(`still raised after ${limit} minutes: ${still.join(', ')}`);
  }

  isRaised(id: string): boolean {
    return this.watch.board.stateOf(this.#named(id).name) === 'ALARM';
  }

  /** What the alarm looks at, over its last period up to now; undefined where there is nothing to look at. */
  valueOf(id: string): number | undefined {
    const { store } = this.watch;
    const alarm = this.#named(id);
    if (alarm.kind !== 'metric') throw new Error(`${id} looks at no metric`);
    return alarm.datapoints(store, minuteOf(this.clock.now()), 1)[0];
  }

  /** Whether the alarm wakes somebody now. */
  pages(id: string): boolean {
    const { name, actions } = this.#named(id);
    return this.watch.board.acts(name) && actions.some(action => action.endsWith('-page'));
  }

  /** Ids of the alarms that are raised, in alphabetical order. */
  get raised(): string[] {
    return this.watch.board.alarms
      .map(({ name }) => name.replace(PREFIX, ''))
      .filter(id => this.isRaised(id))
      .sort();
  }

  /** Ids of the alarms that were raised at any time after the start, in alphabetical order. */
  get everRaised(): string[] {
    return [...this.#everRaised].sort();
  }

  /** Ids of the alarms that woke somebody at any time, in alphabetical order. */
  get everPaged(): string[] {
    return [...this.#paged].sort();
  }

  /**
   * Lets the vendor misbehave as an operator can let it. The connection has its last word first, so that everything before
   * it was heard at the time that it is now.
   */
  rehearse(fault: Fault): void {
    const message = 'subscribed to: AM.AAPL';
    this.vendor.faults.send([JSON.stringify({ ev: 'status', status: 'success', message })]);
    rehearsals[fault].set(this, true);
  }

  /** Ends what `rehearse` has begun. */
  recover(fault: Fault): void {
    rehearsals[fault].set(this, false);
  }

  /** Puts records on the minutes stream as they are, and waits until they are rolled up; each for a symbol of the feed or for AAPL. */
  async put(texts: readonly string[], symbol = 'AAPL'): Promise<void> {
    const StreamName = this.engine.stream('Stocks/Minutes').name;
    const key = { PartitionKey: symbol, ExplicitHashKey: explicitHashKey(slotOf(symbol)) };
    const Records = texts.map(text => ({ Data: Buffer.from(text), ...key }));
    await this.engine.kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    await this.engine.drained();
  }

  /** Asks the query API, as a page does. @returns the status of its answer */
  async ask(question: string): Promise<number> {
    const [api] = this.engine.apis;
    if (api === undefined) throw new Error('the stage has no query API');
    const { endpoint } = api;
    const { url, headers } = await signed({ endpoint, region, credentials }, new URL(question, endpoint), {});
    const answer = await fetch(url, { headers });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Lets the ingester end as a deployment does, and the one that takes its place subscribe. */
  async replaceIngester(): Promise<void> {
    const subscribed = this.vendor.nextSubscribe();
    this.engine.task('Ingester/Service').kill('SIGTERM');
    await subscribed;
  }

  /** Resolves once the AWS metric with that name has had a value above 0 at the present minute. */
  async measured(name: string): Promise<void> {
    const from = minuteOf(this.clock.now());
    const { store } = this.watch;
    const has = () =>
      store.metrics.some(
        id => id.name === name && (store.statistic(id, 'Maximum', from, from + MINUTE) ?? 0) > 0,
      );
    await until(`a value of ${name}`, has);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.stop();
    await this.vendor.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #named(id: string) {
    const alarm = this.watch.board.alarms.find(({ name }) => name.replace(PREFIX, '') === id);
    if (alarm === undefined) throw new Error(`there is no alarm ${id}`);
    return alarm;
  }

  async #setClock(now: number): Promise<void> {
    this.clock.set({ now });
    await Promise.all(this.#clocks.map(clock => clock.settled(now)));
  }

  /** How often the monitor has looked, or failed to. */
  get #looks(): number {
    const { succeeded, failures } = this.engine.schedule('Stocks/Monitor/Schedule');
    return succeeded + failures;
  }

  get #slots(): readonly number[] {
    return [...new Set(this.symbols.map(slotOf))];
  }
}

/** Longer than anything here takes on the busiest machine (ms of wall time): only a fault of the scenario waits so long. */
const PATIENCE = 60_000;
jest.setTimeout(5 * PATIENCE);

/** Resolves once `holds` is true. @throws Error that says what was waited for in vain */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const since = performance.now();
  while (!holds()) {
    if (performance.now() - since > PATIENCE) throw new Error(`waited in vain for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 3));
  }
}
