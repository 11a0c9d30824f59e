/** What serves: per feed the store of its bars, and for all feeds one API that answers from them. */
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { API } from '../settings/names.ts';
import { stackProps } from '../settings/stage.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { FeedServing } from './feed-serving.ts';
import { QueryApi } from './query-api.ts';

export interface ServingStackProps {
  readonly environment: Environment;
  readonly storage: StorageStack;
}

export class ServingStack extends Stack {
  /** One per feed of the environment that brings minutes, in its order. */
  readonly feeds: readonly FeedServing[];
  /** Absent where no feed keeps bars. */
  readonly api?: QueryApi;

  constructor(scope: Construct, id: string, { environment, storage }: ServingStackProps) {
    super(scope, id, stackProps('what serves bars'));
    this.feeds = storage.ofMinutes.map(
      feed => new FeedServing(this, feed.node.id, { environment, storage: feed }),
    );
    const kept = storage.ofMinutes.filter(({ store }) => store !== undefined);
    if (kept.length > 0) this.api = new QueryApi(this, API, { environment, feeds: kept });
  }
}
