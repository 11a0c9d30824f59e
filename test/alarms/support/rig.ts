/** A whole stage on a clock that goes by hand, a minute at a time: every minute ends only when everything has dealt with it. */

import { rmSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { Feed } from '../../../lib/settings/environment.ts';
import { AlarmWatch } from '../../../local/alarms/alarm-watch.ts';
import { SharedClock } from '../../../local/cli/shared-clock.ts';
import { Tally } from '../../../local/console/tally.ts';
import { credentials, region } from '../../../local/engine/account.ts';
import type { Version } from '../../../local/engine/ecs-service.ts';
import type { Engine } from '../../../local/engine/engine.ts';
import type { Rollout } from '../../../local/engine/rollout.ts';
import { signed } from '../../../local/page-server/sign.ts';
import { type Fault, rehearsals } from '../../../local/simulator/rehearsals.ts';
import type { TroubledMarket } from '../../../local/simulator/troubled-market.ts';
import type { Vendor } from '../../../local/simulator/vendor.ts';
import { MINUTE, minuteOf } from '../../../runtime/markets/timeframe.ts';
import { ingesterGauges } from '../../../runtime/platform/metric-names.ts';
import { explicitHashKey, slotOf } from '../../../runtime/records/slot.ts';
import { AlarmStates } from './alarm-states.ts';
import { PATIENCE, until } from './patience.ts';
import { type RigStage, type RigStageOptions, startRigStage } from './rig-stage.ts';
import { SinkWatch } from './sink-watch.ts';

/** How far into the next minute a minute is looked back on, event ms: bars and watermarks have come by then. */
const LATE = 10_000;

export interface RigOptions extends RigStageOptions {
  /** Whether vendor and ingester take part. @default true */
  readonly ingester?: boolean;
}

/** What a minute waits for before it ends. Scenarios switch off what they break. */
export interface Expectations {
  watermarks: boolean;
  ingester: boolean;
  rollup: boolean;
}

export class Rig extends AlarmStates implements AsyncDisposable {
  readonly market: TroubledMarket;
  readonly vendor: Vendor;
  readonly engine: Engine;
  expects: Expectations;
  readonly symbols: readonly string[];
  readonly feed: Feed;
  /** Of what the feed passes on. */
  readonly sink: SinkWatch;
  readonly #folder: string;
  readonly #clocks: SharedClock[] = [];
  readonly #tally = new Tally('stocks');
  #ingesterLines = 0;
  #rollout: Rollout | undefined;

  private constructor(stage: RigStage, ingester: boolean) {
    super(new AlarmWatch(stage.engine, stage.clock), stage.clock);
    this.market = stage.market;
    this.vendor = stage.vendor;
    this.engine = stage.engine;
    this.symbols = stage.symbols;
    this.feed = stage.feed;
    this.sink = new SinkWatch(stage.port);
    this.#folder = stage.folder;
    this.expects = { watermarks: ingester, ingester, rollup: true };
    this.engine
      .service('Ingester/Service')
      .onTask(task => this.#clocks.push(new SharedClock(this.clock, task)));
    this.engine.onEmf((_, line) => {
      if (ingesterGauges.connected in line) this.#ingesterLines++;
    });
  }

  static async start({ ingester = true, ...options }: RigOptions): Promise<Rig> {
    const stage = await startRigStage(options);
    const { engine, vendor } = stage;
    const rig = new Rig(stage, ingester);
    await engine.tap('Stocks/Minutes', records => {
      for (const { data } of records) rig.#tally.takeMinuteRecord(data);
    });
    if (ingester) {
      const subscribed = vendor.subscribed;
      engine.startTasks();
      await subscribed;
      stage.trade();
      // It begins with the minute that it finds on the clock.
      await turn();
    }
    // Before the first datapoints silence is all that CloudWatch knows.
    await rig.minutes(2);
    rig.forget();
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
      this.judge();
      await this.#rollout?.look();
    }
  }

  /** Lets the clock leap to the minute before that instant (ISO 8601), and pass it; nothing but the monitor's look is waited for. */
  async leap(to: string): Promise<void> {
    this.expects = { watermarks: false, ingester: false, rollup: false };
    await this.#setClock(Date.parse(to) - MINUTE);
    await this.minutes(1);
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

  /** Asks the query API, as a page does. */
  async ask(question: string): Promise<{ readonly status: number; readonly text: string }> {
    const [api] = this.engine.apis;
    if (api === undefined) throw new Error('the stage has no query API');
    const { endpoint } = api;
    const { url, headers } = await signed({ endpoint, region, credentials }, new URL(question, endpoint), {});
    const answer = await fetch(url, { headers });
    return { status: answer.status, text: await answer.text() };
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
