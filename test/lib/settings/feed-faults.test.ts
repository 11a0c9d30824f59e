/** What a feed's settings must look like, and what their owner reads when they do not. */
import { describe, expect, test } from '@jest/globals';
import { Duration, Size } from 'aws-cdk-lib/core';
import type { Feed } from '../../../lib/settings/environment.ts';
import { withFeedDefaults } from '../../../lib/settings/feed-defaults.ts';
import { feedSettings } from '../../../lib/settings/feed-settings.ts';
import { faultsOf, faultsOfFeed, feed } from '../support/faults.ts';

describe('a feed', () => {
  const seconds = (most: string) => `use a Duration of 0 seconds to ${most}, in whole seconds`;

  const refusals: [Readonly<Record<string, unknown>>, string][] = [
    [
      { market: 'bonds' },
      "feeds[0].market is 'bonds': use one of stocks, crypto, futures, options, forex, indices",
    ],
    [
      { symbols: 'AAPL' },
      "feeds[0].symbols is 'AAPL': use '*', a list of tickers, or one or the other by channel",
    ],
    [{ symbols: [] }, "feeds[0].symbols is []: use '*', a list of tickers, or one or the other by channel"],
    [
      { symbols: ['A,B'] },
      "feeds[0].symbols is 'A,B': use tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks",
    ],
    [
      { symbols: Array.from({ length: 12_000 }, (_, index) => `A${10_000 + index}`) },
      "feeds[0].symbols takes 83999 characters: use at most 50000, which is what a task holds, or '*'",
    ],
    [
      { apiKeySecret: undefined },
      'feeds[0].apiKeySecret is missing: use the name of a secret, not its ARN: up to 512 letters, digits and /_+=.@-',
    ],
    [
      { apiKeySecret: 'arn:aws:secretsmanager:…' },
      "feeds[0].apiKeySecret is 'arn:aws:secretsmanager:…': use the name of a secret, not its ARN: up to 512 letters, digits and /_+=.@-",
    ],
    [
      { host: 'wss://socket.massive.com/stocks' },
      "feeds[0].host is 'wss://socket.massive.com/stocks': use a host's name such as 'socket.massive.com', without scheme and path, of at most 253 characters, 63 between dots",
    ],
    [
      { host: 'delayed.massive.com' },
      "feeds[0].delay is missing: use how late 'delayed.massive.com' sends: Duration.minutes(15) for stocks",
    ],
    [{ delay: Duration.hours(2) }, `feeds[0].delay is 2 hours: ${seconds('1 hour')}`],
    [{ delay: 900 }, `feeds[0].delay is 900: ${seconds('1 hour')}`],
    [
      { shards: 128 },
      'feeds[0].shards is 128: use one of 1, 2, 4, 8, 16, 32, 64, or { minutes, bars } of these',
    ],
    [{ shards: { minutes: 4, bars: 3 } }, 'feeds[0].shards.bars is 3: use one of 1, 2, 4, 8, 16, 32, 64'],
    [{ shards: { minutes: 4 } }, 'feeds[0].shards.bars is missing: use one of 1, 2, 4, 8, 16, 32, 64'],
    [
      { shards: { minutes: 4, bars: 4, state: 4 } },
      "a setting of feeds[0].shards is 'state': use one of minutes, bars",
    ],
    [{ alignment: 'day' }, "feeds[0].alignment is 'day': use one of clock, session"],
    [
      { watermarkGrace: Duration.millis(1500) },
      `feeds[0].watermarkGrace is 1.5 seconds: ${seconds('5 minutes')}`,
    ],
    [{ schedule: 'night' }, "feeds[0].schedule is 'night': use 'always' or 'sessions'"],
    [
      { market: 'crypto', schedule: 'sessions', symbols: ['BTC-USD'] },
      "feeds[0].schedule is 'sessions': use 'always', for crypto trades at any time",
    ],
    [{ spot: 'yes' }, "feeds[0].spot is 'yes': use true or false"],
    [{ expedited: 1 }, 'feeds[0].expedited is 1: use true or false'],
    [{ batchingWindow: Duration.minutes(5) }, `feeds[0].batchingWindow is 5 minutes: ${seconds('1 minute')}`],
    [
      { task: { cpu: 300, memory: Size.mebibytes(512) } },
      'feeds[0].task.cpu is 300: use one of 256, 512, 1024, 2048, 4096',
    ],
    [
      { task: { cpu: 512, memory: Size.mebibytes(512) } },
      'feeds[0].task.memory is 512 MiB: use 1024 to 4096 MiB with 512 CPU units, in whole GiB above 512',
    ],
    [
      { task: { cpu: 256, memory: Size.mebibytes(700) } },
      'feeds[0].task.memory is 700 MiB: use 512 to 2048 MiB with 256 CPU units, in whole GiB above 512',
    ],
    [
      { specialDays: { 'next Friday': 'closed' } },
      "a date of feeds[0].specialDays is 'next Friday': use dates such as '2027-03-05'",
    ],
    [
      { specialDays: { '2027-03-05': 'early' } },
      "feeds[0].specialDays['2027-03-05'] is 'early': use 'closed', 'as usual' or a time such as '13:00'",
    ],
    [
      { reconcile: ['*'] },
      "feeds[0].reconcile is '*': use tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks",
    ],
    [{ provisionalBars: 'no' }, "feeds[0].provisionalBars is 'no': use true or false"],
    [{ backfillOnStart: 'all' }, "feeds[0].backfillOnStart is 'all': use one of session, block, none"],
    [{ restRequestsPerSecond: 0 }, 'feeds[0].restRequestsPerSecond is 0: use a number from 0.01 to 100'],
    [{ warmStandby: 'yes' }, "feeds[0].warmStandby is 'yes': use true or false"],
    [
      { symbols: undefined },
      "feeds[0].symbols is missing: use '*', a list of tickers, or one or the other by channel",
    ],
    [
      { symbols: ['ÄÖ'] },
      "feeds[0].symbols is 'ÄÖ': use tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks",
    ],
    [
      { symbols: ['X'.repeat(65)] },
      `feeds[0].symbols is '${'X'.repeat(65)}': use tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks`,
    ],
    [
      { symbols: [5] },
      'feeds[0].symbols is 5: use tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks',
    ],
    [{ symbols: ['AM.AAPL'] }, "feeds[0].symbols is 'AM.AAPL': use 'AAPL', as the feed of stocks spells it"],
    [
      { market: 'crypto', symbols: ['BTCUSD'] },
      "feeds[0].symbols is 'BTCUSD': use 'BTC-USD', as the feed of crypto spells it",
    ],
    [
      { market: 'crypto', symbols: ['BTC-USD', 'X:BTCUSD'] },
      "feeds[0].symbols is 'BTC-USD': use each of them once",
    ],
    [{ reconcile: ['brk-b'] }, "feeds[0].reconcile is 'brk-b': use 'BRK.B', as the feed of stocks spells it"],
    [{ symbols: ['A', 'B', 'A', 'A'] }, "feeds[0].symbols is 'A': use each of them once"],
    [{ reconcile: 'AAPL' }, "feeds[0].reconcile is 'AAPL': use a list of tickers"],
    [{ reconcile: ['A', 'A'] }, "feeds[0].reconcile is 'A': use each of them once"],
    [
      { symbolSource: null },
      "feeds[0].symbolSource is null: use { parameter: 'its name' }, { bucket: 'its name', key: 'of the object' } or { redisStream: 'its key' }",
    ],
    [
      { symbolSource: { bucket: 'lists' } },
      'feeds[0].symbolSource.key is missing: use the key of an object without spaces, *, ? and $',
    ],
    [
      { symbolSource: { parameter: '/list', region: 'here' } },
      "a setting of feeds[0].symbolSource is 'region': use one of parameter",
    ],
    [{ symbolLimit: '5' }, "feeds[0].symbolLimit is '5': use a whole number from 1 to 1000000"],
    [
      { symbolLimit: 1, symbols: ['A', 'B'] },
      'feeds[0].symbols are 2: use at most 1, which is the symbolLimit',
    ],
    ...['feeds', '-a.example.com', 'a-.example.com', 'example.com-', `${'x'.repeat(64)}.com`].map(
      (host): [{ host: string }, string] => [
        { host },
        `feeds[0].host is '${host}': use a host's name such as 'socket.massive.com', without scheme and path, of at most 253 characters, 63 between dots`,
      ],
    ),
    [
      { host: `${'x.'.repeat(126)}xx` },
      `feeds[0].host is '${'x.'.repeat(50)}'... 154 more characters: use a host's name such as 'socket.massive.com', without scheme and path, of at most 253 characters, 63 between dots`,
    ],
    [
      { host: null },
      "feeds[0].host is null: use a host's name such as 'socket.massive.com', without scheme and path, of at most 253 characters, 63 between dots",
    ],
    [
      { apiKeySecret: 5 },
      'feeds[0].apiKeySecret is 5: use the name of a secret, not its ARN: up to 512 letters, digits and /_+=.@-',
    ],
    [
      { shards: '4' },
      "feeds[0].shards is '4': use one of 1, 2, 4, 8, 16, 32, 64, or { minutes, bars } of these",
    ],
    [{ task: null }, 'feeds[0].task is null: use { cpu: 256, memory: Size.mebibytes(512) } or more'],
    [
      { task: { cpu: 256 } },
      'feeds[0].task.memory is missing: use a Size of 512 to 2048 MiB with 256 CPU units, in whole GiB above 512',
    ],
    [
      { task: { cpu: 256, memory: 512 } },
      'feeds[0].task.memory is 512: use a Size of 512 to 2048 MiB with 256 CPU units, in whole GiB above 512',
    ],
    [
      { task: { cpu: '256', memory: Size.mebibytes(512) } },
      "feeds[0].task.cpu is '256': use one of 256, 512, 1024, 2048, 4096",
    ],
    [
      { task: { cpu: 256, memory: Size.mebibytes(512), disk: 21 } },
      "a setting of feeds[0].task is 'disk': use one of cpu, memory",
    ],
    [
      { specialDays: { '2027-03-05': '00:00' } },
      "feeds[0].specialDays['2027-03-05'] is '00:00': use 'closed', 'as usual' or a time after 09:30 and before 16:00, when the regular session is on",
    ],
    [{ reconcile: ['AAPL', 'MSFT'] }, "feeds[0].reconcile is 'MSFT': use tickers that are among the symbols"],
    [{ specialDays: null }, 'feeds[0].specialDays is null: use days by date'],
    [
      { store: true },
      'feeds[0].store is true: use false, or whole numbers of days from 1 to 3650 by timeframe: {"5m":60}',
    ],
    [{ store: { '2m': 5 } }, "a timeframe of feeds[0].store is '2m': use one of 5m, 15m, 30m, 1h, 4h"],
    [{ store: { '5m': 0 } }, "feeds[0].store['5m'] is 0: use a whole number of days from 1 to 3650"],
    [{ store: { '4h': '9' } }, "feeds[0].store['4h'] is '9': use a whole number of days from 1 to 3650"],
    [
      { specialDays: { '2027-02-30': 'closed' } },
      "a date of feeds[0].specialDays is '2027-02-30': use dates such as '2027-03-05'",
    ],
    [{ restRequestsPerSecond: '5' }, "feeds[0].restRequestsPerSecond is '5': use a number from 0.01 to 100"],
    [
      { reconsile: ['AAPL'] },
      `a setting of feeds[0] is 'reconsile': use one of ${Object.keys(feedSettings).join(', ')}`,
    ],
  ];
  test.each(refusals.map(([settings, message]) => ({ settings, message })))(
    'is refused: $message',
    ({ settings, message }) => {
      expect(faultsOfFeed(settings)).toEqual([message]);
    },
  );

  test('that says undefined of an optional setting has the default', () => {
    const optional = Object.keys(withFeedDefaults(feed)).filter(name => !(name in feed));
    expect(optional).toContain('host');
    const silent = { ...feed, ...Object.fromEntries(optional.map(name => [name, undefined])) };
    expect(withFeedDefaults(silent)).toEqual(withFeedDefaults(feed));
    expect(faultsOf({ feeds: [silent] })).toEqual([]);
  });

  test('may spell its tickers as the vendor does elsewhere: they are known by the symbols of the feed', () => {
    const crypto: Feed = {
      ...feed,
      market: 'crypto',
      symbols: ['X:BTC-USD', 'ETH-USD'],
      reconcile: ['X:ETHUSD'],
    };
    expect(faultsOf({ feeds: [crypto] })).toEqual([]);
    expect(withFeedDefaults(crypto)).toMatchObject({
      symbols: ['BTC-USD', 'ETH-USD'],
      reconcile: ['ETH-USD'],
    });
  });

  test('after one that is no feed is still looked at', () => {
    expect(faultsOf({ feeds: ['stocks', { ...feed, shards: 3 }] })).toEqual([
      "feeds[0] is 'stocks': use the settings of a feed",
      'feeds[1].shards is 3: use one of 1, 2, 4, 8, 16, 32, 64, or { minutes, bars } of these',
    ]);
  });
});
