/** What runs: per feed an ingester, and where it publishes minutes a roll-up that turns them into bars. */
import { Fn, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { stackProps } from '../settings/stage.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { FeedPipeline } from './feed-pipeline.ts';
import { Network } from './network.ts';

export interface PipelineStackProps {
  readonly environment: Environment;
  readonly storage: StorageStack;
}

export class PipelineStack extends Stack {
  /** One per feed of the environment, in its order. */
  readonly feeds: readonly FeedPipeline[];

  constructor(scope: Construct, id: string, { environment, storage }: PipelineStackProps) {
    super(scope, id, stackProps('what runs'));
    const network = new Network(this, 'Network', { environment });
    this.feeds = storage.feeds.map(
      feed => new FeedPipeline(this, feed.node.id, { environment, network, storage: feed }),
    );
  }

  /** Left to the deployment also where account and region are known: synth would have to ask the account. */
  override get availabilityZones(): string[] {
    const zones = Fn.getAzs();
    return [Fn.select(0, zones), Fn.select(1, zones)];
  }
}
