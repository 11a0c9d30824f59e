/** What an ingester needs to pass events on: what it is told of channels and sinks, secrets, rights, and ports that lead out. */
import { Secret } from 'aws-cdk-lib/aws-ecs';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret as StoredSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration, Size, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import {
  eventsEnv,
  passedOnEnv,
  redisEnv,
  s3Env,
  sinkEnv,
  takingEnv,
  zmqEnv,
} from '../../runtime/platform/sink-names.ts';
import type { FeedWithDefaults } from '../settings/feed-defaults.ts';
import { followers, ownTopics } from '../settings/feed-symbols.ts';
import { PART } from '../settings/sink-faults.ts';
import { DEFAULT_PORT, type S3Sink, type SinkSettings, sinkOf } from '../settings/sink-settings.ts';
import { OBJECT_ACTIONS } from '../storage/feed-buckets.ts';
import type { FeedStorage } from '../storage/feed-storage.ts';
import { SEE } from '../storage/written-bucket.ts';
import type { Exit } from './leased-service.ts';

/** Nothing where a feed brings minutes alone and passes nothing on: the ingester takes that for granted. */
export function passingVariables(storage: FeedStorage, folder: string): Record<string, string> {
  const { feed } = storage;
  const follow = followers(feed).join(',');
  const own = ownTopics(feed);
  return {
    ...(follow !== 'minutes' && { [passedOnEnv.channels]: follow }),
    ...(own.length > 0 && { [passedOnEnv.subscription]: own.join(',') }),
    ...(feed.sinks.length > 0 && { [sinkEnv.sink]: feed.sinks.map(({ kind }) => kind).join(',') }),
    ...Object.assign({}, ...feed.sinks.map(sink => sinkVariables(sink, storage, folder))),
  };
}

function sinkVariables(
  sink: SinkSettings,
  { events, objects }: FeedStorage,
  folder: string,
): Record<string, string> {
  const { kind, include, sampleQuotes, withoutConditions } = sink;
  const names = takingEnv[kind];
  return {
    ...(include && { [names.include]: include.join(',') }),
    ...(sampleQuotes !== undefined && { [names.sampleQuotes]: `${sampleQuotes}` }),
    ...(withoutConditions && { [names.withoutConditions]: withoutConditions.join(',') }),
    ...(kind === 'zmq' && { [zmqEnv.endpoint]: sink.endpoint }),
    ...(kind === 'events' && events && { [eventsEnv.stream]: events.stream.streamName }),
    ...(kind === 's3' && objectVariables(sink, sink.bucket ?? objects?.bucket.bucketName ?? '', folder)),
  };
}

function objectVariables(sink: S3Sink, bucket: string, folder: string): Record<string, string> {
  const { prefix, window = Duration.minutes(15), maxObject = Size.gibibytes(1), marker = false } = sink;
  return {
    [s3Env.bucket]: bucket,
    ...(prefix !== undefined && { [s3Env.prefix]: prefix }),
    [s3Env.windowMinutes]: `${window.toMinutes()}`,
    [s3Env.maxObjectBytes]: `${maxObject.toBytes()}`,
    [s3Env.partSizeBytes]: `${sink.part?.toBytes() ?? PART.least}`,
    [s3Env.useMarker]: `${marker}`,
    [s3Env.folder]: `${folder}/objects`,
  };
}

/** The server's address holds a password: it comes from Secrets Manager, as the vendor's key does. */
export function passingSecrets(scope: Construct, feed: FeedWithDefaults): Record<string, Secret> {
  const redis = sinkOf(feed, 'redis');
  if (redis === undefined) return {};
  const { urlSecret, tokenSecret } = redis;
  const stored = (id: string, name: string) =>
    Secret.fromSecretsManager(StoredSecret.fromSecretNameV2(scope, id, name));
  return {
    [redisEnv.url]: stored('RedisUrl', urlSecret),
    ...(tokenSecret !== undefined && { [redisEnv.token]: stored('RedisToken', tokenSecret) }),
  };
}

/** What writing to the sinks takes. */
export function permitPassing(scope: Construct, role: IRole, storage: FeedStorage): void {
  const { feed, events, objects } = storage;
  events?.stream.grant(role, 'kinesis:ListShards', 'kinesis:PutRecords');
  if (objects) role.addManagedPolicy(objects.writer);
  const { bucket, prefix } = sinkOf(feed, 's3') ?? {};
  if (bucket === undefined) return;
  const below = `${prefix === undefined ? '' : `${prefix}/`}*`;
  const there = Bucket.fromBucketName(scope, 'Objects', bucket);
  for (const [actions, resource] of [
    [OBJECT_ACTIONS, there.arnForObjects(below)],
    [SEE.actions, there.bucketArn],
  ] as const)
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${bucket}/${below}]`,
    reason: 'An object is named after its channel, window and writer.',
  });
}

/** Where it must be able to go beside the vendor and AWS. */
export function exitsOf(feed: FeedWithDefaults): Exit[] {
  return feed.sinks.flatMap((sink): Exit[] => {
    if (sink.kind === 'redis') return [{ port: sink.port ?? DEFAULT_PORT, to: ANYWHERE, what: 'Redis' }];
    if (sink.kind !== 'zmq') return [];
    const { hostname, port } = new URL(sink.endpoint);
    const isAddress = /^[\d.]+$/.test(hostname);
    return [{ port: Number(port), to: isAddress ? `${hostname}/32` : ANYWHERE, what: 'ZeroMQ' }];
  });
}

/** A name may stand for any address, and does not say for which. */
const ANYWHERE = '0.0.0.0/0';
