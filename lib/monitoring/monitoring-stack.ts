/** What watches: per feed the functions that measure and compare, and the alarms; per environment topics and dashboard. */
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { PipelineStack } from '../pipeline/pipeline-stack.ts';
import type { ServingStack } from '../serving/serving-stack.ts';
import type { Environment } from '../settings/environment.ts';
import { follow } from '../settings/follow.ts';
import { stackProps } from '../settings/stage.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { ApiQueries } from './api-queries.ts';
import { EnvironmentDashboard } from './dashboard.ts';
import { FeedMonitoring } from './feed-monitoring.ts';
import { Topics } from './topics.ts';

export interface MonitoringStackProps {
  readonly environment: Environment;
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
  readonly serving: ServingStack;
}

export class MonitoringStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { environment, storage, pipeline, serving }: MonitoringStackProps,
  ) {
    super(scope, id, stackProps('what watches'));
    const topics = new Topics(this, 'Topics', { environment });
    const feeds = storage.feeds.map(feed => {
      const runs = pipeline.feeds.find(({ node }) => node.id === feed.node.id);
      const serves = serving.feeds.find(({ node }) => node.id === feed.node.id);
      if (!runs || !serves)
        throw new Error(`feed '${feed.node.id}' has storage, but nothing runs or serves it`);
      const parts = { storage: feed, pipeline: runs, serving: serves };
      return new FeedMonitoring(this, feed.node.id, { environment, topics, ...parts });
    });
    if (serving.api) follow(new ApiQueries(this, 'ApiQueries', serving.api), [serving.api]);
    const dashboard = new EnvironmentDashboard(this, 'Dashboard', { environment, feeds });
    follow(dashboard, [...storage.feeds, ...pipeline.feeds, ...serving.feeds]);
  }
}
