/** What the monitor and the daily jobs run with, and when. */
import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { Duration } from 'aws-cdk-lib/core';
import type { Feed } from '../../../lib/settings/environment.ts';
import { least, synthesized } from '../synthesized.ts';

const feed: Feed = {
  market: 'stocks',
  symbols: ['AAPL', 'BRK.B', 'SPY'],
  apiKeySecret: 'keys/vendor',
  host: 'delayed.massive.com',
  delay: Duration.minutes(15),
  specialDays: { '2027-03-05': 'closed' },
};

describe('the monitor of a feed that sleeps between sessions', () => {
  const sleeps = (schedule: 'always' | 'sessions') =>
    synthesized({ ...least, feeds: [{ ...feed, schedule, warmStandby: true }] });
  const { monitoring, pipeline } = sleeps('sessions');

  test('is told of its service, which has as many tasks as it says, and may change that number alone', () => {
    const [service] = Object.values(pipeline.findResources('AWS::ECS::Service'));
    expect(service?.['Properties']).not.toHaveProperty('DesiredCount');
    monitoring.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'monitor.handler',
      Environment: {
        Variables: Match.objectLike({
          CLUSTER: Match.anyValue(),
          SERVICE: Match.anyValue(),
          TASKS: '2',
        }),
      },
    });
    monitoring.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['ecs:DescribeServices', 'ecs:UpdateService'],
            Resource: Match.not('*'),
          }),
        ]),
      },
    });
  });

  test('has no say in a service that always runs', () => {
    const always = sleeps('always');
    always.pipeline.hasResourceProperties('AWS::ECS::Service', { DesiredCount: 2 });
    expect(JSON.stringify(always.monitoring.toJSON())).not.toContain('ecs:UpdateService');
  });
});

describe('the monitor', () => {
  const { monitoring, pipeline } = synthesized({ ...least, logLevel: 'WARN', feeds: [feed] });

  test('looks every minute and is told for which', () => {
    monitoring.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(* * * * ? *)',
      Target: Match.objectLike({ Input: '{"at":"<aws.scheduler.scheduled-time>"}' }),
    });
  });

  test('knows the delay of the feed, its slots and the days that the configuration knows better', () => {
    monitoring.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'monitor.handler',
      Environment: {
        Variables: Match.objectLike({
          ENVIRONMENT: 'test',
          MARKET: 'stocks',
          FEED_DELAY_SECONDS: '900',
          // AAPL, BRK.B and SPY.
          SLOTS: '22,34,58',
          SPECIAL_DAYS: '{"2027-03-05":"closed"}',
        }),
      },
    });
    pipeline.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ SPECIAL_DAYS: '{"2027-03-05":"closed"}' }) },
    });
  });

  test('and every other unit logs as the environment says', () => {
    const functions = [monitoring, pipeline].flatMap(template =>
      Object.values(template.findResources('AWS::Lambda::Function')),
    );
    const levels = functions.map(({ Properties }) => [
      Properties.Handler,
      Properties.Environment.Variables.POWERTOOLS_LOG_LEVEL,
    ]);
    expect(levels.sort()).toEqual(
      ['calendar', 'monitor', 'reconcile', 'rollup'].map(unit => [`${unit}.handler`, 'WARN']),
    );
    pipeline.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({
          Environment: Match.arrayWith([{ Name: 'POWERTOOLS_LOG_LEVEL', Value: 'WARN' }]),
        }),
      ],
    });
  });
});

describe('the comparison', () => {
  const symbols = {
    futures: ['ESZ6'],
    options: ['O:SPY251219C00650000'],
    forex: ['C:EURUSD'],
    indices: ['I:SPX'],
  } as const;
  const feeds = (['futures', 'options', 'forex', 'indices'] as const).map(market => ({
    ...feed,
    ...{ market, symbols: symbols[market], reconcile: symbols[market] },
  }));
  const { monitoring } = synthesized({ ...least, feeds });

  test.each([
    ['ESZ6', 'cron(30 16-22 ? * MON-FRI *)', 'America/Chicago'],
    ['O:SPY251219C00650000', 'cron(30 17-23 ? * MON-FRI *)', 'America/Los_Angeles'],
    ['EUR/USD', 'cron(30 17-23 ? * MON-FRI *)', 'America/New_York'],
    ['I:SPX', 'cron(30 17-23 ? * MON-FRI *)', 'America/Los_Angeles'],
  ])('of %s, which the feed names, runs after the close of its market', (symbol, schedule, timeZone) => {
    monitoring.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: schedule,
      ScheduleExpressionTimezone: timeZone,
    });
    monitoring.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'reconcile.handler',
      Environment: { Variables: Match.objectLike({ SYMBOLS: symbol }) },
    });
  });
});

test('a daily job that fails is tried again for six hours, and a look that fails not at all', () => {
  const { monitoring } = synthesized({ ...least, feeds: [feed] });
  const configs = Object.values(monitoring.findResources('AWS::Lambda::EventInvokeConfig'));
  const lives = configs.map(({ Properties }) => [
    Properties.FunctionName.Ref.replace(/^Stocks(Daily)?|Function.*$/g, ''),
    Properties.MaximumRetryAttempts,
    Properties.MaximumEventAgeInSeconds,
  ]);
  expect(lives.sort()).toEqual([
    ['Calendar', 2, 21_600],
    ['Monitor', 0, 300],
    ['Reconcile', 2, 21_600],
  ]);
  const policies = Object.values(monitoring.findResources('AWS::Scheduler::Schedule')).map(
    ({ Properties }) => Properties.Target.RetryPolicy,
  );
  expect(policies.filter(({ MaximumEventAgeInSeconds: age }) => age === 21_600)).toHaveLength(2);
});

test('a whole market is compared with nothing unless symbols are named, and only stocks have announced days', () => {
  const { monitoring } = synthesized({
    ...least,
    feeds: [{ market: 'crypto', symbols: '*', apiKeySecret: 'keys/vendor' }],
  });
  monitoring.resourceCountIs('AWS::Scheduler::Schedule', 1);
});

describe('the function that ranks symbols', () => {
  const ranked = (symbolSource: Feed['symbolSource']) =>
    synthesized({
      ...least,
      feeds: [{ ...feed, universe: { size: 100 }, ...(symbolSource && { symbolSource }) }],
    });

  test.each<[NonNullable<Feed['symbolSource']>, string, readonly string[]]>([
    [{ parameter: '/lists/stocks' }, 'ssm:/lists/stocks', ['ssm:GetParameter', 'ssm:PutParameter']],
    [{ bucket: 'lists', key: 'stocks.txt' }, 's3://lists/stocks.txt', ['s3:GetObject', 's3:PutObject']],
  ])('writes the list at %j and nothing beside it', (symbolSource, list, actions) => {
    const { monitoring } = ranked(symbolSource);
    monitoring.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'universe.handler',
      Environment: {
        Variables: Match.objectLike({
          ...{ UNIVERSE_LIST: list, UNIVERSE_SIZE: '100', UNIVERSE_HYSTERESIS: '0.2' },
          ...{ UNIVERSE_CHANGES_PER_DAY: '10', UNIVERSE_SESSIONS: '5' },
        }),
      },
    });
    monitoring.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: actions, Resource: Match.not('*') })]),
      },
    });
  });

  test('is not there where nobody asks for it', () => {
    expect(JSON.stringify(synthesized({ ...least, feeds: [feed] }).monitoring.toJSON())).not.toContain(
      'universe.handler',
    );
  });
});
