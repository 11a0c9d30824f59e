/** Passed-on events followed in a terminal: of a feed that has a stream of them, as lines and as they were put, to a clean end. */
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib/core';
import { type StatusServer, serveStatus } from '../../../local/console/status-server.ts';
import { Deployed } from '../../../local/operate/deployed.ts';
import { eventsSource, tailSource } from '../../../local/operate/tail-source.ts';
import { eventLine } from '../../kit/support/events.ts';
import { LocalKinesis } from '../../kit/support/local-kinesis.ts';
import { operate } from '../../support/operate.ts';
import { Tailing } from './support/tailing.ts';

let kinesis: LocalKinesis;
let status: StatusServer;
let port: string;
/** What runs: a feed with minutes alone, and one that passes on alone. */
let feeds: readonly object[];

beforeAll(async () => {
  kinesis = await LocalKinesis.start();
  const streams = { minutes: 'stocks-minutes', bars: 'stocks-bars' };
  await Promise.all([...Object.values(streams), 'trades-events'].map(name => kinesis.create(name, 1)));
  feeds = [
    { feed: 'stocks', market: 'stocks', streams },
    { feed: 'trades', market: 'stocks', events: 'trades-events' },
  ];
  const aws = { region: 'us-east-1', kinesis: kinesis.url };
  status = await serveStatus({ 'GET /status': () => ({ aws, feeds }) }, 0);
  ({ port } = new URL(status.url));
  const texts = [eventLine(1), eventLine(2, 'MSFT'), eventLine(3, 'AAPL', 'Q'), eventLine(4)];
  await kinesis.put('trades-events', [{ key: 'AAPL', text: gzipSync(texts.join('\n')) }]);
});

afterAll(async () => {
  await status.close();
  await kinesis[Symbol.asyncDispose]();
});

afterEach(() => Tailing.killAll());

test('the feed that has a stream of them need not be named; a line each with the vendor’s own words, of those that are asked for', async () => {
  const given = ['--port', port, '--events', '--from', 'TRIM_HORIZON'];
  const tail = new Tailing([...given, '--symbol', 'AAPL', '--kind', 'T']);
  expect(await tail.lines(2)).toEqual([
    '11-20 14:30:00.001 T:AAPL     {"ev":"T","sym":"AAPL","n":1}',
    '11-20 14:30:00.004 T:AAPL     {"ev":"T","sym":"AAPL","n":4}',
  ]);
  expect(await tail.end('SIGINT')).toEqual({ code: 0, errors: '' });
});

test('as JSON they are the envelopes that were put', async () => {
  const tail = new Tailing([
    '--port',
    port,
    '--events',
    '--json',
    '--from',
    'TRIM_HORIZON',
    '--feed',
    'trades',
  ]);
  expect(await tail.lines(4)).toEqual([
    eventLine(1),
    eventLine(2, 'MSFT'),
    eventLine(3, 'AAPL', 'Q'),
    eventLine(4),
  ]);
  expect(await tail.end('SIGTERM')).toEqual({ code: 0, errors: '' });
});

test.each([
  [['--events', '--timeframe', '5m'], '--timeframe is about bars: events are told apart by --kind'],
  [['--kind', 'T'], '--kind goes with --events: bars are told apart by --timeframe'],
  [['--events', '--kind', 'trades'], "--kind 'trades' is unknown: use one of A, AM, C, "],
])('%j is answered in one line, with 2', async (args, message) => {
  const { code, out, errors } = await operate('tail', [...args, '--port', port]);
  expect({ code, out, lines: errors.split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
  expect(errors).toContain(message);
});

test('a feed that has not what is asked for is refused with what makes it, or with those that have it', async () => {
  const here = { kind: 'local', port: Number(port) } as const;
  const whose = `the pipeline on port ${port}`;
  await expect(eventsSource(here, 'stocks')).rejects.toThrow(
    `feed stocks of ${whose} has no stream of events: npm start -- --feeds stocks:minutes+trades makes one`,
  );
  await expect(eventsSource(here, 'gold')).rejects.toThrow(
    `${whose} has no feed 'gold': name one with --feed, of trades`,
  );
  await expect(tailSource(here, 'trades')).rejects.toThrow(
    `feed trades of ${whose} has no minutes, and nothing that is made of them`,
  );
  const { client, feed } = await tailSource(here, undefined);
  client.destroy();
  expect(feed).toBe('stocks');
});

test('in an account it is that of the one feed that has one, where its template has the stream', async () => {
  const feed = { market: 'stocks', symbols: ['AAPL'], apiKeySecret: 'key' } as const;
  const trades = { ...feed, name: 'trades', channels: ['trades'], apiKeySecret: 'other' } as const;
  const deployed = new Deployed('here', {
    here: {
      feeds: [feed, { ...trades, sinks: [{ kind: 'events' }] }],
      ...{ streamRetention: Duration.hours(24), removal: 'destroy' },
    },
  });
  expect(deployed.feedOfEvents(undefined).name).toBe('trades');
  expect(() => deployed.feedOfEvents('stocks')).toThrow(
    "feed stocks of environment 'here' has no stream of events: a sink { kind: 'events' } makes one",
  );
  expect(deployed.pathsOf('AWS::Kinesis::Stream')).toContain('Storage/Trades/Events/Stream');
});
