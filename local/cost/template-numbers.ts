/** What the templates of an environment say that costs money. */
import { EVERY_MINUTE } from '../../lib/monitoring/monitor-function.ts';
import type { Stack } from '../engine/assembly.ts';
import { type Container, type PassedOn, passedOn, secretIn } from './passed-on.ts';

export interface TemplateNumbers extends PassedOn {
  /** Of the streams of minutes, and of bars. */
  readonly minuteShards: number;
  readonly barShards: number;
  /** Of streams of events. */
  readonly eventShards: number;
  /** Shards whose records are pushed to the roll-up. */
  readonly pushedShards: number;
  /** Whether the streams keep records longer than what the price of a shard covers. */
  readonly longRetention: boolean;
  /** Whether it runs on what AWS has to spare. */
  readonly onSpot: boolean;
  /** Whether the ingester runs around the market's sessions only. */
  readonly sleeps: boolean;
  /** Of all tasks that run at a time. */
  readonly vcpus: number;
  readonly gigabytes: number;
  readonly publicIps: number;
  readonly rollupGigabytes: number;
  /** 0 where no bars are kept. */
  readonly storeGigabytes: number;
  /** 0 where no latest bars are kept in Redis. */
  readonly latestGigabytes: number;
  /** 0 where there is no query API. */
  readonly apiGigabytes: number;
  /** 0 where nothing is archived. */
  readonly archiveGigabytes: number;
  readonly schedulesAMonth: number;
  /** An alarm over several metrics counts once for each. */
  readonly alarms: number;
  readonly composites: number;
  /** Metrics that are made of lines of logs. */
  readonly metricFilters: number;
  readonly dashboards: number;
  /** Each once, however many feeds use it. */
  readonly secrets: number;
  /** Whether the table of bars can be restored to any second. */
  readonly isStoreRestorable: boolean;
  /** Keys of the account's own. */
  readonly keys: number;
  /** Who puts to and reads from each shard, and so uses its key. */
  readonly keyUsers: number;
  /** Feeds, each of which prints all metrics. */
  readonly feeds: number;
}

/** Who puts to a stream, and who reads it, in the own account: the ingester and the roll-up, the roll-up and the bar store; events have no reader of ours. */
const ownUsers = (path: string) => (path.endsWith(EVENTS) ? 1 : 2);
const EVENTS = 'Events/Stream';
/** In a month. */
const [HOURS, MINUTES] = [730, 730 * 60];

export function numbersOf(stacks: readonly Stack[]): TemplateNumbers {
  const all = stacks.flatMap(({ resources }) => resources);
  const of = (type: string) =>
    all
      .filter(resource => resource.type === type)
      .map(({ path, logicalId, properties }) => ({ path, logicalId, ...Object(properties) }));
  const streams = of('AWS::Kinesis::Stream');
  const shardsOf = (end: string) =>
    sum(streams.filter(({ path }) => path.endsWith(end)).map(({ ShardCount }) => Number(ShardCount)));
  const policies = of('AWS::Kinesis::ResourcePolicy');
  const tasks = of('AWS::ECS::TaskDefinition');
  const containers: Container[] = tasks.flatMap(({ ContainerDefinitions }) => ContainerDefinitions);
  const monitor = of('AWS::Lambda::Function').find(({ path }) => path.endsWith('Monitor/Function'));
  const services = of('AWS::ECS::Service').map(service => ({
    // Where it is not said the monitor decides, and is told how many.
    tasks: Number(service.DesiredCount ?? monitor?.Environment.Variables.TASKS),
    task: tasks.find(({ logicalId }) => logicalId === service.TaskDefinition?.Ref),
    onSpot: JSON.stringify(service.CapacityProviderStrategy ?? []).includes('"FARGATE_SPOT"'),
    isPublic: service.NetworkConfiguration?.AwsvpcConfiguration?.AssignPublicIp === 'ENABLED',
  }));
  return {
    minuteShards: shardsOf('Minutes/Stream'),
    barShards: shardsOf('Bars/Stream'),
    eventShards: shardsOf(EVENTS),
    pushedShards: of('AWS::Kinesis::StreamConsumer').length > 0 ? shardsOf('Minutes/Stream') : 0,
    longRetention: streams.some(({ RetentionPeriodHours }) => Number(RetentionPeriodHours) > 24),
    sleeps: of('AWS::ECS::Service').every(({ DesiredCount }) => DesiredCount === undefined),
    onSpot: services.every(({ onSpot }) => onSpot),
    vcpus: sum(services.map(({ tasks, task }) => (tasks * Number(task?.Cpu)) / 1024)),
    gigabytes: sum(services.map(({ tasks, task }) => (tasks * Number(task?.Memory)) / 1024)),
    publicIps: sum(services.map(({ tasks, isPublic }) => (isPublic ? tasks : 0))),
    ...memories(of('AWS::Lambda::Function')),
    schedulesAMonth: sum(of('AWS::Scheduler::Schedule').map(startsOf)),
    alarms: sum(of('AWS::CloudWatch::Alarm').map(alarm => metricsIn(alarm.Metrics))),
    composites: of('AWS::CloudWatch::CompositeAlarm').length,
    metricFilters: of('AWS::Logs::MetricFilter').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    secrets: new Set(containers.flatMap(({ Secrets = [] }) => Secrets.map(secretIn))).size,
    isStoreRestorable: of('AWS::DynamoDB::Table').some(
      ({ path, PointInTimeRecoverySpecification: recovery }) =>
        path.endsWith('Store') && recovery?.PointInTimeRecoveryEnabled === true,
    ),
    keys: of('AWS::KMS::Key').length,
    keyUsers: sum(
      streams.map(({ path, ShardCount }) => {
        const policy = policies.find(each => each.path.startsWith(`${path}/`));
        return Number(ShardCount) * (ownUsers(path) + accountsIn(policy?.ResourcePolicy));
      }),
    ),
    feeds: tasks.length,
    ...passedOn(containers, of('AWS::S3::Bucket')),
  };
}

/** In a month. */
function startsOf({ ScheduleExpression: every }: { readonly ScheduleExpression?: unknown }): number {
  return every === EVERY_MINUTE ? MINUTES : every === 'rate(1 hour)' ? HOURS : 30;
}

/** Of functions, GB. */
function memories(functions: readonly { readonly path: string; readonly MemorySize?: unknown }[]) {
  const memoryOf = (end: string) =>
    Number(functions.find(({ path }) => path.endsWith(end))?.MemorySize ?? 0) / 1024;
  return {
    rollupGigabytes: memoryOf('Rollup/Function'),
    storeGigabytes: memoryOf('BarStore/Function'),
    latestGigabytes: memoryOf('Latest/Function'),
    apiGigabytes: memoryOf('Api/Function'),
    archiveGigabytes: memoryOf('Archive/Function/Function'),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** How many accounts a policy lets in. */
function accountsIn(policy: unknown): number {
  const statements: unknown[] = Object(policy).Statement ?? [];
  return statements.flatMap(each => Object(each).Principal.AWS).length;
}

/** How many metrics an alarm reads: its own one, or those of its expression. */
function metricsIn(metrics: unknown): number {
  if (!Array.isArray(metrics)) return 1;
  return metrics.filter(metric => Object(metric).MetricStat !== undefined).length;
}
