/** An environment of four feeds, of which one brings no minutes: what each has, what it is told, and what it may do. */
import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { Duration, Size } from 'aws-cdk-lib/core';
import type { Environment } from '../../lib/settings/environment.ts';
import { testProperties } from './environment-properties.ts';
import { least, synthesized } from './synthesized.ts';

const url = { urlSecret: 'redis/url' };

const several: Environment = {
  feeds: [
    {
      market: 'stocks',
      symbols: { minutes: '*', fmv: ['AAPL', 'BRK.B'] },
      channels: ['minutes', 'fmv'],
      sinks: [{ kind: 'redis', ...url, tokenSecret: 'redis/token', port: 6380 }],
      apiKeySecret: 'keys/vendor',
      shards: 4,
    },
    {
      market: 'stocks',
      name: 'stocks-delayed',
      host: 'delayed.massive.com',
      delay: Duration.minutes(15),
      symbols: '*',
      channels: ['trades', 'quotes'],
      sinks: [
        {
          kind: 's3',
          prefix: 'raw',
          keepFor: Duration.days(90),
          include: ['T:*'],
          withoutConditions: [14, 41],
        },
        { kind: 'events', shards: 2, sampleQuotes: 10 },
        { kind: 'zmq', endpoint: 'tcp://10.0.0.5:5556' },
      ],
      apiKeySecret: 'keys/vendor',
    },
    { market: 'crypto', symbols: ['BTC-USD'], apiKeySecret: 'keys/vendor' },
    {
      market: 'futures',
      symbols: '*',
      channels: ['minutes', 'trades'],
      sinks: [
        {
          kind: 's3',
          bucket: 'lake',
          prefix: 'futures',
          window: Duration.minutes(5),
          part: Size.mebibytes(32),
          maxObject: Size.gibibytes(4),
          marker: true,
        },
        { kind: 'stdout' },
      ],
      apiKeySecret: 'keys/vendor',
    },
  ],
  streamRetention: Duration.hours(24),
  removal: 'retain',
};

testProperties({ several });

const made = synthesized(several);
const { storage, pipeline, serving, monitoring } = made;

interface Container {
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets: readonly { readonly Name: string; readonly ValueFrom: unknown }[];
}

function containerOf(feed: string): Container {
  const tasks = Object.entries(pipeline.findResources('AWS::ECS::TaskDefinition'));
  const [, task] = tasks.find(([id]) => id.startsWith(`${feed}Ingester`)) ?? [];
  return task?.['Properties'].ContainerDefinitions[0];
}

const toldTo = (feed: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(containerOf(feed).Environment.map(({ Name, Value }) => [Name, Value]));

/** Types of resources whose logical id begins with the feed's, each once. */
function typesOf(template: Template, feed: string): string[] {
  const resources: Record<string, { readonly Type: string }> = template.toJSON()['Resources'];
  const own = Object.entries(resources).filter(([id]) => new RegExp(`^${feed}[A-Z]`).test(id));
  return [...new Set(own.map(([, { Type }]) => Type))].sort();
}

/** What the task's role may do. */
function rightsOf(feed: string) {
  const policies = Object.entries(pipeline.findResources('AWS::IAM::Policy'));
  const [, policy] = policies.find(([id]) => id.startsWith(`${feed}IngesterTaskTaskRole`)) ?? [];
  return policy?.['Properties'].PolicyDocument.Statement;
}

describe('a feed without minutes', () => {
  const id = 'StocksDelayed';

  test('keeps its lease, its quarantine and what its sinks write to', () => {
    const kept = Object.keys(storage.toJSON()['Resources'])
      .filter(each => each.startsWith(id))
      .map(each => each.replace(/[0-9A-F]{8}$/, '').slice(id.length));
    expect(kept.sort()).toEqual([
      'EventsArnParameter',
      'EventsNameParameter',
      'EventsStream',
      'Lease',
      'ObjectsBucket',
      'ObjectsBucketPolicy',
      'ObjectsWriter',
      'Quarantine',
    ]);
  });

  test('runs its ingester alone, and nothing serves or measures it', () => {
    expect(typesOf(pipeline, id).filter(type => /Lambda|Alarm/.test(type))).toEqual([]);
    expect(typesOf(serving, id)).toEqual([]);
    expect(typesOf(monitoring, id).filter(type => /Lambda|Schedule/.test(type))).toEqual([]);
    expect(typesOf(monitoring, id)).toContain('AWS::CloudWatch::Alarm');
  });

  test('is watched for what holds of it, and wakes somebody when it stands still', () => {
    const alarms = Object.values(monitoring.findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => [Properties.AlarmName, JSON.stringify(Properties.AlarmActions)])
      .filter(([name]) => name.startsWith('barflow-test-StocksDelayed-'))
      .map(([name, told]) => `${name.split('-').at(-1)} ${/TopicsPage/.test(told) ? 'page' : 'ticket'}`);
    expect(alarms.sort()).toEqual([
      'ClockOff ticket',
      'DataDropped page',
      'DeploymentRolledBack ticket',
      'IngesterNotRunning page',
      'NotConnected page',
      'QuarantineFlood page',
      'Quarantined ticket',
      'SinkDropping ticket',
      'SinkFailing page',
      'TablesThrottled ticket',
    ]);
  });

  test('is told of its channels and sinks, and of no minutes', () => {
    const told = toldTo(id);
    expect(Object.keys(told)).not.toContain('MINUTES_STREAM');
    expect(told).toMatchObject({
      FEED: 'stocks-delayed',
      CHANNELS: 'trades,quotes',
      SYMBOLS: '*',
      SINK: 's3,events,zmq',
      S3_INCLUDE: 'T:*',
      S3_WITHOUT_CONDITIONS: '14,41',
      S3_BUCKET: { 'Fn::GetStackOutput': expect.anything() },
      S3_PREFIX: 'raw',
      S3_WINDOW_MINUTES: '15',
      S3_MAX_OBJECT_BYTES: '1073741824',
      S3_PART_SIZE_BYTES: '16777216',
      S3_USE_MARKER: 'false',
      S3_FOLDER: '/backlog/objects',
      EVENTS_STREAM: { 'Fn::GetStackOutput': expect.anything() },
      EVENTS_SAMPLE_QUOTES: '10',
      ZMQ_ENDPOINT: 'tcp://10.0.0.5:5556',
    });
  });

  test('has a bucket whose objects go when they are told to, and pieces of unfinished ones after a day', () => {
    const [bucket] = Object.entries(storage.findResources('AWS::S3::Bucket')).filter(([each]) =>
      each.startsWith(`${id}Objects`),
    );
    expect(bucket?.[1]['Properties'].LifecycleConfiguration.Rules).toEqual([
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, ExpirationInDays: 90, Status: 'Enabled' },
    ]);
    const [writer] = Object.entries(storage.findResources('AWS::IAM::ManagedPolicy')).filter(([each]) =>
      each.startsWith(`${id}Objects`),
    );
    expect(writer?.[1]['Properties'].PolicyDocument.Statement).toMatchObject([
      { Action: 's3:ListBucket' },
      {
        Action: ['s3:DeleteObject', 's3:PutObject'],
        Resource: { 'Fn::Join': ['', [{}, '/raw/*']] },
      },
    ]);
  });

  test('may put on its own stream, and on none of minutes', () => {
    const puts = rightsOf(id).filter(({ Action }: { Action: string[] }) =>
      Action.includes('kinesis:PutRecords'),
    );
    expect(JSON.stringify(puts)).toContain('StocksDelayedEventsStream');
    expect(puts).toHaveLength(1);
  });
});

test('a sink Redis gets its address and its token from secrets', () => {
  expect(containerOf('Stocks').Secrets.map(({ Name }) => Name)).toEqual([
    'POLYGON_API_KEY',
    'REDIS_URL',
    'REDIS_TOKEN',
  ]);
  expect(JSON.stringify(containerOf('Stocks').Secrets)).toMatch(/:secret:redis\/url".*:secret:redis\/token"/);
  expect(toldTo('Stocks')).toMatchObject({
    SINK: 'redis',
    SYMBOLS: '*',
    SUBSCRIPTION: 'FMV.AAPL,FMV.BRK.B',
    MINUTES_STREAM: expect.anything(),
  });
  expect(Object.keys(toldTo('Stocks'))).not.toContain('CHANNELS');
});

test('a bucket that is there already is written to below its prefix alone, and is not made', () => {
  expect(toldTo('Futures')).toMatchObject({
    CHANNELS: 'minutes,trades',
    SINK: 's3,stdout',
    S3_BUCKET: 'lake',
    S3_WINDOW_MINUTES: '5',
    S3_PART_SIZE_BYTES: '33554432',
    S3_MAX_OBJECT_BYTES: '4294967296',
    S3_USE_MARKER: 'true',
  });
  const [writes] = rightsOf('Futures').filter(({ Action }: { Action: string[] }) =>
    Action.includes('s3:PutObject'),
  );
  expect(JSON.stringify(writes.Resource)).toContain(':s3:::lake/futures/*');
  expect(
    Object.keys(storage.findResources('AWS::S3::Bucket')).filter(each => /Futures.*Objects/.test(each)),
  ).toEqual([]);
});

/** By feed. */
function waysOut(of: Template) {
  const ways = Object.entries(of.findResources('AWS::EC2::SecurityGroup')).map(([id, { Properties }]) => [
    id.replace(/Ingester.*/, ''),
    Properties.SecurityGroupEgress.map(
      (each: { FromPort: number; ToPort: number; CidrIp: string }) =>
        `${each.FromPort}-${each.ToPort} ${each.CidrIp}`,
    ),
  ]);
  return Object.fromEntries(ways);
}

const tls = '443-443 0.0.0.0/0';

test('a task reaches the servers of its sinks, and nothing else beside the vendor and AWS', () => {
  expect(waysOut(pipeline)).toEqual({
    Stocks: [tls, '6380-6380 0.0.0.0/0'],
    StocksDelayed: [tls, '5556-5556 10.0.0.5/32'],
    Crypto: [tls],
    Futures: [tls],
  });
});

test('a way that is open already, or to two servers, is opened once: AWS refuses a group that names one twice', () => {
  const sinks = [
    { kind: 'redis', ...url, port: 443 },
    { kind: 'zmq', endpoint: 'tcp://subscriber.example.internal:443' },
  ] as const;
  const [feed] = least.feeds.map(each => ({ ...each, channels: ['trades'] as const, sinks }));
  const { pipeline: of } = synthesized({ ...least, feeds: feed ? [feed] : [] });
  expect(Object.values(waysOut(of))).toEqual([[tls]]);
});

test('a feed beside others is made as it is alone', () => {
  const alone = synthesized({ ...several, feeds: several.feeds.filter(({ market }) => market === 'crypto') });
  for (const stack of ['storage', 'pipeline', 'serving'] as const) {
    const own = (template: Template) => {
      const resources: Record<string, unknown> = template.toJSON()['Resources'];
      return Object.fromEntries(Object.entries(resources).filter(([id]) => id.startsWith('Crypto')));
    };
    expect(Object.keys(own(alone[stack])).length).toBeGreaterThan(5);
    expect(own(made[stack])).toEqual(own(alone[stack]));
  }
});

test('an environment of nothing but passed-on feeds serves nothing', () => {
  const [feed] = several.feeds.filter(({ name }) => name === 'stocks-delayed');
  const only = synthesized({ ...least, feeds: feed ? [feed] : [] });
  expect(only.serving.toJSON()['Resources']).toBeUndefined();
  expect(only.findings).toEqual([]);
});
