/** The local engine: runs a synthesized stage on this machine, wired by nothing but its templates. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { machineClock } from '../../runtime/platform/clock.ts';
import { awsEnvironment, credentials, type Endpoints, region } from './account.ts';
import type { LocalAlarm } from './alarms.ts';
import type { LocalApi } from './api.ts';
import { readStage } from './assembly.ts';
import { type AwsMetric, AwsMetrics } from './aws-metrics.ts';
import type { LocalBucket } from './buckets.ts';
import { Deployment } from './deployment.ts';
import type { EngineOptions } from './engine-options.ts';
import type { EventSourceMapping } from './event-source.ts';
import type { LocalFunction } from './functions.ts';
import { find } from './named.ts';
import { ObjectServer } from './object-server.ts';
import type { Emf, Listeners } from './output.ts';
import type { Extent } from './refusal.ts';
import type { BusEvent } from './rules.ts';
import type { LocalSchedule } from './schedules.ts';
import { LocalServer } from './server.ts';
import type { PutRecord } from './server-messages.ts';
import { type Overrides, overridesByPath, valuesOf } from './settings.ts';
import { LocalStage } from './stage.ts';
import { type LocalStream, tapStream } from './streams.ts';
import type { LocalTable } from './tables.ts';
import type { LocalTask } from './tasks.ts';
import { KinesisWire } from './wire.ts';

/** How long what is being delivered may take to finish when the engine stops (ms). */
const STOP_GRACE = 2_000;

/**
 * Creates everything that the stage declares and starts it: mappings first, then schedules, then tasks.
 * @throws Error with a line that names the resource when the stage is wired wrongly; nothing is left running then
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const [kinesisServer, dynamoServer, objectServer] = await Promise.all([
    LocalServer.start('kinesis', options.ports?.kinesis),
    LocalServer.start('dynamodb', options.ports?.dynamodb),
    ObjectServer.start(),
  ]);
  const engine = new Engine(options, kinesisServer, dynamoServer, objectServer);
  try {
    await engine.start();
    return engine;
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** A running stage. Parts are found by physical name, construct path or unambiguous part of it (`Stocks/Minutes`). */
export class Engine {
  /** Clients of the local servers, for the caller's own use. */
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
  readonly endpoints: Endpoints;
  /** The stacks' outputs by `<stack path>.<output id>`. */
  outputs: Readonly<Record<string, string>> = {};
  readonly #options: EngineOptions;
  readonly #kinesisServer: LocalServer;
  readonly #dynamoServer: LocalServer;
  readonly #objectServer: ObjectServer;
  readonly #wire: KinesisWire;
  readonly #awsMetrics: AwsMetrics;
  readonly #listeners: Listeners = { emf: new Set(), log: new Set() };
  readonly #stage: LocalStage;
  #overrides = new Map<string, Overrides[string]>();

  /** Only for `startEngine`. */
  constructor(
    options: EngineOptions,
    kinesisServer: LocalServer,
    dynamoServer: LocalServer,
    objectServer: ObjectServer,
  ) {
    this.#options = options;
    this.#kinesisServer = kinesisServer;
    this.#dynamoServer = dynamoServer;
    this.#objectServer = objectServer;
    this.endpoints = {
      kinesis: kinesisServer.endpoint,
      dynamodb: dynamoServer.endpoint,
      s3: objectServer.endpoint,
    };
    this.kinesis = new KinesisClient({
      region,
      credentials,
      endpoint: kinesisServer.endpoint,
      requestHandler: new NodeHttpHandler(),
    });
    this.dynamodb = new DynamoDBClient({ region, credentials, endpoint: dynamoServer.endpoint });
    this.#wire = new KinesisWire(kinesisServer.endpoint);
    const clock = options.clock ?? machineClock;
    this.#awsMetrics = new AwsMetrics(clock);
    this.#stage = new LocalStage({
      kinesis: this.kinesis,
      dynamodb: this.dynamodb,
      wire: this.#wire,
      kinesisServer,
      aws: awsEnvironment(this.endpoints),
      listeners: this.#listeners,
      folder: options.folder,
      secrets: options.secrets ?? {},
      overridden: path => valuesOf(this.#overrides.get(path) ?? {}),
      clock,
      awsMetrics: this.#awsMetrics,
      retryLimitMs: options.retryLimitMs,
      restartLimitMs: options.restartLimitMs,
      say: options.say ?? (line => console.error(line)),
    });
  }

  /** Only for `startEngine`. */
  async start(): Promise<void> {
    const stage = this.#stage;
    const deployment = new Deployment(readStage(this.#options.assembly, this.#options.stage), stage.create);
    await deployment.run();
    this.#objectServer.buckets = stage.buckets;
    this.outputs = await deployment.outputs();
    this.#overrides = overridesByPath([...stage.functions, ...stage.tasks], this.#options.overrides ?? {});
    this.#kinesisServer.onWritten(() => {
      for (const mapping of stage.mappings) mapping.wake();
    });
    for (const server of [this.#kinesisServer, this.#dynamoServer]) server.onRefused(this.#awsMetrics);
    await Promise.all(stage.mappings.map(mapping => mapping.start()));
    if (!this.#options.holdSchedules) await Promise.all(stage.schedules.map(schedule => schedule.start()));
    if (!this.#options.holdTasks) this.startTasks();
  }

  /** Starts the tasks that `holdTasks` has held back. */
  startTasks(): void {
    for (const task of this.#stage.tasks) task.start();
  }

  stream(name: string): LocalStream {
    return find(this.#stage.streams, name, 'stream');
  }

  table(name: string): LocalTable {
    return find(this.#stage.tables, name, 'table');
  }

  bucket(name: string): LocalBucket {
    return find(this.#stage.buckets, name, 'bucket');
  }

  /** The task of a service; of several the first. */
  task(name: string): LocalTask {
    return find(this.#stage.tasks, name, 'task');
  }

  /** The event source mapping with that name, or the only one of the function with that name. */
  mapping(name: string): EventSourceMapping {
    const { mappings, functions } = this.#stage;
    const fed = functions.filter(({ path }) => `/${path}/`.includes(`/${name}/`)).map(({ path }) => path);
    const [only, ...others] = mappings.filter(({ functionPath }) => fed.includes(functionPath));
    return only !== undefined && others.length === 0 ? only : find(mappings, name, 'event source mapping');
  }

  function(name: string): LocalFunction {
    return find(this.#stage.functions, name, 'function');
  }

  schedule(name: string): LocalSchedule {
    return find(this.#stage.schedules, name, 'schedule');
  }

  get schedules(): readonly LocalSchedule[] {
    return this.#stage.schedules;
  }

  get apis(): readonly LocalApi[] {
    return this.#stage.apis.all;
  }

  get mappings(): readonly EventSourceMapping[] {
    return this.#stage.mappings;
  }

  get tasks(): readonly LocalTask[] {
    return this.#stage.tasks;
  }

  /** The alarms that the stage declares, in the order of its templates. */
  get alarms(): readonly LocalAlarm[] {
    return this.#stage.alarms;
  }

  /** Lets a stream or table refuse for want of room what is put to it; of a table never a part. */
  async throttle(kind: 'stream' | 'table', name: string, extent: Extent): Promise<void> {
    if (kind === 'stream') await this.#kinesisServer.refuse(this.stream(name).name, extent);
    else await this.#dynamoServer.refuse(this.table(name).name, extent);
  }

  /** Puts an event on the bus that the stage's rules watch. */
  publish(event: BusEvent): void {
    for (const rule of this.#stage.rules) rule.receive(event);
  }

  /** Calls `listener` with every metric that AWS would publish of what runs here. */
  onAwsMetric(listener: (metric: AwsMetric) => void): void {
    this.#awsMetrics.onMetric(listener);
  }

  /** Calls `listener` with every metric line that a function or a task prints. */
  onEmf(listener: (source: string, metrics: Emf) => void): void {
    this.#listeners.emf.add(listener);
  }

  /** Calls `listener` with every other line that a function or a task prints. */
  onLog(listener: (source: string, line: string) => void): void {
    this.#listeners.log.add(listener);
  }

  /**
   * Calls `listener` with every record put to a stream from the moment this resolves, once each and in order of the
   * puts. A put is told about before anything that the engine does because of it.
   */
  tap(stream: string, listener: (records: readonly PutRecord[]) => void): Promise<void> {
    return tapStream(this.#kinesisServer, this.stream(stream).name, listener);
  }

  /**
   * Resolves once every mapping is done with everything on its stream, also with what functions put on the way, and
   * every listener was told. Whatever still puts records must have stopped, or this may never resolve.
   */
  async drained(): Promise<void> {
    for (let before = -1, after = await this.#kinesisServer.writes(); before !== after; ) {
      before = after;
      await Promise.all(this.#stage.mappings.map(mapping => mapping.caughtUp()));
      after = await this.#kinesisServer.writes();
    }
  }

  /** Stops the schedules, the tasks gracefully, then everything else; nothing is left running. */
  async stop(): Promise<void> {
    const { tasks, mappings, schedules, functions, apis } = this.#stage;
    await Promise.all([apis.stop(), ...schedules.map(schedule => schedule.stop())]);
    await Promise.all(tasks.map(task => task.stop()));
    await Promise.all(mappings.map(mapping => mapping.stop(STOP_GRACE)));
    await Promise.all(functions.map(unit => unit.stop()));
    this.kinesis.destroy();
    this.dynamodb.destroy();
    this.#wire.close();
    await Promise.all([this.#kinesisServer.stop(), this.#dynamoServer.stop(), this.#objectServer.stop()]);
  }
}
