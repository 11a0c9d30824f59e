/** What watches a feed of minutes. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { monitorMetrics } from '../../runtime/platform/metric-names.ts';
import type { FeedPipeline } from '../pipeline/feed-pipeline.ts';
import type { Rollup } from '../pipeline/rollup.ts';
import type { FeedServing } from '../serving/feed-serving.ts';
import type { Environment } from '../settings/environment.ts';
import { follow } from '../settings/follow.ts';
import { feedId } from '../settings/names.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';
import { AlarmSet } from './alarm-set.ts';
import type { Counts } from './counts.ts';
import { DailyJobs } from './daily-jobs.ts';
import { type DataAlarms, dataAlarms } from './data-alarms.ts';
import { DeploymentEvents, deploymentAlarms } from './deployment-events.ts';
import { type FreshnessAlarms, freshnessAlarms } from './freshness-alarms.ts';
import { ingesterAlarms } from './ingester-alarms.ts';
import { latestAlarms, latestCounts } from './latest-alarms.ts';
import { Measures } from './measures.ts';
import { MonitorFunction } from './monitor-function.ts';
import { latencyCounts, type RollupAlarms, rollupAlarms } from './rollup-alarms.ts';
import { SavedQueries } from './saved-queries.ts';
import { sinkAlarms, sinkCountsOf } from './sink-alarms.ts';
import { storeAlarms, storeCounts } from './store-alarms.ts';
import type { Topics } from './topics.ts';
import { minutesFlow, type WatchedFeed } from './watched-feed.ts';

export interface FeedMonitoringProps {
  readonly environment: Environment;
  readonly topics: Topics;
  readonly storage: MinutesStorage;
  readonly pipeline: FeedPipeline;
  readonly rollup: Rollup;
  readonly serving: FeedServing;
}

export class FeedMonitoring extends Construct implements WatchedFeed {
  readonly alarms: AlarmSet;
  readonly flow = minutesFlow;
  readonly served: WatchedFeed['served'];
  readonly glance: Counts;

  constructor(scope: Construct, id: string, props: FeedMonitoringProps) {
    super(scope, id);
    const { environment, topics, storage, pipeline, rollup: rolls, serving } = props;
    const hasSinks = storage.feed.sinks.length > 0;
    const monitor = new MonitorFunction(this, 'Monitor', { environment, storage, pipeline });
    const jobs = new DailyJobs(this, 'Daily', { environment, storage });
    const archive = serving.archive ? [serving.archive.function] : [];
    const functionLogs = [monitor, ...jobs.jobs, ...archive].map(({ logGroup }) => logGroup);
    new SavedQueries(this, 'Queries', { pipeline, serving, functionLogs, hasSinks });
    const measures = new Measures({ storage, pipeline });
    const seen = [
      monitorMetrics.marketOpen,
      monitorMetrics.freshestLag,
      monitorMetrics.watermarkLag,
      monitorMetrics.finalLag,
      monitorMetrics.catchingUp,
    ];
    this.glance = {
      title: 'How fresh?',
      metrics: seen.map(name => measures.own(name, { statistic: Stats.MAXIMUM })),
    };
    this.alarms = new AlarmSet(this, 'Alarms', { environment, topics, owner: feedId(storage.feed) });
    const fresh = freshnessAlarms(this.alarms, measures);
    ingesterAlarms(this.alarms, measures);
    const rollup = rollupAlarms(this.alarms, measures, rolls);
    if (serving.store) storeAlarms(this.alarms, measures, serving.store);
    if (serving.latest) latestAlarms(this.alarms, measures, serving.latest);
    if (hasSinks) sinkAlarms(this.alarms, measures);
    this.served = { ...countsOf(measures, serving), Sinks: sinkCountsOf(measures, storage) };
    const { calendarRunningOut } = dataAlarms(this.alarms, measures, storage, [
      ...jobs.errors,
      ...archive.map(({ errors }) => errors),
    ]);
    deploymentAlarms(this.alarms, new DeploymentEvents(this, 'Deployments', { pipeline }));

    composites(this.alarms, { ...fresh, ...rollup, calendarRunningOut });
    follow(this, [storage, pipeline, serving]);
  }
}

function countsOf(measures: Measures, { store, latest }: FeedServing): WatchedFeed['served'] {
  return {
    'Finished bars': latencyCounts(measures),
    ...(store && { 'Bar store': storeCounts(measures, store) }),
    ...(latest && { 'Latest in Redis': latestCounts(measures, latest) }),
  };
}

/** Those that tell on behalf of others. */
function composites(set: AlarmSet, parts: FreshnessAlarms & RollupAlarms & DataAlarms): void {
  const { feedSilent, watermarkLag, finalLag, calendarRunningOut } = parts;
  const { behind, failing, throttled, hindered } = parts;
  // One cause, one page: what is behind a raised composite does not page a second time.
  const rollupDown = set.composite('RollupDown', {
    means: 'The roll-up does not keep up, fails or is refused: minutes arrive, bars do not.',
    first: 'see which of RollupFailing, RollupThrottled and RollupBehind is raised, and follow that section.',
    severity: 'page',
    anyOf: [behind, failing, throttled],
  });
  const feedDown = set.composite('FeedDown', {
    means: 'No minutes come from the vendor in market hours, neither by its socket nor over REST.',
    first:
      'see whether IngesterNotRunning or NotConnected is raised and follow that section, else FeedSilent.',
    severity: 'page',
    anyOf: [feedSilent],
    unless: [rollupDown, hindered],
    // A monitor that has just been deployed has not measured yet: that is no silence.
    once: calendarRunningOut,
  });
  set.composite('BarsLate', {
    means: 'The feed lives, yet part of the minutes or of the finished bars is late.',
    first: 'see which of WatermarkLag and FinalLag is raised, and follow that section.',
    severity: 'page',
    anyOf: [watermarkLag, finalLag],
    unless: [rollupDown],
    explainedBy: feedDown,
  });
}
