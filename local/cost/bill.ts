/** A month's bill for an environment, line by line. */
import {
  barStoreMetrics,
  calendarMetrics,
  finalLatency,
  ingesterCounts,
  ingesterGauges,
  monitorMetrics,
  reconcileMetrics,
  rollupMetrics,
} from '../../runtime/platform/metric-names.ts';
import { HOURS, loadOf } from './load.ts';
import { prices } from './prices.ts';
import type { TemplateNumbers } from './template-numbers.ts';

/** Dollars a month by what they are for. */
export type Bill = Readonly<Record<string, number>>;

/** Names that one feed prints; a name that two units share is one metric. */
const METRICS = new Set(
  [
    ingesterCounts,
    ingesterGauges,
    rollupMetrics,
    finalLatency,
    barStoreMetrics,
    monitorMetrics,
    calendarMetrics,
    reconcileMetrics,
  ].flatMap(names => Object.values(names)),
).size;
/** A line of metrics or of the log, KB. */
const LINE = 1;
/** Kinesis asks for the key of a shard every five minutes, anew for each who puts or reads. */
const KEY_USES = HOURS * 12;
const MONITOR_GIGABYTE_SECONDS = 0.25 * 0.4;

export function billOf(numbers: TemplateNumbers, symbols: number): Bill {
  const { shards, vcpus, gigabytes } = numbers;
  const load = loadOf(symbols, shards / 2);
  const million = 1_000_000;
  const questions = numbers.apiGigabytes > 0 ? load.questions : 0;
  const invocations = load.rollupInvocations + load.storeInvocations + questions;
  const lines = invocations + numbers.schedulesAMonth + HOURS * 60;
  const shardHour = prices.shardHour + (numbers.longRetention ? prices.longRetentionHour : 0);
  return {
    'Kinesis: shards': shards * HOURS * shardHour,
    'Kinesis: records': ((load.minutePuts + load.barPuts) / million) * prices.millionPuts,
    'Fargate: ingester':
      HOURS *
      (vcpus * prices.vcpuHour + gigabytes * prices.gigabyteHour + numbers.publicIps * prices.publicIpHour),
    'Lambda: roll-up':
      load.rollupSeconds * numbers.rollupGigabytes * prices.lambdaGigabyteSecond +
      (load.rollupInvocations / million) * prices.millionInvocations,
    'Lambda: bar store':
      load.storeSeconds * numbers.storeGigabytes * prices.lambdaGigabyteSecond +
      (load.storeInvocations / million) * prices.millionInvocations,
    'Lambda: monitor and daily jobs':
      numbers.schedulesAMonth * MONITOR_GIGABYTE_SECONDS * prices.lambdaGigabyteSecond +
      (numbers.schedulesAMonth / million) * (prices.millionInvocations + prices.millionSchedules),
    'API Gateway: questions of one live page': (questions / million) * prices.millionQuestions,
    'Lambda: query API':
      load.questionSeconds * numbers.apiGigabytes * prices.lambdaGigabyteSecond +
      (questions / million) * prices.millionInvocations,
    'DynamoDB: state': (load.stateWrites / million) * prices.millionWrites,
    'DynamoDB: bars, written':
      (load.storeWrites / million) * prices.millionWrites + (load.storeReads / million) * prices.millionReads,
    'DynamoDB: bars, asked for': questions > 0 ? (load.questionReads / million) * prices.millionReads : 0,
    'DynamoDB: bars, kept': load.storedGigabytes * prices.tableGigabyte,
    'DynamoDB: monitor and lease':
      (((HOURS * 3600) / 3 + load.monitorWrites) / million) * prices.millionWrites +
      (load.monitorReads / million) * prices.millionReads,
    'CloudWatch: metrics': (numbers.feeds * METRICS + numbers.metricFilters) * prices.metric,
    'CloudWatch: metrics asked for':
      questions > 0 ? (load.metricsAsked / 1_000) * prices.thousandMetricsAsked : 0,
    'CloudWatch: alarms': numbers.alarms * prices.alarm + numbers.composites * prices.composite,
    'CloudWatch: dashboard': numbers.dashboards * prices.dashboard,
    'CloudWatch: logs': ((lines * LINE) / million) * prices.logGigabyte,
    'Secrets Manager': numbers.secrets * prices.secret,
    'KMS: key of streams that others read':
      numbers.keys * prices.key + ((numbers.keyUsers * KEY_USES) / million) * prices.millionKeyUses,
  };
}

export function totalOf(bill: Bill): number {
  return Object.values(bill).reduce((sum, dollars) => sum + dollars, 0);
}
