/** Streams that other accounts read: who may do what with them and with their key. */
import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import type { Environment } from '../../../lib/settings/environment.ts';
import { testProperties } from '../environment-properties.ts';
import { faultsOf, faultsOfFeed, feed } from '../support/faults.ts';
import { least, synthesized } from '../synthesized.ts';

const READERS = ['111122223333', '444455556666'];
const shared: Environment = {
  ...least,
  account: '999999999999',
  region: 'eu-central-1',
  feeds: [{ ...feed, readers: READERS }],
  removal: 'retain',
};

testProperties({ shared });

/** The accounts, as policies name them. */
const accounts = READERS.map(account => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]],
}));

describe('a feed with readers', () => {
  const { storage, serving } = synthesized(shared);
  const [key = ''] = Object.keys(storage.findResources('AWS::KMS::Key'));
  const keyArn = { 'Fn::GetAtt': [key, 'Arn'] };

  test('encrypts both streams under one key of its own, which AWS renews', () => {
    storage.resourceCountIs('AWS::KMS::Key', 1);
    storage.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    storage.allResourcesProperties('AWS::Kinesis::Stream', {
      StreamEncryption: { EncryptionType: 'KMS', KeyId: keyArn },
    });
    storage.hasOutput('StocksReadersKeyArn', { Value: keyArn });
  });

  test('lets its readers do what reading takes on each stream, and nothing else', () => {
    const policies = Object.values(storage.findResources('AWS::Kinesis::ResourcePolicy'));
    const statements = policies.map(({ Properties: { ResourceArn, ResourcePolicy } }) => {
      expect(ResourcePolicy.Statement).toEqual([
        {
          Effect: 'Allow',
          Principal: { AWS: accounts },
          Action: [
            'kinesis:DescribeStream',
            'kinesis:DescribeStreamSummary',
            'kinesis:GetRecords',
            'kinesis:GetShardIterator',
            'kinesis:ListShards',
          ],
          Resource: ResourceArn,
        },
      ]);
      return ResourceArn['Fn::GetAtt'];
    });
    const streams = Object.keys(storage.findResources('AWS::Kinesis::Stream'));
    expect(statements.toSorted()).toEqual(streams.map(id => [id, 'Arn']).toSorted());
  });

  test('lets Kinesis use the key for them to read, and for the own account to read and to put', () => {
    const [policy] = Object.values(storage.findResources('AWS::KMS::Key'));
    const [owner, ...others] = policy?.['Properties'].KeyPolicy.Statement ?? [];
    expect(owner).toMatchObject({ Action: 'kms:*', Resource: '*' });
    expect(JSON.stringify(owner.Principal)).toContain(':iam::999999999999:root');
    const viaService = { 'kms:ViaService': 'kinesis.eu-central-1.amazonaws.com' };
    expect(others).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:CallerAccount': '999999999999', ...viaService } },
      },
      {
        Effect: 'Allow',
        Principal: { AWS: accounts },
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringEquals: viaService },
      },
    ]);
  });

  test('changes with its key what names it in other stacks', () => {
    serving.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: { 'Fn::GetStackOutput': Match.objectLike({ StackName: 'barflow-test-Storage' }) },
          },
        ]),
      }),
    });
  });
});

test('a feed without readers has no key of its own, and no policy lets anybody else read', () => {
  const { storage } = synthesized({ ...least, feeds: [{ ...feed, readers: [] }] });
  expect(storage.toJSON()).toEqual(synthesized(least).storage.toJSON());
  for (const type of ['AWS::KMS::Key', 'AWS::Kinesis::ResourcePolicy']) storage.resourceCountIs(type, 0);
});

describe('readers that cannot be', () => {
  const use = 'use accounts, each twelve digits in quotes';

  test.each([
    ['111122223333', "feeds[0].readers is '111122223333': use a list of accounts"],
    [['1111-2222-3333'], `feeds[0].readers is '1111-2222-3333': ${use}`],
    [[111_122_223_333], `feeds[0].readers is 111122223333: ${use}`],
    [
      ['arn:aws:iam::111122223333:role/reader'],
      `feeds[0].readers is 'arn:aws:iam::111122223333:role/reader': ${use}`,
    ],
    [['*'], `feeds[0].readers is '*': ${use}`],
    [[...READERS, ...READERS.slice(1)], "feeds[0].readers is '444455556666': use each of them once"],
  ])('%j are refused', (readers, line) => expect(faultsOfFeed({ readers })).toEqual([line]));

  test('are refused when they are the account of the environment itself', () => {
    expect(faultsOf({ account: READERS[0], feeds: [{ ...feed, readers: READERS }] })).toEqual([
      "feeds[0].readers is '111122223333': use other accounts: roles of the environment's own read without it",
    ]);
  });
});
