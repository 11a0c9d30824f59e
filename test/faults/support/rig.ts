/** Vendor, stream, tables and ingester on a clock that stands still until the test moves it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { Vendor } from '../../../local/simulator/vendor.ts';
import type { Market } from '../../../runtime/markets/market.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { scenarios } from '../../laws/scenarios.ts';
import { LEASES, LocalAws, SESSIONS, STREAM, TABLE } from '../../runtime/ingester/support/aws.ts';
import { eventually } from '../../runtime/ingester/support/eventually.ts';
import { FaultyEndpoint, passOn } from './faulty-endpoint.ts';
import { rolledUp } from './rolled-up.ts';
import { StreamTap } from './stream-tap.ts';
import { AssembledIngester, ProcessIngester, type Subject, type World } from './subject.ts';
import { unfulfilled, violations } from './verdict.ts';

export const MINUTE = 60_000;
const SECOND = 1_000;
/** Thursday, 20 November 2025, 12:00 New York: a 4h block begins in the middle of the regular session. */
export const NOON = Date.parse('2025-11-20T17:00:00Z');
/** Ms after a minute's end: the four parts of its burst, and a moment beyond the grace. */
const STEPS = [1_000, 1_800, 2_600, 3_400, 6_000];

export interface RigOptions {
  /** @default 12 liquid symbols that trade every minute */
  readonly symbols?: number;
  /** @default a list of all symbols */
  readonly subscription?: string;
  /** Share of minutes that are re-sent with a correction. @default none */
  readonly corrected?: number;
  /** Epoch ms. @default noon in New York */
  readonly from?: number;
  /** Which stretch of `scenarios` it lies in. @default that Thursday */
  readonly title?: string;
  /** More variables of the ingester. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly shards?: number;
}

export interface Leniency {
  /** Whether a record may be there twice, because its put was not heard of. @default false */
  readonly repeats?: boolean;
  /** Minutes (starts) whose bursts ended unnoticed. @default none */
  readonly cut?: readonly number[];
}

export class Rig implements AsyncDisposable {
  readonly clock: EventClock;
  readonly vendor: Vendor;
  readonly aws: LocalAws;
  /** Between the ingester and the stream. */
  readonly kinesis: FaultyEndpoint;
  /** Between the ingester and its tables. */
  readonly dynamoDb: FaultyEndpoint;
  readonly tap: StreamTap;
  readonly variables: Readonly<Record<string, string>>;
  readonly #scenario: (typeof scenarios)[number];
  readonly #from: number;
  readonly #open: AsyncDisposableStack;
  readonly subjects = new Set<Subject>();
  /** Ingesters that cannot follow the clock now. */
  readonly frozen = new Set<Subject>();
  /** The next minute to play. */
  minute: number;

  private constructor(parts: {
    clock: EventClock;
    vendor: Vendor;
    aws: LocalAws;
    kinesis: FaultyEndpoint;
    dynamoDb: FaultyEndpoint;
    market: Market;
    variables: Readonly<Record<string, string>>;
    scenario: (typeof scenarios)[number];
    open: AsyncDisposableStack;
  }) {
    this.clock = parts.clock;
    this.vendor = parts.vendor;
    this.aws = parts.aws;
    this.kinesis = parts.kinesis;
    this.dynamoDb = parts.dynamoDb;
    this.variables = parts.variables;
    this.#scenario = parts.scenario;
    this.#open = parts.open;
    this.#from = parts.clock.now();
    this.minute = this.#from;
    this.tap = new StreamTap(parts.aws.kinesis, STREAM, parts.market);
  }

  static async start({
    symbols = 12,
    corrected = 0,
    from = NOON,
    title = 'a Thursday in New York',
    subscription,
    variables = {},
    shards = 2,
  }: RigOptions = {}): Promise<Rig> {
    const scenario = scenarios.find(each => each.title === title && each.alignment === 'clock');
    if (!scenario) throw new Error(`there is no stretch '${title}'`);
    const open = new AsyncDisposableStack();
    const { market } = scenario;
    const clock = new EventClock({ now: from, speed: 0 });
    const source = new SimulatedMarket({ market, symbols, quietest: 400, corrected, from });
    const vendor = await Vendor.start({ market, source, clock });
    open.defer(() => vendor.close());
    const aws = open.use(await LocalAws.start({ shards }));
    const kinesis = open.use(await FaultyEndpoint.start(aws.variables['AWS_ENDPOINT_URL_KINESIS'] ?? ''));
    const dynamoDb = open.use(await FaultyEndpoint.start(aws.variables['AWS_ENDPOINT_URL_DYNAMODB'] ?? ''));
    const folder = await mkdtemp(join(tmpdir(), 'barflow-faults-'));
    open.defer(() => rm(folder, { recursive: true, force: true }));
    const all = {
      ...aws.variables,
      AWS_ENDPOINT_URL_KINESIS: kinesis.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
      POLYGON_API_KEY: 'key',
      FEED_URL: vendor.url,
      REST_URL: vendor.restUrl,
      MARKET: market,
      SYMBOLS: subscription ?? source.symbols.join(','),
      MINUTES_STREAM: STREAM,
      LEASE_TABLE: LEASES,
      QUARANTINE_TABLE: TABLE,
      SESSIONS_TABLE: SESSIONS,
      BACKLOG_FOLDER: folder,
      ...variables,
    };
    return new Rig({ clock, vendor, aws, kinesis, dynamoDb, market, variables: all, scenario, open });
  }

  /** Starts an ingester in this process and waits until its subscription stands. @param requestTimeout of calls to AWS, ms: no busy machine takes so long */
  async assembled(
    world: Pick<World, 'readSymbols' | 'memory' | 'ownClock'> = {},
    requestTimeout = 30_000,
  ): Promise<AssembledIngester> {
    const requestHandler = new NodeHttpHandler({ requestTimeout, throwOnRequestTimeout: true });
    const options = { requestHandler, maxAttempts: 1 };
    const kinesis = new KinesisClient({ endpoint: this.kinesis.url, ...options });
    const dynamoDb = new DynamoDBClient({ endpoint: this.dynamoDb.url, ...options });
    this.#open.defer(() => kinesis.destroy());
    this.#open.defer(() => dynamoDb.destroy());
    const ingester = await AssembledIngester.start(this.variables, {
      clock: this.clock,
      kinesis,
      dynamoDb,
      ...world,
    });
    this.subjects.add(ingester);
    await this.live(ingester);
    return ingester;
  }

  /** Starts an ingester as a process. */
  async process(): Promise<ProcessIngester> {
    const ingester = await ProcessIngester.start(this.variables, this.clock.now());
    this.subjects.add(ingester);
    return ingester;
  }

  /** Waits until the ingester's subscription stands and the vendor knows of no other connection. */
  async live(ingester: Subject): Promise<void> {
    await eventually(
      async () => (await ingester.stats()).feed.state === 'live' && this.vendor.connections === 1,
    );
  }

  /** Moves the clock, and waits until whoever is connected has read what the vendor sent. */
  async to(now: number): Promise<void> {
    for (const subject of this.subjects) if (!this.frozen.has(subject)) await subject.setClock(now);
    this.clock.set({ now });
    await turn();
    if (this.frozen.size === 0) await this.vendor.settled();
    await turn();
  }

  /** Plays that many minutes, each burst in its parts and on until its grace is over. */
  async play(minutes = 1): Promise<void> {
    for (let n = 0; n < minutes; n++) {
      const end = this.minute + MINUTE;
      for (const step of STEPS) await this.to(end + step);
      this.minute = end;
    }
  }

  /** Plays a minute in the middle of whose burst the fault happens. */
  async playWith(fault: () => void): Promise<void> {
    this.vendor.faults.midBurst(fault);
    await this.play();
  }

  /** Plays two more minutes after a fault, and waits until the watermarks have come up to now. */
  async recover(ingester: Subject): Promise<void> {
    await this.live(ingester);
    await this.play(2);
    await this.watermarked();
  }

  /** Waits until the watermark of every slot that has symbols has passed every minute played so far. */
  async watermarked(): Promise<void> {
    const slots = new Set(this.vendor.truth(this.#from, this.minute).map(({ symbol }) => slotOf(symbol)));
    await eventually(async () => {
      await this.tap.read();
      return [...slots].every(slot => (this.tap.through.get(slot) ?? 0) >= this.minute);
    });
  }

  /** What is wrong with what was published and with what the roll-up made of it. */
  async violations(leniency: Leniency = {}): Promise<string[]> {
    const evidence = await this.#evidence(leniency);
    return violations({ ...evidence, bars: await rolledUp(evidence.records, this.#scenario.market) });
  }

  /** The same of the minutes stream alone, which takes a fraction of the time. */
  async unfulfilled(leniency: Leniency = {}): Promise<string[]> {
    return unfulfilled(await this.#evidence(leniency));
  }

  async #evidence({ repeats = false, cut = [] }: Leniency) {
    await this.tap.read();
    const truth = this.vendor.truth(this.#from, this.minute);
    const { records } = this.tap;
    return { records, truth, through: this.minute, scenario: this.#scenario, repeats, cut };
  }

  /** How many minutes of how many slots stand declared uncovered. */
  uncovered(): number {
    const marks = new Map<string, boolean>();
    for (const { content } of this.tap.records)
      if (content.type === 'coverage')
        marks.set(`${content.slot} ${content.symbol} ${content.minute}`, content.covered);
    return [...marks.values()].filter(covered => !covered).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kinesis.fault = passOn;
    this.dynamoDb.fault = passOn;
    for (const subject of this.subjects) await subject.stop();
    await this.#open.disposeAsync();
  }
}

export const seconds = (count: number) => count * SECOND;
