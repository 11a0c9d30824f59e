/** What one feed runs: the ingester, and behind the minutes stream the roll-up. */
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { follow } from '../settings/follow.ts';
import { type FeedStorage, keepsMinutes } from '../storage/feed-storage.ts';
import { Ingester } from './ingester.ts';
import type { Network } from './network.ts';
import { Rollup } from './rollup.ts';

export interface FeedPipelineProps {
  readonly environment: Environment;
  readonly network: Network;
  readonly storage: FeedStorage;
}

export class FeedPipeline extends Construct {
  readonly ingester: Ingester;
  /** Absent where the feed brings no minutes. */
  readonly rollup?: Rollup;

  constructor(scope: Construct, id: string, { environment, network, storage }: FeedPipelineProps) {
    super(scope, id);
    this.ingester = new Ingester(this, 'Ingester', { environment, network, storage });
    if (keepsMinutes(storage)) this.rollup = new Rollup(this, 'Rollup', { environment, storage });
    follow(this, [storage]);
  }
}
