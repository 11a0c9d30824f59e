/** A month's bill for an environment, line by line. */
import { AWAKE_HOURS, HOURS, type Load, loadOf, TRADING_DAYS } from './load.ts';
import { metricHours } from './metric-hours.ts';
import { passingBill } from './passing-bill.ts';
import { type Bill, prices } from './prices.ts';
import type { TemplateNumbers } from './template-numbers.ts';

/** Kinesis asks for the key of a shard every five minutes, anew for each who puts or reads. */
const KEY_USES = HOURS * 12;
const MONITOR_GIGABYTE_SECONDS = 0.25 * 0.4;
/** The image and what was deployed before it: releases share all but the bundle, GB. */
const IMAGES = 0.1;
/** Reports that are put, looks whether one is there, and mails of alarms, about. */
const [REPORTS, LOOKS, MAILS] = [21, 150, 100];
/** Files and manifests of a day. */
const ARCHIVE_PUTS = 12;
const MILLION = 1_000_000;

/** @param eventsPerSecond that are passed on while the market is open */
export function billOf(numbers: TemplateNumbers, symbols: number, eventsPerSecond = 0): Bill {
  const hours = numbers.sleeps ? AWAKE_HOURS : HOURS;
  const load = loadOf(symbols, { minutes: numbers.minuteShards, bars: numbers.barShards }, hours);
  const isAsked = numbers.apiGigabytes > 0;
  const questions = isAsked ? load.questions : 0;
  const kept = numbers.storeGigabytes > 0 ? load.storedGigabytes : 0;
  const shardHour = prices.shardHour + (numbers.longRetention ? prices.longRetentionHour : 0);
  const shards = numbers.minuteShards + numbers.barShards + numbers.eventShards;
  return {
    'Kinesis: shards': shards * HOURS * shardHour,
    'Kinesis: records': ((load.minutePuts + load.barPuts) / MILLION) * prices.millionPuts,
    'Kinesis: pushed to the roll-up':
      numbers.pushedShards * HOURS * prices.pushedShardHour +
      (numbers.pushedShards > 0 ? load.minuteGigabytes : 0) * prices.pushedGigabyte,
    'KMS: keys of the streams':
      numbers.keys * prices.key + ((numbers.keyUsers * KEY_USES) / MILLION) * prices.millionKeyUses,
    'Fargate: ingester':
      hours *
      (numbers.vcpus * prices.vcpuHour + numbers.gigabytes * prices.gigabyteHour) *
      (numbers.onSpot ? prices.spotShare : 1),
    'Public addresses': hours * numbers.publicIps * prices.publicIpHour,
    'ECR: image': IMAGES * prices.imageGigabyte,
    'Lambda: roll-up': lambda(load.rollupSeconds, numbers.rollupGigabytes, load.rollupInvocations),
    'Lambda: bar store': lambda(load.storeSeconds, numbers.storeGigabytes, load.storeInvocations),
    'Lambda: latest bars in Redis': lambda(
      load.latestSeconds,
      numbers.latestGigabytes,
      load.latestInvocations,
    ),
    'Lambda: monitor and daily jobs':
      lambda(numbers.schedulesAMonth, MONITOR_GIGABYTE_SECONDS, numbers.schedulesAMonth) +
      (numbers.schedulesAMonth / MILLION) * prices.millionSchedules,
    'API Gateway: questions of one live page': (questions / MILLION) * prices.millionQuestions,
    'Lambda: query API': lambda(load.questionSeconds, numbers.apiGigabytes, questions),
    'DynamoDB: state': (load.stateWrites / MILLION) * prices.millionWrites,
    'DynamoDB: bars, written':
      numbers.storeGigabytes > 0
        ? (load.storeWrites / MILLION) * prices.millionWrites +
          (load.storeReads / MILLION) * prices.millionReads
        : 0,
    'DynamoDB: bars, asked for': isAsked ? (load.questionReads / MILLION) * prices.millionReads : 0,
    'DynamoDB: bars, kept': kept * prices.tableGigabyte,
    'DynamoDB: bars, restorable': numbers.isStoreRestorable ? kept * prices.restorableGigabyte : 0,
    'DynamoDB: monitor and lease':
      (((hours * 3600) / 3 + load.monitorWrites) / MILLION) * prices.millionWrites +
      (load.monitorReads / MILLION) * prices.millionReads,
    'DynamoDB: record of sessions': (load.sessionWrites / MILLION) * prices.millionWrites,
    'S3: reports and failed batches':
      (REPORTS / MILLION) * prices.millionObjectPuts + (LOOKS / MILLION) * prices.millionObjectGets,
    ...archiveBill(numbers, load),
    ...passingBill(numbers, eventsPerSecond),
    ...watchBill(numbers, load, hours),
    'SNS: mails': (MAILS / MILLION) * prices.millionEmails,
    'Secrets Manager': numbers.secrets * prices.secret,
    'Traffic out': (load.vendorGigabytes + (isAsked ? load.pageGigabytes : 0)) * prices.trafficGigabyte,
  };
}

/** @param hours in which the ingester runs */
function watchBill(numbers: TemplateNumbers, load: Load, hours: number): Bill {
  const measured = metricHours(hours, {
    store: numbers.storeGigabytes > 0,
    latest: numbers.latestGigabytes > 0,
    sinks: numbers.sinks.length > 0,
  });
  return {
    'CloudWatch: metrics': ((numbers.feeds * measured) / HOURS + numbers.metricFilters) * prices.metric,
    'CloudWatch: metrics asked for':
      numbers.apiGigabytes > 0 ? (load.metricsAsked / 1_000) * prices.thousandMetricsAsked : 0,
    'CloudWatch: alarms': numbers.alarms * prices.alarm + numbers.composites * prices.composite,
    'CloudWatch: dashboard': numbers.dashboards * prices.dashboard,
    'CloudWatch: logs': loggedOf(numbers, load) * prices.logGigabyte,
  };
}

/** What all units print, GB. */
function loggedOf({ apiGigabytes, latestGigabytes }: TemplateNumbers, load: Load): number {
  return (
    load.loggedGigabytes +
    (apiGigabytes > 0 ? load.questionLogGigabytes : 0) +
    (latestGigabytes > 0 ? load.latestLogGigabytes : 0)
  );
}

/** Nothing where no days are archived. */
function archiveBill({ archiveGigabytes }: TemplateNumbers, load: Load): Bill {
  const isArchived = archiveGigabytes > 0;
  const puts = ((TRADING_DAYS * ARCHIVE_PUTS) / MILLION) * prices.millionObjectPuts;
  return {
    'Lambda: archive': lambda(load.archiveSeconds, archiveGigabytes, HOURS),
    'DynamoDB: log, read for the archive': isArchived
      ? (load.archiveReads / MILLION) * prices.millionReads
      : 0,
    "S3: a month's files of the archive": isArchived
      ? load.archivedGigabytes * prices.objectGigabyte + puts
      : 0,
  };
}

/** Nothing where there is no such function. */
function lambda(seconds: number, gigabytes: number, invocations: number): number {
  if (gigabytes === 0) return 0;
  return (
    seconds * gigabytes * prices.lambdaGigabyteSecond + (invocations / MILLION) * prices.millionInvocations
  );
}

export function totalOf(bill: Bill): number {
  return Object.values(bill).reduce((sum, dollars) => sum + dollars, 0);
}
