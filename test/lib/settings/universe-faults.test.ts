/** What a ranked list of symbols must look like, and what it goes together with. */
import { expect, test } from '@jest/globals';
import { faultsOfFeed } from '../support/faults.ts';

const symbolSource = { parameter: '/barflow/symbols' };

test.each<[Readonly<Record<string, unknown>>, string | undefined]>([
  [{ universe: { size: 500 }, symbolSource }, undefined],
  [
    {
      universe: { size: 2_000, hysteresis: 0, changesPerDay: 10, sessions: 20 },
      symbolSource: { bucket: 'lists', key: 'all' },
    },
    undefined,
  ],
  [
    { universe: 500, symbolSource },
    'feeds[0].universe is 500: use { size }, with hysteresis, changesPerDay and sessions',
  ],
  [
    { universe: { size: 0 }, symbolSource },
    'feeds[0].universe.size is 0: use a whole number from 1 to 20000',
  ],
  [
    { universe: { size: 5, hysteresis: 1 }, symbolSource },
    'feeds[0].universe.hysteresis is 1: use a number from 0 to 0.9',
  ],
  [
    { universe: { size: 5, changesPerDay: 0 }, symbolSource },
    'feeds[0].universe.changesPerDay is 0: use a whole number from 1 to 20000',
  ],
  [
    { universe: { size: 5, sessions: 1.5 }, symbolSource },
    'feeds[0].universe.sessions is 1.5: use a whole number from 1 to 60',
  ],
  [
    { universe: { size: 5, top: 3 }, symbolSource },
    "a setting of feeds[0].universe is 'top': use one of size, hysteresis, changesPerDay, sessions",
  ],
  [
    { universe: { size: 5 } },
    'feeds[0].universe writes the list that symbolSource names: give { parameter } or { bucket, key }',
  ],
  [
    { universe: { size: 2_000 }, symbolSource },
    'feeds[0].universe.size is 2000, and a parameter holds about 1300 symbols: use { bucket, key } for symbolSource',
  ],
  [
    { universe: { size: 50 }, symbolSource, symbolLimit: 10 },
    'feeds[0].universe.size is 50: use at most 10, which is the symbolLimit',
  ],
  [
    { universe: { size: 5 }, symbolSource, market: 'crypto', symbols: ['BTC-USD'] },
    'feeds[0].universe ranks stocks, of which the vendor adds up what was traded: leave it out for crypto',
  ],
])('%j: %s', (settings, problem) => {
  expect(faultsOfFeed(settings)).toEqual(problem === undefined ? [] : [problem]);
});
