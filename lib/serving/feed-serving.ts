/** What one feed serves its bars with. */
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { follow } from '../settings/follow.ts';
import { sinkOf } from '../settings/sink-settings.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';
import { Archive } from './archive.ts';
import { BarStore } from './bar-store.ts';
import { Latest } from './latest.ts';

export interface FeedServingProps {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
}

export class FeedServing extends Construct {
  /** Absent where the feed keeps no bars. */
  readonly store?: BarStore;
  /** Absent where the feed keeps no latest bars in Redis. */
  readonly latest?: Latest;
  /** Absent where the feed archives none. */
  readonly archive?: Archive;

  constructor(scope: Construct, id: string, { environment, storage }: FeedServingProps) {
    super(scope, id);
    const { store, archive } = storage;
    if (store) this.store = new BarStore(this, 'BarStore', { environment, storage, table: store });
    const redis = sinkOf(storage.feed, 'redis');
    if (storage.feed.latest && redis)
      this.latest = new Latest(this, 'Latest', { environment, storage, redis });
    if (archive) this.archive = new Archive(this, 'Archive', { environment, storage, archive });
    follow(this, [storage]);
  }
}
