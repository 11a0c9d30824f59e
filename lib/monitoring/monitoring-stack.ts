/** What watches: per feed the functions that measure and compare, and the alarms; per environment the API's alarms, topics and dashboard. */
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { PipelineStack } from '../pipeline/pipeline-stack.ts';
import type { ServingStack } from '../serving/serving-stack.ts';
import type { Environment } from '../settings/environment.ts';
import { follow } from '../settings/follow.ts';
import { API } from '../settings/names.ts';
import { stackProps } from '../settings/stage.ts';
import { keepsMinutes } from '../storage/feed-storage.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { ApiAlarms } from './api-alarms.ts';
import { ApiQueries } from './api-queries.ts';
import { EnvironmentDashboard } from './dashboard.ts';
import { FeedMonitoring } from './feed-monitoring.ts';
import { PassedOnMonitoring } from './passed-on-monitoring.ts';
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
      if (!runs) throw new Error(`feed '${feed.node.id}' has storage, but nothing runs it`);
      const all = { environment, topics, pipeline: runs };
      if (!keepsMinutes(feed)) return new PassedOnMonitoring(this, feed.node.id, { ...all, storage: feed });
      const serves = serving.feeds.find(({ node }) => node.id === feed.node.id);
      const { rollup } = runs;
      if (!serves || !rollup)
        throw new Error(
          `feed '${feed.node.id}' has streams, but nothing rolls its minutes up or serves its bars`,
        );
      return new FeedMonitoring(this, feed.node.id, { ...all, storage: feed, rollup, serving: serves });
    });
    const { api } = serving;
    const watched = api && new ApiAlarms(this, API, { environment, topics, api });
    if (api && watched) follow(watched, [api]);
    if (api) follow(new ApiQueries(this, 'ApiQueries', api), [api]);
    const dashboard = new EnvironmentDashboard(this, 'Dashboard', {
      environment,
      feeds,
      ...(watched && { api: watched }),
    });
    const shown = [...storage.feeds, ...pipeline.feeds, ...serving.feeds];
    follow(dashboard, api ? [...shown, api] : shown);
  }
}
