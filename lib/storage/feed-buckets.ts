/** The buckets of a feed: what each holds, for how long, and what its writer may do. */
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import type { FeedWithDefaults } from '../settings/feed-defaults.ts';
import { sinkOf } from '../settings/sink-settings.ts';
import { SEE, WrittenBucket } from './written-bucket.ts';

/** Where the archive keeps a feed's bars: Parquet files, a folder a timeframe and day, for as long as the bucket stands. */
export function archiveBucket(scope: Construct, environment: Environment, feed: FeedWithDefaults) {
  return new WrittenBucket(scope, 'Archive', {
    environment,
    writes: 'Writes the days of the archive',
    prefix: `feed=${feed.name}/`,
    rights: [{ of: 'objects', actions: ['s3:GetObject', 's3:PutObject'] }, SEE],
    named: 'A file is named after its timeframe and day, under this one prefix.',
    unlogged: 'One function writes a dozen objects a day',
  });
}

/** Where Lambda leaves the batches that it gave up on, whole, so that they can be processed again: as long as the quarantine keeps what it refused. */
export function failureBucket(scope: Construct, environment: Environment) {
  return new WrittenBucket(scope, 'Failures', {
    environment,
    keepFor: Duration.days(30),
    writes: 'Lets Lambda file the batches that it gave up on',
    prefix: 'aws/lambda/',
    rights: [SEE, { of: 'objects', actions: ['s3:PutObject'] }],
    named: 'Lambda names the objects itself, by mapping, shard and time, under this one prefix.',
    unlogged: 'Only Lambda writes here, and only when it gives up a batch',
  });
}

/** Where the daily comparison with the vendor leaves its reports: one a day, `reconcile/<feed>/<date>.json`, kept for a little over a year. */
export function reportBucket(scope: Construct, environment: Environment, feed: FeedWithDefaults) {
  return new WrittenBucket(scope, 'Reports', {
    environment,
    keepFor: Duration.days(400),
    writes: 'Leaves reports of the comparison with the vendor',
    prefix: `reconcile/${feed.name}/`,
    rights: [{ of: 'objects', actions: ['s3:GetObject', 's3:PutObject'] }, SEE],
    named: 'A report is named after its day, under this one prefix.',
    unlogged: 'One function writes one object a day',
  });
}

/** Where the sink `s3` writes what is passed on; undefined where the feed has none, or writes to a bucket that is there already. */
export function objectBucket(scope: Construct, environment: Environment, feed: FeedWithDefaults) {
  const sink = sinkOf(feed, 's3');
  if (sink === undefined || sink.bucket !== undefined) return undefined;
  const { keepFor, prefix } = sink;
  return new WrittenBucket(scope, 'Objects', {
    ...{ environment, keepFor, rights: [SEE, { of: 'objects', actions: OBJECT_ACTIONS }] },
    writes: 'Writes what the feed passes on',
    prefix: prefix === undefined ? '' : `${prefix}/`,
    named: 'An object is named after its channel, window and writer.',
    unlogged: 'One task writes here, and nothing that is a secret',
  });
}

/** What writing objects in parts, and taking a marker back, needs. */
export const OBJECT_ACTIONS: readonly string[] = ['s3:PutObject', 's3:DeleteObject'];
