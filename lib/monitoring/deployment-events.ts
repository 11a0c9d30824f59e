/** Notices when ECS gives a deployment of the ingester up: ECS publishes an event of it, but no metric. */

import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { FeedPipeline } from '../pipeline/feed-pipeline.ts';

export interface DeploymentEventsProps {
  readonly pipeline: FeedPipeline;
}

export class DeploymentEvents extends Construct {
  /** How many deployments failed. */
  readonly failed: Metric;

  constructor(scope: Construct, id: string, { pipeline }: DeploymentEventsProps) {
    super(scope, id);
    // Without a target: that an event matched is all there is to know, and EventBridge counts it.
    const rule = new CfnRule(this, 'Failed', {
      description: 'Deployments of the ingester that ECS gave up',
      eventPattern: {
        source: ['aws.ecs'],
        'detail-type': ['ECS Deployment State Change'],
        resources: [pipeline.ingester.service.serviceArn],
        detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
      },
    });
    this.failed = new Metric({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensionsMap: { RuleName: rule.ref },
      statistic: Stats.SUM,
      period: Duration.minutes(1),
    });
  }
}
