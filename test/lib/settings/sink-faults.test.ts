/** What channels and sinks of a feed must look like, and what their owner reads when they cannot work. */
import { describe, expect, test } from '@jest/globals';
import { Duration, Size } from 'aws-cdk-lib/core';
import {
  contracts,
  events,
  faultsOfFeed,
  redis,
  sinkFault,
  taking,
  tickers,
  withSink,
} from '../support/faults.ts';

const s3 = { kind: 's3' };
const pattern = 'kinds and symbols with commas between them, such as `T:ES*,Q:ES*` or `AM.AAPL`';
const endpoint =
  "use where a subscriber binds, as the task reaches it: 'tcp://<host>:<port>', such as 'tcp://10.0.0.5:5556'";

const refusals: [settings: Readonly<Record<string, unknown>>, message: string][] = [
  [
    { channels: 'trades' },
    "feeds[0].channels is 'trades': use a list of channels: minutes, seconds, trades, quotes, fmv, luld, imbalances",
  ],
  [
    { channels: [] },
    'feeds[0].channels is []: use a list of channels: minutes, seconds, trades, quotes, fmv, luld, imbalances',
  ],
  [
    { ...taking, channels: ['minutes', 'ticks'] },
    "feeds[0].channels is 'ticks': use one of minutes, seconds, trades, quotes, fmv, luld, imbalances, which stocks have",
  ],
  [
    { ...taking, market: 'indices', symbols: '*', channels: ['minutes', 'trades'] },
    "feeds[0].channels is 'trades': use one of minutes, seconds, values, which indices have",
  ],
  [{ ...taking, channels: ['trades', 'trades'] }, "feeds[0].channels is 'trades': use each of them once"],
  [
    { ...taking, symbols: { minutes: '*', trades: 'AAPL' } },
    "feeds[0].symbols.trades is 'AAPL': use '*' or a list of tickers",
  ],
  [
    { ...taking, symbols: { minutes: '*', trades: ['T.AAPL'] } },
    "feeds[0].symbols.trades is 'T.AAPL': use 'AAPL', as the feed of stocks spells it",
  ],
  [
    { ...taking, sinks: events },
    "feeds[0].sinks is { kind: 'events' }: use a list of sinks, such as [{ kind: 'events' }]",
  ],
  [
    { ...taking, sinks: ['events'] },
    sinkFault(" is 'events': use the settings of a sink, such as { kind: 'events' }"),
  ],
  [withSink({ kind: 'kafka' }), sinkFault(".kind is 'kafka': use one of stdout, zmq, s3, redis, events")],
  [withSink({}), sinkFault('.kind is missing: use one of stdout, zmq, s3, redis, events')],
  [
    withSink({ kind: 'ndjson' }),
    sinkFault(
      ".kind is 'ndjson': a file goes with the task that wrote it: use s3, which writes the same lines",
    ),
  ],
  [{ ...taking, sinks: [s3, events, s3] }, "the kind of two feeds[0].sinks is 's3': use each of them once"],
  [
    withSink({ ...events, shard: 2 }),
    "a setting of feeds[0].sinks[0] is 'shard': use one of shards, include, sampleQuotes, withoutConditions",
  ],
  [withSink({ ...events, shards: 3 }), sinkFault('.shards is 3: use one of 1, 2, 4, 8, 16, 32, 64')],
  [withSink({ ...events, include: 'T:A*' }), sinkFault(`.include is 'T:A*': use a list of ${pattern}`)],
  [withSink({ ...events, include: ['trades'] }), sinkFault(`.include is 'trades': use ${pattern}`)],
  [withSink({ ...events, include: ['T:A*,T:B*'] }), sinkFault(`.include is 'T:A*,T:B*': use ${pattern}`)],
  [
    withSink({ ...events, include: ['T:A*', 'T:A*'] }),
    sinkFault(".include is 'T:A*': use each of them once"),
  ],
  [
    withSink({ ...events, sampleQuotes: 0 }),
    sinkFault('.sampleQuotes is 0: use a whole number from 1 to 10000000'),
  ],
  [
    withSink({ ...events, withoutConditions: ['14'] }),
    sinkFault(".withoutConditions is '14': use a whole number from 0 to 10000"),
  ],
  [
    withSink({ kind: 'zmq', bind: true, endpoint: 'tcp://10.0.0.5:5556' }),
    sinkFault(
      '.bind is there: leave it out, for nothing may connect to an ingester: subscribers bind, and it connects to `endpoint`',
    ),
  ],
  ...[
    undefined,
    'tcp://*:5556',
    'tcp://127.0.0.1:5556',
    'ipc:///tmp/x',
    'tcp://host',
    'tcp://host:70000',
    5,
  ].map((got): [object & Record<string, unknown>, string] => [
    withSink({ kind: 'zmq', ...(got !== undefined && { endpoint: got }) }),
    sinkFault(
      `.endpoint is ${got === undefined ? 'missing' : typeof got === 'string' ? `'${got}'` : got}: ${endpoint}`,
    ),
  ]),
  [
    withSink({ ...s3, bucket: 'My_Bucket' }),
    sinkFault(
      ".bucket is 'My_Bucket': use the name of a bucket, not its ARN or an alias: 3 to 63 lower-case letters, digits, single dots and hyphens",
    ),
  ],
  ...['/raw', 'raw/', 'a//b', 'a/../b', 'a*', ''].map((prefix): [Record<string, unknown>, string] => [
    withSink({ ...s3, prefix }),
    sinkFault(
      `.prefix is '${prefix}': use up to 256 letters, digits and _.=-, with single slashes between, such as raw/stocks`,
    ),
  ]),
  [
    withSink({ ...s3, window: Duration.seconds(90) }),
    sinkFault('.window is 90 seconds: use a Duration of 1 minute to 1 hour, in whole minutes'),
  ],
  [
    withSink({ ...s3, window: Duration.minutes(25) }),
    sinkFault('.window is 25 minutes: use one by which an hour is divided, such as Duration.minutes(15)'),
  ],
  [
    withSink({ ...s3, part: Size.mebibytes(8) }),
    sinkFault(".part is '8 MiB': use a Size of 16 MiB to 256 MiB, in whole MiB"),
  ],
  [withSink({ ...s3, part: 16 }), sinkFault('.part is 16: use a Size of 16 MiB to 256 MiB, in whole MiB')],
  [
    withSink({ ...s3, part: Size.mebibytes(64), maxObject: Size.mebibytes(32) }),
    sinkFault('.maxObject is 32 MiB: use at least a part, which has 64 MiB'),
  ],
  [withSink({ ...s3, marker: 'yes' }), sinkFault(".marker is 'yes': use true or false")],
  [
    withSink({ ...s3, keepFor: Duration.hours(30) }),
    sinkFault('.keepFor is 108000 seconds: use a Duration of 1 day to 3650 days, in whole days'),
  ],
  [
    withSink({ ...s3, bucket: 'ours', keepFor: Duration.days(30) }),
    sinkFault(
      ".keepFor is said for a bucket that is not the feed's: leave one of both out, for that bucket has rules of its own",
    ),
  ],
  [
    withSink({ kind: 'redis' }),
    sinkFault(
      '.urlSecret is missing: use the name of a secret, not its ARN: up to 512 letters, digits and /_+=.@-',
    ),
  ],
  ...['urlSecret', 'tokenSecret'].map((name): [Record<string, unknown>, string] => [
    withSink({ ...redis, [name]: 'rediss://:hunter2@10.0.0.9' }),
    sinkFault(
      `.${name} is an address, which is not shown for it may hold a password: use the name of the secret that has it`,
    ),
  ]),
  [withSink({ ...redis, port: 0 }), sinkFault('.port is 0: use a whole number from 1 to 65535')],
  [
    { symbolSource: { redisStream: 'two words' }, sinks: [redis] },
    "feeds[0].symbolSource.redisStream is 'two words': use the key of a stream, up to 256 printable ASCII characters without spaces, such as 'stream:scanner:filtered'",
  ],
  [{ latest: 'yes' }, "feeds[0].latest is 'yes': use true or false"],
];

describe('a feed', () => {
  test.each(refusals.map(([settings, message]) => ({ settings, message })))(
    'is refused: $message',
    ({ settings, message }) => {
      expect(faultsOfFeed(settings)).toEqual([message]);
    },
  );

  test.each([
    taking,
    { sinks: [redis] },
    { ...taking, symbols: { minutes: tickers(9_000), trades: tickers(9_000) } },
    { channels: ['trades', 'quotes'], sinks: [redis, { kind: 'stdout', sampleQuotes: 5 }] },
    { ...withSink({ ...events, include: ['T:ES*'] }), symbolSource: { parameter: '/list' } },
    { channels: ['minutes', 'luld', 'trades'], sinks: [events, redis] },
    withSink({ ...s3, prefix: 'raw/feed=stocks', window: Duration.minutes(5), keepFor: Duration.days(30) }),
    withSink({ ...s3, bucket: 'ours', part: Size.mebibytes(32), maxObject: Size.gibibytes(2), marker: true }),
    {
      ...withSink({ kind: 'zmq', endpoint: 'tcp://subscriber.example.internal:5556', include: ['T:BRK.*'] }),
      symbols: '*',
    },
    withSink({ ...events, shards: 4, withoutConditions: [14, 41] }),
    { ...withSink(redis), latest: true, symbolSource: { redisStream: 'stream:scanner:filtered' } },
    {
      market: 'options',
      symbols: { minutes: '*', quotes: contracts(1_000) },
      channels: ['minutes', 'quotes'],
      sinks: [events],
    },
  ])('is accepted: %j', settings => {
    expect(faultsOfFeed(settings)).toEqual([]);
  });
});
