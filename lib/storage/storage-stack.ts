/** What must not be lost: streams, state and whatever could not be processed, feed by feed. */
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { withFeedDefaults } from '../settings/feed-defaults.ts';
import { feedId } from '../settings/names.ts';
import { stackProps } from '../settings/stage.ts';
import { boundEmptier } from './emptied-buckets.ts';
import { FeedStorage, keepsMinutes, type MinutesStorage } from './feed-storage.ts';

export interface StorageStackProps {
  readonly environment: Environment;
}

export class StorageStack extends Stack {
  /** One per feed of the environment, in its order. */
  readonly feeds: readonly FeedStorage[];

  constructor(scope: Construct, id: string, { environment }: StorageStackProps) {
    super(scope, id, {
      ...stackProps('what must not be lost'),
      // Here alone: what runs, serves and watches can be made again, and a first deployment that fails must be able to go.
      terminationProtection: environment.removal === 'retain',
    });
    this.feeds = environment.feeds.map(
      feed => new FeedStorage(this, feedId(feed), { environment, feed: withFeedDefaults(feed) }),
    );
    boundEmptier(this, environment);
  }

  /** Those of the feeds that bring minutes. */
  get ofMinutes(): readonly MinutesStorage[] {
    return this.feeds.filter(keepsMinutes);
  }
}
