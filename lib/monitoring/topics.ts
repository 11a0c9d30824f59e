/** Where alarms are sent: a topic per severity, with the subscribers that the environment names. */

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment, Severity } from '../settings/environment.ts';
import { stageOf } from '../settings/stage.ts';

export interface TopicsProps {
  readonly environment: Environment;
}

export class Topics extends Construct {
  readonly page: Topic;
  readonly ticket: Topic;

  constructor(scope: Construct, id: string, { environment }: TopicsProps) {
    super(scope, id);
    this.page = this.#topic('page', environment);
    this.ticket = this.#topic('ticket', environment);
  }

  #topic(severity: Severity, { notify = {} }: Environment): Topic {
    const topic = new Topic(this, severity === 'page' ? 'Page' : 'Ticket', {
      topicName: `barflow-${stageOf(this).node.id}-${severity}`,
      enforceSSL: true,
    });
    // A policy of its own, such as the one that asks for TLS, takes the place of the one that lets the account's alarms publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const endpoint of notify[severity] ?? [])
      topic.addSubscription(
        endpoint.startsWith('https://') ? new UrlSubscription(endpoint) : new EmailSubscription(endpoint),
      );
    return topic;
  }
}
