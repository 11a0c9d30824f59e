/** The function of the latest bars: where it is, what wakes it up, what it may do, and where it is not. */
import { expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import type { Environment } from '../../../lib/settings/environment.ts';
import { synthesized, whole } from '../synthesized.ts';

const [feed] = whole.feeds;
if (feed === undefined) throw new Error('no feed');
const sinks = [{ kind: 'redis', urlSecret: 'redis/url', tokenSecret: 'redis/token' }] as const;
const of = (changes: object): Environment => ({
  ...whole,
  feeds: [{ ...feed, channels: ['minutes'], sinks, ...changes }],
});

test('it gets the 5m bars alone, for as long as the stream has them, and what it gives up is filed', () => {
  const { serving, findings } = synthesized(of({}));
  expect(findings).toEqual([]);
  serving.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    FilterCriteria: { Filters: [{ Pattern: '{"data":{"type":["bar"],"timeframe":["5m"]}}' }] },
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRetryAttempts: -1,
    MaximumRecordAgeInSeconds: 23.75 * 3600,
    DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    FunctionName: { Ref: Match.stringLikeRegexp('^StocksLatestFunction') },
  });
});

test('it is told the names of secrets and not what they hold, and may read these alone', () => {
  const { serving } = synthesized(of({}));
  serving.hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'latest.handler',
    Environment: {
      Variables: {
        ENVIRONMENT: 'test',
        MARKET: 'stocks',
        BARS_TABLE: Match.anyValue(),
        REDIS_URL_SECRET: 'redis/url',
        REDIS_TOKEN_SECRET: 'redis/token',
      },
    },
  });
  const policies = Object.values(serving.findResources('AWS::IAM::Policy')).map(each => JSON.stringify(each));
  const secrets = policies.join().match(/:secret:[^"]+/g);
  expect(secrets?.toSorted()).toEqual([':secret:redis/token-??????', ':secret:redis/url-??????']);
});

test('it may ask the table of bars for a day, where the feed keeps one, and write nothing there', () => {
  const actions = (changes: object) => {
    const { serving } = synthesized(of(changes));
    const [policy] = Object.entries(serving.findResources('AWS::IAM::Policy')).flatMap(([id, each]) =>
      id.startsWith('StocksLatestRole') ? [JSON.stringify(each)] : [],
    );
    return [...new Set(policy?.match(/dynamodb:\w+/g))];
  };
  expect(actions({})).toEqual(['dynamodb:Query']);
  expect(actions({ store: false })).toEqual([]);
});

test('it stands in the network of the ingester where that leads out by itself, and outside where only a public address does', () => {
  const subnetIds = ['subnet-0123456789abcdef0'];
  const inside = (assignPublicIp: boolean) =>
    synthesized({ ...of({}), vpc: { vpcId: 'vpc-0123456789abcdef0', subnetIds, assignPublicIp } });
  const { serving, findings } = inside(false);
  expect(findings).toEqual([]);
  serving.hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'latest.handler',
    VpcConfig: { SubnetIds: subnetIds, SecurityGroupIds: [Match.anyValue()] },
  });
  serving.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [443, 6379].map(port => Match.objectLike({ FromPort: port, ToPort: port })),
    SecurityGroupIngress: Match.absent(),
  });
  inside(true).serving.hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'latest.handler',
    VpcConfig: Match.absent(),
  });
});

test('it is not where nobody asks for it', () => {
  const { serving, monitoring } = synthesized(of({ latest: false }));
  const ids = [serving, monitoring].flatMap(template => Object.keys(template.toJSON().Resources));
  expect(ids.filter(id => id.includes('StocksLatest') || id.includes('AlarmsLatest'))).toEqual([]);
});
