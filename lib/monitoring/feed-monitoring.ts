/** What watches one feed. */
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { monitorMetrics } from '../../runtime/platform/metric-names.ts';
import type { FeedPipeline } from '../pipeline/feed-pipeline.ts';
import type { FeedServing } from '../serving/feed-serving.ts';
import type { Environment } from '../settings/environment.ts';
import { follow } from '../settings/follow.ts';
import { feedId } from '../settings/names.ts';
import type { FeedStorage } from '../storage/feed-storage.ts';
import { AlarmSet } from './alarm-set.ts';
import type { Counts } from './counts.ts';
import { DailyJobs } from './daily-jobs.ts';
import { dataAlarms } from './data-alarms.ts';
import { DeploymentEvents, deploymentAlarms } from './deployment-events.ts';
import { freshnessAlarms } from './freshness-alarms.ts';
import { ingesterAlarms } from './ingester-alarms.ts';
import { Measures } from './measures.ts';
import { MonitorFunction } from './monitor-function.ts';
import { latencyCounts, rollupAlarms } from './rollup-alarms.ts';
import { SavedQueries } from './saved-queries.ts';
import { storeAlarms, storeCounts } from './store-alarms.ts';
import type { Topics } from './topics.ts';

export interface FeedMonitoringProps {
  readonly environment: Environment;
  readonly topics: Topics;
  readonly storage: FeedStorage;
  readonly pipeline: FeedPipeline;
  readonly serving: FeedServing;
}

export class FeedMonitoring extends Construct {
  readonly alarms: AlarmSet;
  /** What is counted of bars and of what serves them, by its heading on the dashboard. */
  readonly served: Readonly<Record<string, readonly Counts[]>>;
  /** What tells at a glance how fresh the feed is. */
  readonly glance: readonly Metric[];

  constructor(scope: Construct, id: string, props: FeedMonitoringProps) {
    super(scope, id);
    const { environment, topics, storage, pipeline, serving } = props;
    const monitor = new MonitorFunction(this, 'Monitor', { environment, storage, pipeline });
    const jobs = new DailyJobs(this, 'Daily', { environment, storage });
    const archive = serving.archive ? [serving.archive.function] : [];
    const functionLogs = [monitor, ...jobs.jobs, ...archive].map(({ logGroup }) => logGroup);
    new SavedQueries(this, 'Queries', { pipeline, serving, functionLogs });
    const measures = new Measures({ storage, pipeline });
    this.glance = [
      monitorMetrics.marketOpen,
      monitorMetrics.freshestLag,
      monitorMetrics.watermarkLag,
      monitorMetrics.finalLag,
      monitorMetrics.catchingUp,
    ].map(name => measures.own(name, { statistic: Stats.MAXIMUM }));
    this.alarms = new AlarmSet(this, 'Alarms', { environment, topics, owner: feedId(storage.feed) });
    const { feedSilent, watermarkLag, finalLag } = freshnessAlarms(this.alarms, measures);
    ingesterAlarms(this.alarms, measures);
    const rollup = rollupAlarms(this.alarms, measures, pipeline.rollup);
    if (serving.store) storeAlarms(this.alarms, measures, serving.store);
    this.served = countsOf(measures, serving);
    const { calendarRunningOut } = dataAlarms(this.alarms, measures, [
      ...jobs.errors,
      ...archive.map(({ errors }) => errors),
    ]);
    deploymentAlarms(this.alarms, new DeploymentEvents(this, 'Deployments', { pipeline }));

    // One cause, one page: what is behind a raised composite does not page a second time.
    const rollupDown = this.alarms.composite('RollupDown', {
      means: 'The roll-up does not keep up, fails or is refused: minutes arrive, bars do not.',
      first:
        'see which of RollupFailing, RollupThrottled and RollupBehind is raised, and follow that section.',
      severity: 'page',
      anyOf: [rollup.behind, rollup.failing, rollup.throttled],
    });
    const feedDown = this.alarms.composite('FeedDown', {
      means: 'No minutes come from the vendor in market hours, neither by its socket nor over REST.',
      first:
        'see whether IngesterNotRunning or NotConnected is raised and follow that section, else FeedSilent.',
      severity: 'page',
      anyOf: [feedSilent],
      unless: [rollupDown, rollup.hindered],
      // A monitor that has just been deployed has not measured yet: that is no silence.
      once: calendarRunningOut,
    });
    this.alarms.composite('BarsLate', {
      means: 'The feed lives, yet part of the minutes or of the finished bars is late.',
      first: 'see which of WatermarkLag and FinalLag is raised, and follow that section.',
      severity: 'page',
      anyOf: [watermarkLag, finalLag],
      unless: [rollupDown],
      explainedBy: feedDown,
    });
    follow(this, [storage, pipeline, serving]);
  }
}

function countsOf(measures: Measures, { store }: FeedServing): FeedMonitoring['served'] {
  return {
    'Finished bars': latencyCounts(measures),
    ...(store && { 'Bar store': storeCounts(measures, store) }),
  };
}
