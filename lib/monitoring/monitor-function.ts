/** The monitor: looks every minute at how far the feed's slots are and writes it down as metrics. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { monitorEnv, monitorSettings } from '../../runtime/monitor/names.ts';
import type { FeedPipeline } from '../pipeline/feed-pipeline.ts';
import { ScheduledFunction } from '../pipeline/scheduled-function.ts';
import type { Environment } from '../settings/environment.ts';
import { slotsText } from '../settings/feed-symbols.ts';
import { unitVariables } from '../settings/unit-variables.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';

/** At the full minute. */
export const EVERY_MINUTE = 'cron(* * * * ? *)';

export interface MonitorFunctionProps {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
  readonly pipeline: FeedPipeline;
}

export class MonitorFunction extends ScheduledFunction {
  constructor(scope: Construct, id: string, { environment, storage, pipeline }: MonitorFunctionProps) {
    const { feed, state, lease, monitor } = storage;
    const { service, tasks } = pipeline.ingester;
    const keeps = feed.schedule === 'sessions' || feed.spot;
    super(scope, id, {
      environment,
      description: `Measures how fresh and complete the feed of ${feed.name} is`,
      unit: 'monitor',
      // A rate would begin at whatever second it is deployed, and judge minutes that much later.
      schedule: EVERY_MINUTE,
      timeout: Duration.seconds(30),
      retries: false,
      variables: {
        ...unitVariables(scope, environment, feed, monitorSettings),
        [monitorEnv.slots]: slotsText(feed),
        [monitorEnv.stateTable]: state.tableName,
        [monitorEnv.leaseTable]: lease.tableName,
        [monitorEnv.memoryTable]: monitor.tableName,
        ...(keeps && {
          [monitorEnv.cluster]: service.clusterName,
          [monitorEnv.service]: service.serviceName,
          [monitorEnv.tasks]: `${tasks}`,
          [monitorEnv.schedule]: feed.schedule,
          [monitorEnv.capacity]: feed.spot ? 'spot' : 'on-demand',
        }),
      },
    });
    state.grant(this, 'dynamodb:Query');
    lease.grant(this, 'dynamodb:GetItem');
    monitor.grant(this, 'dynamodb:GetItem', 'dynamodb:PutItem');
    if (keeps)
      this.role.addToPolicy(
        new PolicyStatement({
          actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
          resources: [service.serviceArn],
        }),
      );
  }
}
