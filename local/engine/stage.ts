/** Everything that the engine runs for a stage, created from its templates in dependency order but not yet started. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { Clock } from '../../runtime/platform/clock.ts';
import { createTopic, LocalAlarm } from './alarms.ts';
import { LocalApis } from './apis.ts';
import type { Resource, Stack } from './assembly.ts';
import type { AwsMetrics } from './aws-metrics.ts';
import { createBucket, type LocalBucket } from './buckets.ts';
import { type Container, readContainer } from './container.ts';
import type { Create, Created } from './deployment.ts';
import { LocalService } from './ecs-service.ts';
import { EventSourceMapping } from './event-source.ts';
import { LocalFunction } from './functions.ts';
import { mappingSettings } from './mapping-settings.ts';
import { LocalMetricFilter } from './metric-filter.ts';
import type { Listeners } from './output.ts';
import { placeholder } from './placeholder.ts';
import { answersCustomResources, needsNothing } from './resource-types.ts';
import { LocalRule } from './rules.ts';
import { LocalSchedule } from './schedules.ts';
import type { LocalServer } from './server.ts';
import type { Standing } from './standing.ts';
import { createConsumer, createStream, type LocalConsumer, type LocalStream } from './streams.ts';
import { createTable, type LocalTable } from './tables.ts';
import type { KinesisWire } from './wire.ts';

/** How long what is being delivered may take to finish when it is stopped (ms). */
const STOP_GRACE = 2_000;

/** What resources are created with. */
export interface StageContext {
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
  readonly wire: KinesisWire;
  readonly kinesisServer: LocalServer;
  /** What it is deployed over. */
  readonly standing: Standing | undefined;
  /** Variables that lead an AWS SDK to the local servers. */
  readonly aws: Readonly<Record<string, string>>;
  readonly listeners: Listeners;
  /** Folder that the buckets' folders lie in. */
  readonly folder: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** The caller's variables for the unit at a construct path, as they are now. */
  readonly overridden: (path: string) => Record<string, string>;
  /** What schedules go by. */
  readonly clock: Clock;
  readonly awsMetrics: AwsMetrics;
  readonly restartLimitMs: number | undefined;
  readonly retryLimitMs: number | undefined;
  readonly pollMs: number | undefined;
  readonly say: (line: string) => void;
}

/** The running parts of a stage, by kind, in the order they were created. */
export class LocalStage {
  readonly streams: LocalStream[] = [];
  readonly tables: LocalTable[] = [];
  readonly buckets: LocalBucket[] = [];
  readonly functions: LocalFunction[] = [];
  readonly mappings: EventSourceMapping[] = [];
  readonly schedules: LocalSchedule[] = [];
  readonly alarms: LocalAlarm[] = [];
  readonly rules: LocalRule[] = [];
  readonly services: LocalService[] = [];
  readonly metricFilters: LocalMetricFilter[] = [];
  readonly apis: LocalApis;
  readonly #consumers: LocalConsumer[] = [];
  readonly #topics = new Set<string>();
  readonly #containers = new Map<string, Container>();
  readonly #context: StageContext;

  constructor(context: StageContext) {
    this.#context = context;
    const logged = (group: string, line: string) => {
      for (const filter of this.metricFilters) filter.receive(group, line);
    };
    this.apis = new LocalApis(this.functions, { ...context, logged });
  }

  /** Creates what `resource` declares; of a type that does not run here it says so in one line. */
  readonly create: Create = async (resource, resolve, stack) => {
    const { kinesis, dynamodb, standing, folder, say } = this.#context;
    switch (resource.type) {
      case 'AWS::Kinesis::Stream':
        return keep(this.streams, await createStream(kinesis, resource, await resolve(), standing));
      case 'AWS::Kinesis::StreamConsumer':
        return keep(this.#consumers, createConsumer(resource, await resolve()));
      case 'AWS::DynamoDB::Table':
      case 'AWS::DynamoDB::GlobalTable':
        return keep(this.tables, await createTable(dynamodb, resource, await resolve(), standing));
      case 'AWS::S3::Bucket':
        return keep(this.buckets, createBucket(resource, await resolve(), folder));
      case 'AWS::Lambda::Function':
        // Acts only while a stack is deployed or deleted, as the custom resources do that it answers.
        if (answersCustomResources(resource, stack)) return placeholder(resource);
        return keep(this.functions, new LocalFunction(resource, await resolve(), stack, this.#context));
      case 'AWS::Lambda::EventSourceMapping':
        return keep(this.mappings, this.#createMapping(resource, await resolve()));
      case 'AWS::Scheduler::Schedule':
        return keep(this.schedules, this.#createSchedule(resource, await resolve()));
      case 'AWS::CloudWatch::Alarm':
      case 'AWS::CloudWatch::CompositeAlarm':
        return keep(this.alarms, new LocalAlarm(resource, await resolve()));
      case 'AWS::Events::Rule':
        return keep(
          this.rules,
          new LocalRule(resource, await resolve(), this.#topics, this.#context.awsMetrics),
        );
      case 'AWS::Logs::MetricFilter':
        return keep(
          this.metricFilters,
          new LocalMetricFilter(resource, await resolve(), this.#context.awsMetrics),
        );
      case 'AWS::SNS::Topic':
        return this.#createTopic(resource, await resolve());
      case 'AWS::ApiGatewayV2::Api':
        return this.apis.createApi(resource, await resolve());
      case 'AWS::ApiGatewayV2::Integration':
        return this.apis.createIntegration(resource, await resolve());
      case 'AWS::ApiGatewayV2::Route':
        return this.apis.createRoute(resource, await resolve());
      case 'AWS::ApiGatewayV2::Stage':
        return this.apis.createStage(resource, await resolve());
      case 'AWS::ECS::TaskDefinition':
        return this.#createTaskDefinition(resource, await resolve(), stack);
      case 'AWS::ECS::Service':
        return keep(this.services, this.#createService(resource, await resolve()));
    }
    if (!needsNothing(resource.type)) say(`${resource.path}: ${resource.type} is not run on this machine`);
    return placeholder(resource);
  };

  /** What another version finds that is deployed over it. */
  get standing(): Omit<Standing, 'servers'> {
    return {
      names: new Set([...this.streams, ...this.tables].map(({ name }) => name)),
      positions: new Map(this.mappings.map(({ name, position }) => [name, position])),
    };
  }

  /** Stops what calls functions by itself, or for others. */
  async stopTimed(): Promise<void> {
    await Promise.all([this.apis.stop(), ...this.schedules.map(schedule => schedule.stop())]);
  }

  async stopFunctions(): Promise<void> {
    await Promise.all(this.mappings.map(mapping => mapping.stop(STOP_GRACE)));
    await Promise.all(this.functions.map(unit => unit.stop()));
  }

  #createMapping(resource: Resource, properties: unknown): EventSourceMapping {
    const settings = mappingSettings(resource, properties);
    const { streamArn, functionName, destination } = settings;
    const consumer = this.#consumers.find(({ arn }) => arn === streamArn);
    const stream = this.streams.find(({ arn }) => arn === (consumer?.streamArn ?? streamArn));
    if (stream === undefined)
      throw new Error(`${resource.path} reads ${streamArn}, which is not a stream of the stage`);
    const target = this.functions.find(({ name, arn }) => name === functionName || arn === functionName);
    if (target === undefined)
      throw new Error(`${resource.path} feeds ${functionName}, which is not a function of the stage`);
    const failures = this.buckets.find(({ arn }) => arn === destination);
    if (destination !== undefined && failures === undefined) {
      throw new Error(
        `${resource.path} sends failures to ${destination}: only a bucket of the stage runs here`,
      );
    }
    // To a consumer its stream pushes.
    const pollMs = consumer ? undefined : this.#context.pollMs;
    const positions = this.#context.standing?.positions.get(resource.logicalId);
    const parts = { ...this.#context, stream, target, failures, pollMs, positions };
    return new EventSourceMapping(resource, settings, parts);
  }

  #createSchedule(resource: Resource, properties: unknown): LocalSchedule {
    return new LocalSchedule(resource, properties, { ...this.#context, functions: this.functions });
  }

  #createTopic(resource: Resource, properties: unknown): Created {
    const topic = createTopic(resource, properties);
    this.#topics.add(topic.ref);
    return topic;
  }

  #createTaskDefinition(resource: Resource, properties: unknown, stack: Stack): Created {
    const created = placeholder(resource);
    this.#containers.set(created.ref, readContainer(resource, properties, stack, this.#context.secrets));
    return created;
  }

  #createService(resource: Resource, properties: unknown): LocalService {
    const { overridden } = this.#context;
    return new LocalService(resource, properties, {
      ...this.#context,
      overridden: () => overridden(resource.path),
      containerOf: definition => this.#containers.get(definition),
      publish: event => {
        for (const rule of this.rules) rule.receive(event);
      },
      lookBack: name => this.alarms.find(alarm => alarm.name === name)?.lookBack ?? 0,
    });
  }
}

function keep<Item>(all: Item[], item: Item): Item {
  all.push(item);
  return item;
}
