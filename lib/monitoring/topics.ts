/** Where alarms are sent: a topic per severity, with the subscribers that the environment names. */
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Environment, Severity } from '../environment.ts';
import { stageOf } from '../stage-of.ts';

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
    for (const endpoint of notify[severity] ?? [])
      topic.addSubscription(
        endpoint.startsWith('https://') ? new UrlSubscription(endpoint) : new EmailSubscription(endpoint),
      );
    return topic;
  }
}
