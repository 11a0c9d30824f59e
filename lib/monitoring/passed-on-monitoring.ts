/** What watches a feed that only passes on: it promises nothing of which a monitor could judge how late it is. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ingesterGauges, sinkCounts } from '../../runtime/platform/metric-names.ts';
import type { FeedPipeline } from '../pipeline/feed-pipeline.ts';
import type { Environment } from '../settings/environment.ts';
import { follow } from '../settings/follow.ts';
import { feedId } from '../settings/names.ts';
import type { FeedStorage } from '../storage/feed-storage.ts';
import { AlarmSet } from './alarm-set.ts';
import type { Counts } from './counts.ts';
import { refusalAlarms, tableAlarms } from './data-alarms.ts';
import { DeploymentEvents, deploymentAlarms } from './deployment-events.ts';
import { clockAlarms, runningAlarms } from './ingester-alarms.ts';
import { Measures } from './measures.ts';
import { SavedQueries } from './saved-queries.ts';
import { sinkAlarms, sinkCountsOf } from './sink-alarms.ts';
import type { Topics } from './topics.ts';
import { passedOnFlow, type WatchedFeed } from './watched-feed.ts';

export interface PassedOnMonitoringProps {
  readonly environment: Environment;
  readonly topics: Topics;
  readonly storage: FeedStorage;
  readonly pipeline: FeedPipeline;
}

export class PassedOnMonitoring extends Construct implements WatchedFeed {
  readonly alarms: AlarmSet;
  readonly flow = passedOnFlow;
  readonly served: WatchedFeed['served'];
  readonly glance: Counts;

  constructor(scope: Construct, id: string, props: PassedOnMonitoringProps) {
    super(scope, id);
    const { environment, topics, storage, pipeline } = props;
    new SavedQueries(this, 'Queries', { pipeline, functionLogs: [], hasSinks: true });
    const measures = new Measures({ storage, pipeline });
    this.glance = {
      title: 'How is it?',
      metrics: [
        measures.own(ingesterGauges.connected, { statistic: Stats.MAXIMUM }),
        measures.own(sinkCounts.dropped),
        measures.own(sinkCounts.failures),
      ],
    };
    this.alarms = new AlarmSet(this, 'Alarms', { environment, topics, owner: feedId(storage.feed) });
    // Nothing is asked for afterwards: what does not come now never does.
    runningAlarms(this.alarms, measures, {
      severity: 'page',
      unconnected: 'The ingester runs without its socket in market hours: nothing is passed on.',
      silent: 'No ingester has said a word for five minutes: nothing is passed on.',
    });
    clockAlarms(this.alarms, measures);
    sinkAlarms(this.alarms, measures);
    this.served = { Sinks: sinkCountsOf(measures, storage) };
    refusalAlarms(this.alarms, measures);
    tableAlarms(this.alarms, measures);
    deploymentAlarms(this.alarms, new DeploymentEvents(this, 'Deployments', { pipeline }));
    follow(this, [storage, pipeline]);
  }
}
