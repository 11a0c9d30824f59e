/** What `BarsConsumer` declares: a mapping that loses nothing, rights for no more than it needs, an alarm. */
import { expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stream, StreamEncryption } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { BarsConsumer, type BarsConsumerProps } from '../../../kit/cdk/bars-consumer.ts';
import { EventsConsumer } from '../../../kit/cdk/events-consumer.ts';

const PARAMETER = '/barflow/prod/stocks/bars-stream-arn';

function synthesize(props: (stack: Stack) => Partial<BarsConsumerProps>): Template {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Consumer');
  const code = Code.fromInline('exports.handler = () => {};');
  const target = new LambdaFunction(stack, 'Function', {
    ...{ code, handler: 'index.handler', runtime: Runtime.NODEJS_24_X },
  });
  new BarsConsumer(stack, 'Bars', { function: target, stream: PARAMETER, ...props(stack) });
  return Template.fromStack(stack);
}

test('five lines are enough: a mapping that asks again, halves, files what it gives up, and begins at the beginning', () => {
  const template = synthesize(() => ({ timeframes: ['1h', '4h'] }));
  template.hasParameter('*', { Type: 'AWS::SSM::Parameter::Value<String>', Default: PARAMETER });
  template.hasResource('AWS::Lambda::EventSourceMapping', {
    Properties: {
      BatchSize: 1_000,
      BisectBatchOnFunctionError: true,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('Failures'), 'Arn'] } },
      },
      EventSourceArn: { Ref: Match.anyValue() },
      FilterCriteria: {
        Filters: [{ Pattern: JSON.stringify({ data: { type: ['bar'], timeframe: ['1h', '4h'] } }) }],
      },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MetricsConfig: { Metrics: ['EventCount'] },
      MaximumBatchingWindowInSeconds: 1,
      MaximumRecordAgeInSeconds: 21_600,
      MaximumRetryAttempts: -1,
      ParallelizationFactor: 1,
      StartingPosition: 'TRIM_HORIZON',
    },
    DependsOn: [Match.stringLikeRegexp('BarsPolicy')],
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'IteratorAge',
    Namespace: 'AWS/Lambda',
    Dimensions: [{ Name: 'FunctionName', Value: { Ref: Match.stringLikeRegexp('Function') } }],
    Statistic: 'Maximum',
    Threshold: 300_000,
    TreatMissingData: 'notBreaching',
  });
  const counted = (MetricName: string, of: object) =>
    Match.objectLike({
      MetricStat: Match.objectLike({
        Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions: [of] },
        Period: 60,
      }),
    });
  const mapping = { Name: 'EventSourceMappingUUID', Value: { Ref: Match.stringLikeRegexp('BarsMapping') } };
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Metrics: Match.arrayWith([
      Match.objectLike({ Expression: 'SUM(METRICS())' }),
      counted('OnFailureDestinationDeliveredEventCount', mapping),
      counted('DroppedEventCount', mapping),
      counted('DestinationDeliveryFailures', {
        Name: 'FunctionName',
        Value: { Ref: Match.stringLikeRegexp('Function') },
      }),
    ]),
    Threshold: 1,
    TreatMissingData: 'notBreaching',
  });
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: {
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 30 })] },
    },
  });
});

test('the role may read this stream and file under one prefix of this bucket, and no more', () => {
  const template = synthesize(stack => ({
    stream: new Stream(stack, 'Stream'),
    failures: new Bucket(stack, 'Mine'),
  }));
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
    's3:ListBucket',
    's3:PutObject',
  ]);
  const of = (id: string) => ({ 'Fn::GetAtt': [expect.stringMatching(id), 'Arn'] });
  expect(statements.map(({ Resource }) => Resource)).toEqual([
    of('^Stream'),
    of('^Mine'),
    { 'Fn::Join': ['', [of('^Mine'), '/aws/lambda/*']] },
  ]);
  template.resourceCountIs('AWS::S3::Bucket', 1);
});

test('a bucket with a policy that permits to file there needs no statement, and what is watched elsewhere no alarm', () => {
  const template = synthesize(stack => {
    const actions = ['s3:PutObject'];
    const writer = new ManagedPolicy(stack, 'Writer', {
      statements: [new PolicyStatement({ actions, resources: ['arn:aws:s3:::mine/*'] })],
    });
    return { failures: { bucketArn: 'arn:aws:s3:::mine', writer }, lagAlarm: false, givenUpAlarm: false };
  });
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('s3:');
  template.hasResourceProperties('AWS::IAM::Role', {
    ManagedPolicyArns: Match.arrayWith([{ Ref: Match.stringLikeRegexp('Writer') }]),
  });
  template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
});

test('a stream under a key of its own comes with the right to decrypt', () => {
  const template = synthesize(stack => {
    const encryptionKey = new Key(stack, 'Key');
    return { stream: new Stream(stack, 'Stream', { encryption: StreamEncryption.KMS, encryptionKey }) };
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 'kms:Decrypt',
          Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('Key'), 'Arn'] },
        }),
      ]),
    },
  });
});

test('what is asked for otherwise is taken: parallel calls, batches, where to begin, when to give up and to ring', () => {
  const template = synthesize(() => ({
    parallel: 10,
    batchSize: 50,
    batchingWindow: Duration.seconds(5),
    startingPosition: StartingPosition.LATEST,
    giveUpAfter: Duration.hours(1),
    lagAlarm: Duration.minutes(1),
  }));
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 50,
    FilterCriteria: Match.absent(),
    MaximumBatchingWindowInSeconds: 5,
    MaximumRecordAgeInSeconds: 3_600,
    ParallelizationFactor: 10,
    StartingPosition: 'LATEST',
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 60_000 });
});

test('what would not work is refused while it is synthesized', () => {
  expect(() => synthesize(() => ({ parallel: 11 }))).toThrow(
    'parallel is 11: use a whole number from 1 to 10',
  );
  const refused = (json: string) =>
    expect(() => synthesize(() => ({ timeframes: JSON.parse(json) }))).toThrow(
      `timeframes is ${json}: use a list of some of 1m, 5m, 15m, 30m, 1h, 4h, or leave it out for all`,
    );
  for (const json of ['[]', '["1h","2h"]', '"1h"']) refused(json);
  const imported = (stack: Stack) =>
    LambdaFunction.fromFunctionArn(stack, 'Far', 'arn:aws:lambda:us-east-1:000000000000:function:far');
  expect(() => synthesize(stack => ({ function: imported(stack) }))).toThrow('imported without its role');
});

test('a function is called for every record of passed-on events, without waiting for more', () => {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Consumer');
  const code = Code.fromInline('exports.handler = () => {};');
  const target = new LambdaFunction(stack, 'Function', {
    ...{ code, handler: 'index.handler', runtime: Runtime.NODEJS_24_X },
  });
  new EventsConsumer(stack, 'Events', { function: target, stream: new Stream(stack, 'Stream') });
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 0,
    FilterCriteria: Match.absent(),
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: -1,
  });
});
