/** What serves: per feed the store of its bars. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { stackProps } from '../settings/stage.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { FeedServing } from './feed-serving.ts';

export interface ServingStackProps {
  readonly environment: Environment;
  readonly storage: StorageStack;
}

export class ServingStack extends Stack {
  /** One per feed of the environment, in its order. */
  readonly feeds: readonly FeedServing[];

  constructor(scope: Construct, id: string, { environment, storage }: ServingStackProps) {
    super(scope, id, stackProps(environment, 'what serves bars'));
    this.feeds = storage.feeds.map(
      feed => new FeedServing(this, feed.node.id, { environment, storage: feed }),
    );
  }
}
