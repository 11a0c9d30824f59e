/** Feeds that would write the same keys of a Redis server, or into the same folders of a bucket. */
import { describe, expect, test } from '@jest/globals';
import { faultsOf, feed } from '../support/faults.ts';

describe('an environment with two feeds of one market and one Redis server', () => {
  const first = { ...feed, symbols: '*', channels: ['minutes', 'trades'], sinks: [writing()] };
  const second = { ...first, apiKeySecret: 'keys/second', name: 'second' };
  function writing(more: object = {}) {
    return { kind: 'redis', urlSecret: 'redis/url', ...more };
  }

  test.each([
    ['everything', {}, 'minutes of all symbols'],
    ['some of it', { channels: ['trades'], symbols: ['IBM'] }, 'trades of IBM'],
    ['a list of its own', { channels: ['trades'], symbols: { trades: ['C', 'IBM'] } }, 'trades of C'],
  ])('is refused where both write the same keys: %s', (_, settings, what) => {
    expect(faultsOf({ feeds: [first, { ...second, ...settings }] })).toEqual([
      `feeds[1] writes ${what} under the same keys of Redis as feeds[0], whose urlSecret is the same: give it a database of its own, or other channels or symbols`,
    ]);
  });

  test.each([
    ['server', { sinks: [writing({ urlSecret: 'redis/second' })] }],
    ['channel', { channels: ['fmv'] }],
    ['kind of events', { sinks: [writing({ include: ['FMV:*'] })], channels: ['minutes', 'fmv'] }],
    ['list, kept elsewhere', { symbolSource: { parameter: '/symbols' } }],
    ['market', { market: 'crypto' }],
  ])('is accepted with another %s', (_, settings) => {
    expect(faultsOf({ feeds: [first, { ...second, ...settings }] })).toEqual([]);
  });

  test.each([
    ['T:AAPL', 'T:MSFT,T:A', []],
    ['T:ES*', 'T:NQ*', []],
    [
      'T:ES*',
      'T:NQZ5,T:ESZ5',
      [expect.stringContaining('feeds[1] writes trades of ESZ5 under the same keys')],
    ],
  ])('of which one takes %s and the other %s', (some, others, faults) => {
    const feeds = [
      { ...first, channels: ['trades'], sinks: [writing({ include: [some] })] },
      { ...second, channels: ['trades'], sinks: [writing({ include: others.split(',') })] },
    ];
    expect(faultsOf({ feeds })).toEqual(faults);
  });

  test('is accepted with other symbols', () => {
    const [some, others] = [['IBM'], ['C', 'F']].map(symbols => ({ symbols }));
    expect(
      faultsOf({
        feeds: [
          { ...first, ...some },
          { ...second, ...others },
        ],
      }),
    ).toEqual([]);
  });
});

test('an environment is refused where two feeds write the same events of a kind into the same folders of a bucket, whatever their markets', () => {
  const writing = (more: object = {}) => ({
    ...{ ...feed, symbols: '*', channels: ['trades', 'quotes'] },
    sinks: [{ kind: 's3', bucket: 'lake', prefix: 'raw', ...more }],
  });
  const options = { market: 'options', channels: ['trades'] };
  const faultsBeside = (second: object) => faultsOf({ feeds: [writing(), second] });
  expect(faultsBeside({ ...writing(), ...options })).toEqual([
    'feeds[1] writes trades of all symbols into the same folders as feeds[0], whose bucket and prefix are the same: give it a prefix of its own, or other channels or symbols',
  ]);
  // Keys carry the host and lines the feed: folders of feeds that share no symbol hold each event once.
  const first = { ...writing(), symbols: ['AAPL', 'IBM'] };
  const second = { ...writing(), apiKeySecret: 'keys/second', name: 'second' };
  expect(faultsOf({ feeds: [first, { ...second, symbols: ['MSFT'] }] })).toEqual([]);
  expect(faultsOf({ feeds: [first, { ...second, symbols: ['MSFT', 'IBM'] }] })).toEqual([
    expect.stringContaining('feeds[1] writes trades of IBM into the same folders as feeds[0]'),
  ]);
  expect(faultsBeside({ ...writing({ prefix: 'raw/options' }), ...options })).toEqual([]);
  expect(faultsBeside({ ...writing(), market: 'crypto' })).toEqual([]);
  // A bucket of its own each.
  const [one, other] = [writing({ bucket: undefined }), { ...writing({ bucket: undefined }), ...options }];
  expect(faultsOf({ feeds: [one, other] })).toEqual([]);
});
