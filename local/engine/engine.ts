/** The local engine: runs a synthesized stage on this machine, wired by nothing but its templates. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { kinesisClient } from '../../runtime/platform/aws.ts';
import { machineClock } from '../../runtime/platform/clock.ts';
import { awsEnvironment, credentials, type Endpoints, region } from './account.ts';
import type { LocalAlarm } from './alarms.ts';
import type { LocalApi } from './api.ts';
import { readStage } from './assembly.ts';
import { type AwsMetric, AwsMetrics } from './aws-metrics.ts';
import type { LocalBucket } from './buckets.ts';
import { Deployment } from './deployment.ts';
import type { AlarmNow } from './describe-alarms.ts';
import type { LocalService } from './ecs-service.ts';
import type { EngineOptions } from './engine-options.ts';
import type { EventSourceMapping } from './event-source.ts';
import type { LocalFunction } from './functions.ts';
import type { Measured } from './metric-data.ts';
import { find } from './named.ts';
import type { Emf, Listeners } from './output.ts';
import type { Extent } from './refusal.ts';
import type { BusEvent } from './rules.ts';
import type { LocalSchedule } from './schedules.ts';
import type { PutRecord } from './server-messages.ts';
import { Servers } from './servers.ts';
import { type Overrides, overridesByPath, valuesOf } from './settings.ts';
import { LocalStage } from './stage.ts';
import type { Standing } from './standing.ts';
import { type LocalStream, tapStream } from './streams.ts';
import type { LocalTable } from './tables.ts';
import type { LocalTask } from './tasks.ts';
import { KinesisWire } from './wire.ts';

/**
 * Creates everything that the stage declares and starts it: mappings first, then schedules, then tasks.
 * @param over what the stage is deployed over: its streams and tables are kept with all that they hold, and functions go on where
 * those before them were. Its tasks run beside the new ones until it is stopped
 * @throws Error with a line that names the resource when the stage is wired wrongly; nothing is left running then
 */
export async function startEngine(options: EngineOptions, over?: Engine): Promise<Engine> {
  const standing = await over?.handOver();
  const engine = new Engine(options, standing?.servers ?? (await Servers.start(options.ports)), standing);
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
  readonly #servers: Servers;
  /** Whether the servers are another's by now. */
  #isHandedOver = false;
  readonly #wire: KinesisWire;
  readonly #awsMetrics: AwsMetrics;
  readonly #listeners: Listeners = { emf: new Set(), log: new Set() };
  readonly #stage: LocalStage;
  #overrides = new Map<string, Overrides[string]>();

  /** Only for `startEngine`. */
  constructor(options: EngineOptions, servers: Servers, standing?: Standing) {
    this.#options = options;
    if (options.onLog) this.onLog(options.onLog);
    this.#servers = servers;
    this.endpoints = servers.endpoints;
    const { kinesis, dynamodb } = this.endpoints;
    this.kinesis = kinesisClient({ region, credentials, endpoint: kinesis });
    this.dynamodb = new DynamoDBClient({ region, credentials, endpoint: dynamodb });
    this.#wire = new KinesisWire(kinesis);
    const clock = options.clock ?? machineClock;
    this.#awsMetrics = new AwsMetrics(clock);
    this.#stage = new LocalStage({
      kinesis: this.kinesis,
      dynamodb: this.dynamodb,
      wire: this.#wire,
      kinesisServer: servers.kinesis,
      standing,
      aws: awsEnvironment(this.endpoints),
      listeners: this.#listeners,
      folder: options.folder,
      secrets: options.secrets ?? {},
      overridden: path => valuesOf(this.#overrides.get(path) ?? {}),
      clock,
      awsMetrics: this.#awsMetrics,
      retryLimitMs: options.retryLimitMs,
      restartLimitMs: options.restartLimitMs,
      pollMs: options.pollMs,
      say: options.say ?? (line => console.error(line)),
    });
  }

  /** Only for `startEngine`. */
  async start(): Promise<void> {
    const stage = this.#stage;
    const deployment = new Deployment(readStage(this.#options.assembly, this.#options.stage), stage.create);
    await deployment.run();
    this.#servers.objects.buckets = stage.buckets;
    this.#servers.ecs.services = stage.services;
    this.outputs = await deployment.outputs();
    this.#overrides = overridesByPath([...stage.functions, ...stage.services], this.#options.overrides ?? {});
    this.#servers.kinesis.onWritten(() => {
      for (const mapping of stage.mappings) mapping.wake();
    });
    for (const server of [this.#servers.kinesis, this.#servers.dynamodb]) server.onRefused(this.#awsMetrics);
    await Promise.all(stage.mappings.map(mapping => mapping.start()));
    if (!this.#options.holdSchedules) await Promise.all(stage.schedules.map(schedule => schedule.start()));
    if (!this.#options.holdTasks) this.startTasks();
  }

  /** Starts the tasks that `holdTasks` has held back. */
  startTasks(): void {
    for (const task of this.tasks) task.start();
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
    return find(this.tasks, name, 'task');
  }

  service(name: string): LocalService {
    return find(this.#stage.services, name, 'service');
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
    return this.#stage.services.flatMap(({ tasks }) => tasks);
  }

  get alarms(): readonly LocalAlarm[] {
    return this.#stage.alarms;
  }

  /** From now on functions that ask CloudWatch are told how the alarms stand, and what metrics say. */
  tellCloudWatch(alarms: () => readonly AlarmNow[], measured: Measured): void {
    Object.assign(this.#servers.alarms, { alarms, measured });
  }

  /** Lets a stream or table refuse for want of room what is put to it; of a table never a part. */
  async throttle(kind: 'stream' | 'table', name: string, extent: Extent): Promise<void> {
    if (kind === 'stream') await this.#servers.kinesis.refuse(this.stream(name).name, extent);
    else await this.#servers.dynamodb.refuse(this.table(name).name, extent);
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
    return tapStream(this.#servers.kinesis, this.stream(stream).name, listener);
  }

  /**
   * Resolves once every mapping is done with everything on its stream, also with what functions put on the way, and
   * every listener was told. Whatever still puts records must have stopped, or this may never resolve.
   */
  async drained(): Promise<void> {
    for (let before = -1, after = await this.#servers.kinesis.writes(); before !== after; ) {
      before = after;
      await Promise.all(this.#stage.mappings.map(mapping => mapping.caughtUp()));
      after = await this.#servers.kinesis.writes();
    }
  }

  /** Only for `startEngine`. Stops everything but the tasks; who is told of puts is told of them still. */
  async handOver(): Promise<Standing> {
    await this.#stage.stopTimed();
    await this.#stage.stopFunctions();
    this.#isHandedOver = true;
    return { servers: this.#servers, ...this.#stage.standing };
  }

  /** Stops the schedules, the tasks gracefully, then everything else; nothing is left running that is not another engine's by now. */
  async stop(): Promise<void> {
    await this.#stage.stopTimed();
    await Promise.all(this.tasks.map(task => task.stop()));
    await this.#stage.stopFunctions();
    for (const client of [this.kinesis, this.dynamodb]) client.destroy();
    this.#wire.close();
    if (!this.#isHandedOver) await this.#servers.stop();
  }
}
