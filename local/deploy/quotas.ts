/** Looks whether the account has room for what the environment starts: shards, vCPU, a network. */
import { CloudWatchClient, GetMetricStatisticsCommand, type Statistic } from '@aws-sdk/client-cloudwatch';
import { DescribeLimitsCommand, DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type MetricInfo,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { type FeedWithDefaults, withFeedDefaults } from '../../lib/settings/feed-defaults.ts';
import { bringsMinutes } from '../../lib/settings/feed-symbols.ts';
import { sinkOf } from '../../lib/settings/sink-settings.ts';
import { shardsOf } from '../../lib/settings/size-faults.ts';
import { wordsFor } from '../operate/operator-error.ts';
import { type Finding, isNamed, note, ok, type Place, stop } from './finding.ts';
import type { Standing } from './standing.ts';

/** How far back the newest use is looked for; it is counted every few minutes. */
const RECENT_MS = 3_600_000;
const PERIOD_SECONDS = 300;

/** Quotas as Service Quotas knows them. */
const VCPU = { ServiceCode: 'fargate', QuotaCode: 'L-3032A538' };
const NETWORKS = { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' };

export async function quotaFindings(place: Place, { streams, runs }: Standing): Promise<Finding[]> {
  const { environment } = place.deployed;
  const feeds = environment.feeds.map(withFeedDefaults);
  const shards = neededShards(feeds);
  // A deployment starts as many tasks as there are beside those that run.
  const vcpus = sum(feeds.map(({ task, warmStandby }) => ((warmStandby ? 2 : 1) * task.cpu) / 1024));
  return Promise.all([
    looked('shards', () => shardFinding(place, shards, streams)),
    looked('Fargate vCPU', about => roomFinding(place, about, VCPU, vcpus)),
    // Tasks have public addresses that are not Elastic IPs, which have no quota of their own.
    ...(environment.vpc || runs ? [] : [looked('networks', about => roomFinding(place, about, NETWORKS, 1))]),
  ]);
}

/** Those of minutes and of bars where a feed has them, and of the events stream. */
export function neededShards(feeds: readonly FeedWithDefaults[]): number {
  return sum(
    feeds.map(feed => {
      const ofMinutes = bringsMinutes(feed) ? sum(Object.values(shardsOf(feed.shards))) : 0;
      const events = sinkOf(feed, 'events');
      return ofMinutes + (events ? (events.shards ?? 1) : 0);
    }),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

async function looked(about: string, look: (about: string) => Promise<Finding>): Promise<Finding> {
  try {
    return await look(about);
  } catch (error) {
    return note(about, `not looked at: ${wordsFor(error)}`);
  }
}

async function shardFinding(
  { region, clients }: Place,
  wanted: number,
  streams: readonly string[],
): Promise<Finding> {
  const client = new KinesisClient(clients);
  const open = streams.map(async StreamName => {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    return StreamDescriptionSummary?.OpenShardCount ?? 0;
  });
  const there = (await Promise.all(open)).reduce((total, count) => total + count, 0);
  const { ShardLimit: limit = 0, OpenShardCount: used = 0 } = await client.send(
    new DescribeLimitsCommand({}),
  );
  return roomFor('shards', Math.max(0, wanted - there), { limit, used, region });
}

interface Room {
  readonly limit: number;
  readonly used: number;
  readonly region: string;
}

function roomFor(about: string, more: number, { limit, used, region }: Room): Finding {
  const free = Math.max(0, limit - used);
  const found = `${more} more needed, ${free} of ${limit} free in ${region}`;
  return more <= free
    ? ok(about, found)
    : stop(about, `${found}: ask for more in Service Quotas, or remove what is not needed`);
}

async function roomFinding(
  { region, clients }: Place,
  about: string,
  quota: typeof VCPU,
  more: number,
): Promise<Finding> {
  const client = new ServiceQuotasClient(clients);
  const { Quota } = await client.send(new GetServiceQuotaCommand(quota)).catch((error: unknown) => {
    // Nobody has asked for another than the default one.
    if (isNamed(error, /NoSuchResource/)) return client.send(new GetAWSDefaultServiceQuotaCommand(quota));
    throw error;
  });
  const { Value: limit, UsageMetric: usage } = Quota ?? {};
  if (limit === undefined) return note(about, `AWS does not say how many ${region} allows`);
  if (usage === undefined)
    return more <= limit
      ? note(
          about,
          `${more} more needed of the ${limit} that ${region} allows; AWS does not count how many there are`,
        )
      : stop(about, `${more} needed, ${region} allows ${limit}: ask for more in Service Quotas`);
  return roomFor(about, more, { limit, used: await usedOf(new CloudWatchClient(clients), usage), region });
}

/** Nothing is counted where nothing is used. */
async function usedOf(client: CloudWatchClient, usage: MetricInfo): Promise<number> {
  const {
    MetricNamespace: Namespace,
    MetricName,
    MetricDimensions = {},
    MetricStatisticRecommendation = 'Maximum',
  } = usage;
  const statistic: Statistic = MetricStatisticRecommendation === 'Sum' ? 'Sum' : 'Maximum';
  const now = Date.now();
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      Dimensions: Object.entries(MetricDimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(now - RECENT_MS),
      EndTime: new Date(now),
      Period: PERIOD_SECONDS,
      Statistics: [statistic],
    }),
  );
  const newest = Datapoints.toSorted((one, other) => Number(one.Timestamp) - Number(other.Timestamp)).at(-1);
  return newest?.[statistic] ?? 0;
}
