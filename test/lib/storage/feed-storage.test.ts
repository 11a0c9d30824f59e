/** What a feed keeps, and on which terms. */
import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { Duration } from 'aws-cdk-lib/core';
import { least, synthesized } from '../synthesized.ts';

const [feed] = least.feeds;
const { storage } = synthesized({
  ...least,
  feeds: feed ? [{ ...feed, shards: 8 }] : [],
  streamRetention: Duration.days(3),
});

describe('the streams of a feed', () => {
  test('have the shards and the retention that the environment asks for, and are encrypted', () => {
    storage.resourceCountIs('AWS::Kinesis::Stream', 2);
    storage.allResourcesProperties('AWS::Kinesis::Stream', {
      ShardCount: 8,
      RetentionPeriodHours: 72,
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    });
  });

  test('have as many shards each as the feed asks for where it tells them apart', () => {
    const feeds = least.feeds.map(each => ({ ...each, shards: { minutes: 4, bars: 2 } }));
    const streams = synthesized({ ...least, feeds }).storage.findResources('AWS::Kinesis::Stream');
    const counts = Object.entries(streams).map(([id, { Properties }]) => [
      id.replace(/Stream.*/, ''),
      Properties.ShardCount,
    ]);
    expect(Object.fromEntries(counts)).toEqual({ StocksMinutes: 4, StocksBars: 2 });
  });

  test.each(['Minutes', 'Bars'])(
    'announce the name and the ARN of %s as outputs and as parameters',
    stream => {
      const [id] = Object.keys(storage.findResources('AWS::Kinesis::Stream')).filter(key =>
        key.includes(stream),
      );
      storage.hasOutput(`Stocks${stream}StreamName`, { Value: { Ref: id } });
      storage.hasOutput(`Stocks${stream}StreamArn`, { Value: { 'Fn::GetAtt': [id, 'Arn'] } });
      for (const [name, Value] of [
        ['name', { Ref: id }],
        ['arn', { 'Fn::GetAtt': [id, 'Arn'] }],
      ])
        storage.hasResourceProperties('AWS::SSM::Parameter', {
          Name: `/barflow/test/stocks/${stream.toLowerCase()}-stream-${name}`,
          Value,
        });
    },
  );
});

describe('the tables of a feed', () => {
  const hash = { AttributeName: 'pk', KeyType: 'HASH' };
  const range = { AttributeName: 'sk', KeyType: 'RANGE' };

  test.each([
    { table: 'State', keys: [hash, range], expires: true, restorable: false },
    { table: 'Lease', keys: [hash], expires: false, restorable: false },
    { table: 'Quarantine', keys: [hash, range], expires: true, restorable: true },
  ])('hold $table', ({ table, keys, expires, restorable }) => {
    const [found] = Object.entries(storage.findResources('AWS::DynamoDB::Table')).filter(([id]) =>
      id.startsWith(`Stocks${table}`),
    );
    expect(found?.[1]['Properties']).toMatchObject({ KeySchema: keys, BillingMode: 'PAY_PER_REQUEST' });
    expect(found?.[1]['Properties'].TimeToLiveSpecification).toEqual(
      expires ? { AttributeName: 'expires', Enabled: true } : undefined,
    );
    expect(found?.[1]['Properties'].PointInTimeRecoverySpecification).toEqual(
      restorable ? { PointInTimeRecoveryEnabled: true } : undefined,
    );
  });
});

describe('the failure bucket of a feed', () => {
  test('is private and encrypted, and forgets after 30 days', () => {
    storage.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: Match.objectLike({}),
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 30, Status: 'Enabled' })] },
    });
  });

  test('refuses whoever comes without TLS', () => {
    storage.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });
});
