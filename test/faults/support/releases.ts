/** Releases side by side: what each deploys, and a session that one begins and another goes on with. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { SharedClock } from '../../../local/cli/shared-clock.ts';
import { vendorAccess } from '../../../local/cli/vendor-access.ts';
import { Tally } from '../../../local/console/tally.ts';
import { type Engine, startEngine } from '../../../local/engine/engine.ts';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { Vendor } from '../../../local/simulator/vendor.ts';
import { ingesterEnv } from '../../../runtime/ingester/names.ts';
import { MINUTE, minuteOf } from '../../../runtime/markets/timeframe.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { until } from '../../alarms/support/patience.ts';
import { Folder } from '../../support/folder.ts';
import { NOON } from './rig.ts';

const ROOT = join(import.meta.dirname, '../../..');
const STAGE = 'test';
const KEY = 'key';
/** The clock stands but for its leaps. Versions are reserved ahead by its speed: at this one for hours, so that an hour in seconds needs no renewal. */
const SPEED = 600;
/** Event ms into a minute at which its bars and, after the grace at that speed, its watermark have come, and at which versions take turns. */
const [LATE, BETWEEN] = [35_000, 45_000];

/** Some of them trade every minute and are corrected now and then. */
const market = () =>
  new SimulatedMarket({ market: 'stocks', symbols: 4, quietest: 1, corrected: 0.05, from: NOON });
const feed = { market: 'stocks', symbols: market().symbols, apiKeySecret: KEY, shards: 1 } as const;

/** Synthesizes the stage as the release does it; the last argument is where to. */
const SYNTHESIS = `
  import { App, Duration } from 'aws-cdk-lib/core';
  import { BarflowStage } from './lib/barflow-stage.ts';
  const app = new App({ outdir: process.argv.at(-1), builtinCloudFormationValidation: false });
  new BarflowStage(app, '${STAGE}', {
    feeds: [${JSON.stringify(feed)}],
    streamRetention: Duration.hours(24),
    removal: 'destroy',
  });
  app.synth();`;

/** What a commit deploys, made of its own code and of today's packages; without a commit what is at hand. */
export function assemblyOf(folder: Folder, commit?: string): CloudAssembly {
  const tree = commit === undefined ? ROOT : join(folder.path, 'tree');
  if (commit !== undefined) {
    mkdirSync(tree);
    run('sh', ['-c', 'git archive "$1" | tar -x -C "$2"', 'sh', commit, tree], ROOT);
    installIn(tree);
  }
  const outdir = join(folder.path, commit ?? 'today');
  run(process.execPath, ['--input-type=module', '-e', SYNTHESIS, outdir], tree);
  return new CloudAssembly(outdir);
}

/** Gives the tree today's packages. Those that become part of bundles are copied: of links the bundler would follow it would not know the folder. */
function installIn(tree: string): void {
  const lock = readFileSync(join(tree, 'package-lock.json'), 'utf8');
  const { packages }: { packages: Record<string, { readonly dev?: boolean }> } = JSON.parse(lock);
  for (const [path, { dev }] of Object.entries(packages)) {
    const [from, to] = [join(ROOT, path), join(tree, path)];
    if (path.lastIndexOf('node_modules/') !== 0 || !existsSync(from)) continue;
    mkdirSync(dirname(to), { recursive: true });
    if (dev) symlinkSync(from, to);
    else cpSync(from, to, { recursive: true });
  }
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} fails in ${cwd}: ${stderr}`);
}

/** Resolves once the ingester knows that it is subscribed: what the vendor sends after that it is sent whole. */
function subscription(engine: Engine): Promise<void> {
  return new Promise(resolve => {
    engine.task('Ingester/Service').onMessage(message => {
      if (Object(message).type === 'subscribed') resolve();
    });
  });
}

/** A session on a clock that goes by hand. */
export class Session implements AsyncDisposable {
  /** Records of the streams, in the order of the puts. */
  readonly minutes: string[] = [];
  readonly bars: string[] = [];
  readonly #folder: Folder;
  readonly #tally = new Tally('stocks');
  /** What the pipeline lives by; the vendor's is set after it, so that no bar comes before its time. */
  readonly #clock: EventClock;
  readonly #vendorsClock: EventClock;
  readonly #vendor: Vendor;
  readonly #followers = new Map<Engine, SharedClock>();
  #engine: Engine | undefined;
  /** Rejects when a function fails: it would be tried again for ever. */
  readonly #failed = Promise.withResolvers<never>();
  /** Lines of the log. */
  #lines: string[] = [];

  private constructor(folder: Folder, clocks: readonly [EventClock, EventClock], vendor: Vendor) {
    this.#folder = folder;
    [this.#clock, this.#vendorsClock] = clocks;
    this.#vendor = vendor;
    this.#failed.promise.catch(() => undefined);
  }

  /** Begins at noon with that version. */
  static async start(assembly: CloudAssembly): Promise<Session> {
    const [clock, vendorsClock] = [
      new EventClock({ now: NOON, speed: SPEED }),
      new EventClock({ now: NOON, speed: 0 }),
    ];
    clock.set({ now: NOON, limit: NOON });
    const listening = Promise.withResolvers<void>();
    const vendor = await Vendor.start({
      ...{ clock: vendorsClock, market: 'stocks', source: market(), key: KEY, ready: listening.promise },
    });
    const session = new Session(new Folder(), [clock, vendorsClock], vendor);
    const engine = await session.#started(assembly);
    for (const [stream, records] of [
      ['Stocks/Minutes', session.minutes],
      ['Stocks/Bars', session.bars],
    ] as const)
      await engine.tap(stream, put => records.push(...put.map(({ data }) => data)));
    await engine.tap('Stocks/Minutes', put => {
      for (const { data } of put) session.#tally.takeMinuteRecord(data);
    });
    const subscribed = subscription(engine);
    engine.startTasks();
    await subscribed;
    listening.resolve();
    return session;
  }

  /** Under which the lease was held, each once. */
  get epochs(): readonly number[] {
    const watermarks = this.minutes.filter(text => text.startsWith('{"type":"watermark"'));
    return [...new Set(watermarks.map(text => Number(JSON.parse(text).epoch)))];
  }

  /** Minutes that stand uncovered, whoever declared them. */
  get uncovered(): number {
    return this.#tally.uncovered;
  }

  /** Lets minutes pass: each ends when its watermark is there and everything is rolled up. */
  async pass(count: number): Promise<void> {
    for (let passed = 0; passed < count; passed++) {
      const end = minuteOf(this.#clock.now()) + MINUTE;
      await this.#setClock(end);
      // The clock leaps past the grace that bars on their way are given: they must not come one after the other.
      this.#vendor.faults.framing = 'one-frame';
      await this.#setClock(end + LATE);
      this.#vendor.faults.framing = 'usual';
      const slots = feed.symbols.map(slotOf);
      await until('the watermark', () => slots.every(slot => this.#tally.through(slot) >= end));
      await Promise.race([this.#engine?.drained(), this.#failed.promise]);
    }
  }

  /** Deploys a version over the one that runs, between two bursts: its task stands by until the other has handed over. */
  async deploy(assembly: CloudAssembly): Promise<void> {
    const old = this.#engine;
    await this.#setClock(minuteOf(this.#clock.now()) + BETWEEN);
    const engine = await this.#started(assembly, old);
    this.#lines = [];
    engine.startTasks();
    await until('the new version', () => this.#lines.some(line => line.includes('stands by for the lease')));
    const subscribed = subscription(engine);
    await old?.stop();
    await subscribed;
  }

  async #started(assembly: CloudAssembly, over?: Engine): Promise<Engine> {
    const clock = this.#clock;
    const options = {
      ...{ assembly, stage: STAGE, folder: this.#folder.path, clock, secrets: { [KEY]: KEY } },
      overrides: vendorAccess(
        feed,
        {
          [ingesterEnv.feedUrl]: this.#vendor.url,
          [ingesterEnv.restUrl]: this.#vendor.restUrl,
          [ingesterEnv.statusPort]: '0',
          [ingesterEnv.backlogFolder]: join(this.#folder.path, `backlog-${this.#followers.size}`),
          [ingesterEnv.eventClock]: () => `${new Date(clock.now()).toISOString()}@${SPEED}`,
        },
        KEY,
      ),
      ...{ holdTasks: true, holdSchedules: true },
      say: (line: string) => {
        if (line.includes('not delivered')) this.#failed.reject(new Error(line));
      },
    };
    const engine = await startEngine(options, over);
    this.#engine = engine;
    engine.onLog((_, line) => this.#lines.push(line));
    this.#followers.set(engine, new SharedClock(clock, engine.task('Ingester/Service')));
    return engine;
  }

  async #setClock(now: number): Promise<void> {
    this.#clock.set({ now, limit: now });
    await Promise.all([...this.#followers.values()].map(follower => follower.settled(now)));
    this.#vendorsClock.set({ now });
    await this.#vendor.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine?.stop();
    await this.#vendor.close();
    this.#folder[Symbol.dispose]();
  }
}
