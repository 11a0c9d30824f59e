/** A simulated vendor, a real stream and tables, and any number of ingesters, on a clock that stands still until the test moves it. */
import { setImmediate as turn } from 'node:timers/promises';
import { SimulatedMarket } from '../../../../local/simulator/market.ts';
import { TroubledMarket } from '../../../../local/simulator/troubled-market.ts';
import { Vendor } from '../../../../local/simulator/vendor.ts';
import { assemble } from '../../../../runtime/ingester/assemble.ts';
import type { Assembled } from '../../../../runtime/ingester/assembled.ts';
import { ingesterConfig } from '../../../../runtime/ingester/config.ts';
import type { World } from '../../../../runtime/ingester/world.ts';
import { dynamoDbClient } from '../../../../runtime/platform/aws.ts';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import type { Coverage, MinuteBar, Watermark } from '../../../../runtime/records/bar.ts';
import { LEASES, LocalAws, SESSIONS, STREAM, TABLE } from './aws.ts';
import { eventually } from './eventually.ts';
import { LeaseClock } from './lease-clock.ts';
import { MemoryLogger } from './log.ts';
import { MINUTE } from './records.ts';
import { atOnce, Gate, timeWith } from './test-time.ts';

/** Thursday, 20 November 2025, 12:00 New York: a 4h block begins in the middle of the regular session. */
export const NOON = Date.parse('2025-11-20T17:00:00Z');
const SECOND = 1_000;

/** An ingester at work. */
export class Unit {
  readonly logger = new MemoryLogger();
  /** Time as its lease goes by it. */
  readonly leaseClock: LeaseClock;
  readonly #stop = new AbortController();
  readonly #limit = new AbortController();
  readonly #assembled: Assembled;
  readonly #run: Promise<number>;
  readonly #dynamoDb = dynamoDbClient();
  readonly #retry = new Gate();
  readonly #looking = new Gate();
  readonly #connecting = new Gate();

  constructor(
    variables: NodeJS.ProcessEnv,
    world: Pick<World, 'clock' | 'kinesis' | 'sinks' | 'readSymbols' | 'symbolsChanged'>,
  ) {
    this.#connecting.open();
    this.leaseClock = new LeaseClock(this.#dynamoDb);
    this.#assembled = assemble(ingesterConfig(variables), {
      ...world,
      dynamoDb: this.#dynamoDb,
      logger: this.logger,
      onSubscribed: () => undefined,
      time: timeWith(
        {
          lease: (ms, signal) => this.leaseClock.sleep(ms, signal),
          connection: (ms, signal) => this.#connecting.wait(ms, signal).then(() => turn()),
          rest: atOnce,
          retry: this.#retry.wait,
          symbols: this.#looking.wait,
        },
        () => this.leaseClock.now(),
      ),
    });
    this.#run = this.#assembled.run(this.#stop.signal, () => this.#limit.signal);
  }

  answer(path: string): unknown {
    return this.#assembled.answers[path]?.();
  }

  /** What a path answers that answers no JSON. */
  async text(path: string): Promise<string> {
    const answer = this.#assembled.answers[path]?.();
    return answer && 'text' in answer ? answer.text : '';
  }

  get isReady(): boolean {
    return this.#assembled.answers['/ready']?.().code === 200;
  }

  says(words: string): boolean {
    return JSON.stringify(this.answer('/ready')).includes(words);
  }

  /** From now on it does not connect again until it is let. */
  holdOff(): void {
    this.#connecting.shut();
  }

  letConnect(): void {
    this.#connecting.open();
  }

  /** Lets it look at the list of symbols once more. */
  look(): void {
    this.#looking.open();
    this.#looking.shut();
  }

  /** Lets it try again what it could not have. */
  retry(): void {
    this.#retry.open();
    this.#retry.shut();
  }

  /** Its time to stop is over. */
  giveUp(): void {
    this.#limit.abort(new Error('the time to stop is over'));
  }

  async stop(): Promise<number> {
    this.#stop.abort(new Error('told to stop'));
    const left = await this.#run;
    this.#dynamoDb.destroy();
    return left;
  }
}

export class Station implements AsyncDisposable {
  readonly clock: EventClock;
  readonly market: TroubledMarket;
  readonly vendor: Vendor;
  readonly aws: LocalAws;
  readonly #units: Unit[] = [];

  private constructor(clock: EventClock, market: TroubledMarket, vendor: Vendor, aws: LocalAws) {
    this.clock = clock;
    this.market = market;
    this.vendor = vendor;
    this.aws = aws;
  }

  get symbols(): readonly string[] {
    return this.market.symbols;
  }

  /** @param now where the clock begins. @param from when the market begins to trade. @param corrected the share of minutes that are sent again */
  static async start({ now = NOON, from = NOON, corrected = 0 } = {}): Promise<Station> {
    const clock = new EventClock({ now, speed: 0 });
    const market = new TroubledMarket(
      new SimulatedMarket({ market: 'stocks', symbols: 6, quietest: 400, corrected, from }),
    );
    const vendor = await Vendor.start({ market: 'stocks', source: market, clock });
    return new Station(clock, market, vendor, await LocalAws.start());
  }

  start(
    variables: Readonly<Record<string, string>> = {},
    world: Pick<World, 'sinks' | 'readSymbols' | 'symbolsChanged'> = {},
  ): Unit {
    const settings = {
      POLYGON_API_KEY: 'top-secret',
      FEED_URL: this.vendor.url,
      REST_URL: this.vendor.restUrl,
      SYMBOLS: this.symbols.join(','),
      MINUTES_STREAM: STREAM,
      LEASE_TABLE: LEASES,
      QUARANTINE_TABLE: TABLE,
      SESSIONS_TABLE: SESSIONS,
      ...variables,
    };
    const unit = new Unit(settings, { ...world, clock: this.clock, kinesis: this.aws.kinesis });
    this.#units.push(unit);
    return unit;
  }

  /** Starts one and waits until it is live and has caught up. */
  async ready(
    variables: Readonly<Record<string, string>> = {},
    world: Pick<World, 'sinks' | 'readSymbols' | 'symbolsChanged'> = {},
  ): Promise<Unit> {
    const unit = this.start(variables, world);
    await eventually(() => unit.isReady);
    return unit;
  }

  async to(now: number): Promise<void> {
    this.clock.set({ now });
    await turn();
    await this.vendor.settled();
    await turn();
  }

  /** Plays the bursts of so many minutes from `minute` on, each until its grace is over. */
  async play(minute: number, count = 1): Promise<void> {
    for (let end = minute + MINUTE; end <= minute + count * MINUTE; end += MINUTE)
      for (const second of [1, 1.8, 2.6, 3.4, 6]) await this.to(end + second * SECOND);
  }

  async bars(): Promise<MinuteBar[]> {
    return (await this.aws.records()).filter(record => record.type === 'bar');
  }

  async marks(): Promise<Coverage[]> {
    return (await this.aws.records()).filter(record => record.type === 'coverage');
  }

  async watermarks(): Promise<Watermark[]> {
    return (await this.aws.records()).filter(record => record.type === 'watermark');
  }

  /** Waits until the watermark of every slot is at `through`. */
  async watermarked(through: number): Promise<void> {
    await eventually(async () => {
      const reached = Map.groupBy(await this.watermarks(), ({ slot }) => slot);
      return (
        reached.size > 0 && [...reached.values()].every(all => all.some(mark => mark.through >= through))
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const unit of this.#units) await unit.stop();
    await this.vendor.close();
    await this.aws[Symbol.asyncDispose]();
  }
}
