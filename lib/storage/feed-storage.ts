/** What one feed keeps: its two streams, the roll-up's log, the ingester's lease, and what could not be processed. */

import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { expiryAttribute, keyAttributes } from '../../runtime/tables/names.ts';
import type { Environment } from '../settings/environment.ts';
import type { FeedWithDefaults } from '../settings/feed-defaults.ts';
import { shardsOf } from '../settings/size-faults.ts';
import { removalPolicy } from '../settings/stage.ts';
import { ArchiveBucket } from './archive-bucket.ts';
import { FailureBucket } from './failure-bucket.ts';
import { PublishedStream } from './published-stream.ts';
import { ReadersKey } from './readers-key.ts';
import { ReportBucket } from './report-bucket.ts';

export interface FeedStorageProps {
  readonly environment: Environment;
  readonly feed: FeedWithDefaults;
}

const partitionKey = { name: keyAttributes.partition, type: AttributeType.STRING };
const sortKey = { name: keyAttributes.sort, type: AttributeType.STRING };

export class FeedStorage extends Construct {
  readonly feed: FeedWithDefaults;
  /** Minute bars, coverage marks and watermarks. */
  readonly minutes: PublishedStream;
  /** Rolled-up bars, 5m to 4h. */
  readonly bars: PublishedStream;
  /** The roll-up's append-only log per slot and block. */
  readonly state: Table;
  /** Which ingester may connect to the vendor, and what it leaves to the next: symbols, and minutes that are still missing. */
  readonly lease: Table;
  /** What the monitor remembers from one look to the next. */
  readonly monitor: Table;
  /** Bars by symbol, timeframe and start, and which symbols there are; absent where the feed keeps no bars. */
  readonly store?: Table;
  /** Data that was refused: raw bytes, reason and where it was found. */
  readonly quarantine: Table;
  /** Reports of the daily comparison with the vendor. */
  readonly reports: ReportBucket;
  /** The bars of all days as files; absent where the feed archives none. */
  readonly archive?: ArchiveBucket;
  /** Batches that Lambda gave up on, whole. */
  readonly failures: FailureBucket;

  constructor(scope: Construct, id: string, { environment, feed }: FeedStorageProps) {
    super(scope, id);
    this.feed = feed;
    const readersKey =
      feed.readers.length > 0 ? new ReadersKey(this, 'ReadersKey', { environment, feed }) : undefined;
    const encryptionKey = readersKey?.key;
    const shards = shardsOf(feed.shards);
    const stream = (id: 'Minutes' | 'Bars', count: number) =>
      new PublishedStream(this, id, { environment, feed, encryptionKey, shards: count });
    this.minutes = stream('Minutes', shards.minutes);
    this.bars = stream('Bars', shards.bars);

    // Encrypted without being told: DynamoDB encrypts every table, by default under a key that AWS owns, free of charge.
    // A key in the account would add a log of its uses, at a price per request, to data that holds no secret.
    const table = {
      partitionKey,
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: removalPolicy(environment),
      deletionProtection: environment.removal === 'retain',
    };
    this.state = new Table(this, 'State', { ...table, sortKey, timeToLiveAttribute: expiryAttribute });
    this.lease = new Table(this, 'Lease', table);
    this.monitor = new Table(this, 'Monitor', { ...table, timeToLiveAttribute: expiryAttribute });
    this.quarantine = new Table(this, 'Quarantine', {
      ...table,
      sortKey,
      timeToLiveAttribute: expiryAttribute,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    if (feed.store)
      this.store = new Table(this, 'Store', {
        ...table,
        sortKey,
        timeToLiveAttribute: expiryAttribute,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: environment.removal === 'retain' },
      });
    this.failures = new FailureBucket(this, 'Failures', { environment });
    this.reports = new ReportBucket(this, 'Reports', { environment, feed });
    if (feed.archive) this.archive = new ArchiveBucket(this, 'Archive', { environment, feed });
    // A table that refuses deletion would also refuse it to a creation that is rolled back: nothing that can fail comes after it.
    if (table.deletionProtection)
      for (const last of this.tables)
        last.node.addDependency(
          ...[this.minutes, this.bars, this.failures, this.reports],
          ...(this.archive ? [this.archive] : []),
          ...(readersKey ? [readersKey] : []),
        );

    this.#explain(environment);
  }

  get tables(): readonly Table[] {
    return [this.state, this.lease, this.monitor, this.quarantine, ...(this.store ? [this.store] : [])];
  }

  /** Why the rules of the checks do not hold for some tables. */
  #explain(environment: Environment): void {
    Validations.of(this.state).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'The log is kept for 8 days and follows the minutes stream. Restored to an earlier moment it would contradict bars ' +
        'that are already published; a lost log is rebuilt by publishing the minutes again.',
    });
    if (this.store && environment.removal !== 'retain')
      Validations.of(this.store).acknowledge({
        id: 'AwsSolutions-DDB3',
        reason:
          'Where data may go with the stack it need not be restored: an import of the minutes makes the bars anew.',
      });
    Validations.of(this.monitor).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'It holds what is usual on a trading day and learns it anew within five sessions.',
    });
    Validations.of(this.lease).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'Its item is renewed every few seconds: an older one would let two ingesters connect. What else it holds is declared on the stream, too.',
    });
  }
}
