/** Notices when ECS gives a deployment of the ingester up: ECS publishes an event of it, but no metric. */

import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { FeedPipeline } from '../pipeline/feed-pipeline.ts';
import type { AlarmSet } from './alarm-set.ts';

export interface DeploymentEventsProps {
  readonly pipeline: FeedPipeline;
}

export class DeploymentEvents extends Construct {
  /** How many deployments failed. */
  readonly failed: Metric;

  constructor(scope: Construct, id: string, { pipeline }: DeploymentEventsProps) {
    super(scope, id);
    // Whoever subscribes is told in ECS's own words why. EventBridge counts for certain only what it hands to somebody.
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    const rule = new CfnRule(this, 'Failed', {
      description: 'Deployments of the ingester that ECS gave up',
      eventPattern: {
        source: ['aws.ecs'],
        'detail-type': ['ECS Deployment State Change'],
        resources: [pipeline.ingester.service.serviceArn],
        detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
      },
      targets: [{ arn: topic.topicArn, id: 'Topic' }],
    });
    // Without a condition: EventBridge publishes to no topic whose policy has one.
    topic.grantPublish(new ServicePrincipal('events.amazonaws.com'));
    this.failed = new Metric({
      namespace: 'AWS/Events',
      metricName: 'Invocations',
      dimensionsMap: { RuleName: rule.ref },
      statistic: Stats.SUM,
      period: Duration.minutes(1),
    });
  }
}

export function deploymentAlarms(set: AlarmSet, deployments: DeploymentEvents): void {
  set.alarm('DeploymentRolledBack', {
    means: 'A deployment of the ingester failed and was rolled back: the version before it runs.',
    first: 'read the reason in the events of the service.',
    severity: 'ticket',
    metric: deployments.failed,
    threshold: 1,
    missing: 'notBreaching',
  });
}
