/** What one feed serves its bars with. */
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { follow } from '../settings/follow.ts';
import type { FeedStorage } from '../storage/feed-storage.ts';
import { BarStore } from './bar-store.ts';

export interface FeedServingProps {
  readonly environment: Environment;
  readonly storage: FeedStorage;
}

export class FeedServing extends Construct {
  /** Absent where the feed keeps no bars. */
  readonly store?: BarStore;

  constructor(scope: Construct, id: string, { environment, storage }: FeedServingProps) {
    super(scope, id);
    const { store } = storage;
    if (store) this.store = new BarStore(this, 'BarStore', { environment, storage, table: store });
    follow(this, [storage]);
  }
}
