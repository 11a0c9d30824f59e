/** How the roll-up is fed and what it runs with. */
import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { Duration } from 'aws-cdk-lib/core';
import type { Feed } from '../../../lib/settings/environment.ts';
import { least, synthesized } from '../synthesized.ts';

/** The value of an output of the storage stack whose name contains `part`. */
const stored = (part: string) => ({
  'Fn::GetStackOutput': Match.objectLike({
    StackName: 'barflow-test-Storage',
    OutputName: Match.stringLikeRegexp(part),
  }),
});

const feed: Feed = {
  market: 'futures',
  symbols: '*',
  apiKeySecret: 'keys/vendor',
  alignment: 'session',
  provisionalBars: true,
};

describe('the roll-up', () => {
  const { pipeline } = synthesized({ ...least, feeds: [feed] });

  test('runs on arm64 and Node 24 and knows its market, its stream and its tables', () => {
    pipeline.hasResourceProperties('AWS::Lambda::Function', {
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: 'rollup.handler',
      MemorySize: 1024,
      Timeout: 60,
      Environment: {
        Variables: {
          MARKET: 'futures',
          ALIGNMENT: 'session',
          PROVISIONAL_BARS: 'true',
          FEED_DELAY_SECONDS: '0',
          WATERMARK_GRACE_SECONDS: '5',
          BARS_STREAM: stored('RefFuturesBarsStream'),
          STATE_TABLE: stored('RefFuturesState'),
          QUARANTINE_TABLE: stored('RefFuturesQuarantine'),
          NODE_OPTIONS: '--enable-source-maps',
        },
      },
    });
  });

  test('reads the minutes stream from its start, in order, without ever giving up on infrastructure', () => {
    pipeline.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stored('AttFuturesMinutesStream.*Arn'),
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 5000,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: -1,
      DestinationConfig: { OnFailure: { Destination: stored('AttFuturesFailures.*Arn') } },
    });
  });

  test('is handed what was gathered for as long as the feed says', () => {
    const gathering = { ...feed, batchingWindow: Duration.seconds(2) };
    synthesized({ ...least, feeds: [gathering] }).pipeline.hasResourceProperties(
      'AWS::Lambda::EventSourceMapping',
      { MaximumBatchingWindowInSeconds: 2 },
    );
  });

  test('is pushed minutes through a consumer of its own where the feed is expedited, and may read no other', () => {
    const expedited = synthesized({ ...least, feeds: [{ ...feed, expedited: true }] }).pipeline;
    const [[consumer = ''] = []] = Object.entries(expedited.findResources('AWS::Kinesis::StreamConsumer'));
    const arn = { 'Fn::GetAtt': [consumer, 'ConsumerARN'] };
    expedited.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: arn,
      MaximumBatchingWindowInSeconds: 0,
    });
    expedited.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'],
            Resource: arn,
          }),
        ]),
      },
    });
    pipeline.resourceCountIs('AWS::Kinesis::StreamConsumer', 0);
  });

  test('keeps its logs for a month where the environment does not say otherwise', () => {
    pipeline.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });
});

test.each([
  { retention: Duration.hours(24), age: 24 * 3600 - 900 },
  { retention: Duration.days(7), age: 7 * 24 * 3600 - 900 },
  { retention: Duration.days(30), age: 7 * 24 * 3600 },
])(
  'a batch is rescued before its records leave a stream that keeps them $retention',
  ({ retention, age }) => {
    const { pipeline } = synthesized({ ...least, streamRetention: retention });
    const [mapping] = Object.values(pipeline.findResources('AWS::Lambda::EventSourceMapping'));
    expect(mapping?.['Properties'].MaximumRecordAgeInSeconds).toBe(age);
  },
);
