/** What the templates of an environment say that costs money. */
import { EVERY_MINUTE } from '../../lib/monitoring/monitor-function.ts';
import type { Stack } from '../engine/assembly.ts';

export interface TemplateNumbers {
  readonly shards: number;
  /** Whether the streams keep records longer than what the price of a shard covers. */
  readonly longRetention: boolean;
  readonly vcpus: number;
  readonly gigabytes: number;
  readonly publicIps: number;
  readonly rollupGigabytes: number;
  /** 0 where no bars are kept. */
  readonly storeGigabytes: number;
  /** 0 where there is no query API. */
  readonly apiGigabytes: number;
  readonly schedulesAMonth: number;
  /** An alarm over several metrics counts once for each. */
  readonly alarms: number;
  readonly composites: number;
  /** Metrics that are made of lines of logs. */
  readonly metricFilters: number;
  readonly dashboards: number;
  readonly secrets: number;
  /** Keys of the account's own. */
  readonly keys: number;
  /** Who puts to and reads from each shard that is encrypted under one of them. */
  readonly keyUsers: number;
  /** Feeds, each of which prints all metrics. */
  readonly feeds: number;
}

/** Who puts to a stream, and who reads it, in the own account: the ingester and the roll-up, the roll-up and the bar store. */
const OWN_USERS = 2;
/** Minutes in a month. */
const MINUTES = 730 * 60;

export function numbersOf(stacks: readonly Stack[]): TemplateNumbers {
  const all = stacks.flatMap(({ resources }) => resources);
  const of = (type: string) =>
    all
      .filter(resource => resource.type === type)
      .map(({ path, properties }) => ({ path, ...Object(properties) }));
  const streams = of('AWS::Kinesis::Stream');
  const policies = of('AWS::Kinesis::ResourcePolicy');
  const tasks = of('AWS::ECS::TaskDefinition');
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const memoryOf = (end: string) =>
    Number(of('AWS::Lambda::Function').find(({ path }) => path.endsWith(end))?.MemorySize ?? 0) / 1024;
  const schedules: string[] = of('AWS::Scheduler::Schedule').map(
    ({ ScheduleExpression }) => ScheduleExpression,
  );
  return {
    shards: sum(streams.map(({ ShardCount }) => Number(ShardCount))),
    longRetention: streams.some(({ RetentionPeriodHours }) => Number(RetentionPeriodHours) > 24),
    vcpus: sum(tasks.map(({ Cpu }) => Number(Cpu) / 1024)),
    gigabytes: sum(tasks.map(({ Memory }) => Number(Memory) / 1024)),
    publicIps: of('AWS::ECS::Service').filter(service => JSON.stringify(service).includes('"ENABLED"'))
      .length,
    rollupGigabytes: memoryOf('Rollup/Function'),
    storeGigabytes: memoryOf('BarStore/Function'),
    apiGigabytes: memoryOf('Api/Function'),
    schedulesAMonth: sum(schedules.map(expression => (expression === EVERY_MINUTE ? MINUTES : 30))),
    alarms: sum(of('AWS::CloudWatch::Alarm').map(alarm => metricsIn(alarm.Metrics))),
    composites: of('AWS::CloudWatch::CompositeAlarm').length,
    metricFilters: of('AWS::Logs::MetricFilter').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    secrets: tasks.length,
    keys: of('AWS::KMS::Key').length,
    keyUsers: sum(
      streams.map(({ path, StreamEncryption, ShardCount }) => {
        // AWS's own key is named, one of the account's referred to.
        if (typeof StreamEncryption.KeyId === 'string') return 0;
        const policy = policies.find(each => each.path.startsWith(`${path}/`));
        return Number(ShardCount) * (OWN_USERS + accountsIn(policy?.ResourcePolicy));
      }),
    ),
    feeds: tasks.length,
  };
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
