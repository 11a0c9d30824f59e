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
      MaximumBatchingWindowInSeconds: 1,
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: -1,
      DestinationConfig: { OnFailure: { Destination: stored('AttFuturesFailures.*Arn') } },
    });
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
