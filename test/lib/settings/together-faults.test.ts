/** What does not go together in a feed, and what its owner reads then. */
import { describe, expect, test } from '@jest/globals';
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

const refusals: [settings: Readonly<Record<string, unknown>>, message: string][] = [
  [
    { ...taking, symbols: { minutes: '*' } },
    "feeds[0].symbols.trades is missing: use '*' or a list of tickers, as for every channel of the feed",
  ],
  [
    { ...taking, symbols: { minutes: '*', trades: ['AAPL'], quotes: ['AAPL'] } },
    "a setting of feeds[0].symbols is 'quotes': use one of minutes, trades",
  ],
  [
    { ...taking, symbols: { minutes: '*', trades: ['AAPL'] }, symbolSource: { parameter: '/list' } },
    'feeds[0].symbolSource takes the place of one list, and symbols has one for each channel: use one list, or no symbolSource',
  ],
  [
    { ...taking, market: 'options', symbols: '*', channels: ['minutes', 'quotes'] },
    'feeds[0].symbols asks for quotes of all options: the vendor sends them of at most 1000 to one connection: name those, with a list for each channel: { quotes: [...] }',
  ],
  [
    {
      ...taking,
      market: 'options',
      symbols: { minutes: '*', fmv: contracts(1_001) },
      channels: ['minutes', 'fmv'],
    },
    'feeds[0].symbols asks for fmv of 1001 options: the vendor sends them of at most 1000 to one connection: name those, with a list for each channel: { fmv: [...] }',
  ],
  [
    { channels: ['minutes', 'trades', 'quotes'] },
    "feeds[0].channels has trades, quotes, which no sink takes: add one, such as { kind: 'events' }, to its sinks",
  ],
  [
    { channels: ['luld', 'trades'], sinks: [redis] },
    "feeds[0].channels has luld, which no sink takes: add one, such as { kind: 'events' }, to its sinks",
  ],
  [
    { sinks: [events] },
    "feeds[0].sinks[0] is 'events', and nothing comes to it: add to channels what it takes, such as 'trades', or leave it out",
  ],
  [
    { symbolSource: { redisStream: 'stream:scanner:filtered' } },
    "feeds[0].symbolSource is a stream of Redis, and no sink says which server: add { kind: 'redis', urlSecret } to its sinks",
  ],
  [
    { latest: true },
    "feeds[0].latest writes bars to Redis, and no sink says which server: add { kind: 'redis', urlSecret } to its sinks",
  ],
  [
    { ...withSink(redis), apiKeySecret: 'redis/url' },
    sinkFault(
      ".urlSecret is 'redis/url', whose value is the vendor's key: name the secret with the server's address",
    ),
  ],
  [
    withSink({ ...redis, tokenSecret: 'redis/url' }),
    sinkFault(
      ".tokenSecret is 'redis/url', whose value is the server's address: name the secret with the server's token",
    ),
  ],
  [
    {
      channels: ['trades'],
      sinks: [events],
      ...{ universe: { size: 5 }, symbolSource: { parameter: '/list' } },
    },
    "feeds[0].universe is for minutes, which are not among its channels: leave it out, or add 'minutes' to channels",
  ],
  [
    { ...taking, symbols: { minutes: '*', trades: tickers(9_000) } },
    "feeds[0].symbols and what sinks include take 63001 characters together, as the task is told them: use at most 50000, which is what it holds, or '*'",
  ],
  [
    { channels: ['trades'], sinks: [events], store: { '5m': 9 } },
    "feeds[0].store is for minutes, which are not among its channels: leave it out, or add 'minutes' to channels",
  ],
  [
    { channels: ['trades'], sinks: [events], schedule: 'sessions' },
    "feeds[0].schedule needs the monitor, which looks after feeds with minutes alone: leave it out, or add 'minutes' to channels",
  ],
  [
    { channels: ['trades'], sinks: [{ kind: 'stdout' }], readers: ['111122223333'] },
    "feeds[0].readers have nothing to read: add 'minutes' to channels, or { kind: 'events' } to its sinks",
  ],
];

describe('a feed', () => {
  test.each(refusals.map(([settings, message]) => ({ settings, message })))(
    'is refused: $message',
    ({ settings, message }) => {
      expect(faultsOfFeed(settings)).toEqual([message]);
    },
  );
});
