/** What one feed keeps: its streams, the roll-up's log, the ingester's lease, what could not be processed, and what its sinks write to. */

import { AttributeType, BillingMode, Table, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { expiryAttribute, keyAttributes } from '../../runtime/tables/names.ts';
import type { Environment } from '../settings/environment.ts';
import type { FeedWithDefaults } from '../settings/feed-defaults.ts';
import { bringsMinutes } from '../settings/feed-symbols.ts';
import { sinkOf } from '../settings/sink-settings.ts';
import { shardsOf } from '../settings/size-faults.ts';
import { removalPolicy } from '../settings/stage.ts';
import { archiveBucket, failureBucket, objectBucket, reportBucket } from './feed-buckets.ts';
import { PublishedStream } from './published-stream.ts';
import { ReadersKey } from './readers-key.ts';
import { explainTables } from './restorable-tables.ts';
import type { WrittenBucket } from './written-bucket.ts';

export interface FeedStorageProps {
  readonly environment: Environment;
  readonly feed: FeedWithDefaults;
}

const partitionKey = { name: keyAttributes.partition, type: AttributeType.STRING };
/** A table whose items are sorted, and go when their time has come. */
export const sortedAndGone = {
  sortKey: { name: keyAttributes.sort, type: AttributeType.STRING },
  timeToLiveAttribute: expiryAttribute,
};

export class FeedStorage extends Construct {
  readonly feed: FeedWithDefaults;
  /** Minute bars, coverage marks and watermarks. This and what else is made of minutes is absent where the feed brings none. */
  readonly minutes?: PublishedStream;
  /** Rolled-up bars, 5m to 4h. */
  readonly bars?: PublishedStream;
  /** The roll-up's append-only log per slot and block. */
  readonly state?: Table;
  /** Which ingester may connect to the vendor, and what it leaves to the next: symbols, and minutes that are still missing. */
  readonly lease: Table;
  /** What the monitor remembers from one look to the next. */
  readonly monitor?: Table;
  /** Bars by symbol, timeframe and start, and which symbols there are; absent where the feed keeps no bars. */
  readonly store?: Table;
  /** Data that was refused: raw bytes, reason and where it was found. */
  readonly quarantine: Table;
  /** Reports of the daily comparison with the vendor. */
  readonly reports?: WrittenBucket;
  /** The bars of all days as files; absent where the feed archives none. */
  readonly archive?: WrittenBucket;
  /** Batches that Lambda gave up on, whole. */
  readonly failures?: WrittenBucket;
  /** What the sink `events` puts; absent where the feed has none. */
  readonly events?: PublishedStream;
  /** What the sink `s3` writes; absent where the feed has none, or writes to a bucket that is there already. */
  readonly objects?: WrittenBucket;
  /** What happened in every session; absent where the feed brings no minutes. */
  readonly sessions?: Table;
  readonly #props: FeedStorageProps;

  /** In an order that stays as it is: what reads these is told by a digest when one of them is replaced. */
  constructor(scope: Construct, id: string, props: FeedStorageProps) {
    super(scope, id);
    const { environment, feed } = props;
    this.feed = feed;
    this.#props = props;
    const promises = bringsMinutes(feed);
    const key = feed.readers.length > 0 ? new ReadersKey(this, 'ReadersKey', props).key : undefined;
    if (promises) {
      const shards = shardsOf(feed.shards);
      this.minutes = this.#stream('Minutes', shards.minutes, key);
      this.bars = this.#stream('Bars', shards.bars, key);
      this.state = this.#table('State', sortedAndGone);
    }
    this.lease = this.#table('Lease');
    if (promises) this.monitor = this.#table('Monitor', { timeToLiveAttribute: expiryAttribute });
    this.quarantine = this.#table('Quarantine', { ...sortedAndGone, ...restorable(true) });
    if (promises) {
      const isRestorable = environment.removal === 'retain';
      if (feed.store) this.store = this.#table('Store', { ...sortedAndGone, ...restorable(isRestorable) });
      this.failures = failureBucket(this, environment);
      this.reports = reportBucket(this, environment, feed);
      if (feed.archive) this.archive = archiveBucket(this, environment, feed);
    }
    const events = sinkOf(feed, 'events');
    if (events) this.events = this.#stream('Events', events.shards ?? 1, key);
    const objects = objectBucket(this, environment, feed);
    if (objects) this.objects = objects;
    if (promises) this.sessions = this.#table('Sessions', { ...sortedAndGone, ...restorable(true) });
    if (environment.removal === 'retain') this.#protectTables();
    explainTables(this, environment);
  }

  #stream(id: 'Minutes' | 'Bars' | 'Events', shards: number, encryptionKey: IKey | undefined) {
    return new PublishedStream(this, id, { ...this.#props, encryptionKey, shards });
  }

  /**
   * Encrypted without being told: DynamoDB encrypts every table, by default under a key that AWS owns, free of charge.
   * A key in the account would add a log of its uses, at a price per request, to data that holds no secret.
   */
  #table(id: string, props: Partial<TableProps> = {}): Table {
    const { environment } = this.#props;
    return new Table(this, id, {
      partitionKey,
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: removalPolicy(environment),
      deletionProtection: environment.removal === 'retain',
      ...props,
    });
  }

  /** A table that refuses deletion would also refuse it to a creation that is rolled back: nothing that can fail comes after it. */
  #protectTables(): void {
    const { children } = this.node;
    const others = children.filter(child => !(child instanceof Table));
    for (const table of children) if (table instanceof Table) table.node.addDependency(...others);
  }
}

function restorable(pointInTimeRecoveryEnabled: boolean) {
  return { pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled } };
}

/** That of a feed which brings minutes. */
export type MinutesStorage = FeedStorage &
  Required<Pick<FeedStorage, 'minutes' | 'bars' | 'state' | 'monitor' | 'reports' | 'failures' | 'sessions'>>;

export function keepsMinutes(storage: FeedStorage): storage is MinutesStorage {
  return storage.minutes !== undefined;
}
