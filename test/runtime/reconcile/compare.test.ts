/** Our bars beside the vendor's. */
import { describe, expect, test } from '@jest/globals';
import { compareBars } from '../../../runtime/reconcile/compare.ts';

const start = Date.parse('2025-11-20T15:00:00Z');
const bar = { start, open: 10, high: 12, low: 9, close: 11, volume: 500 };
const sides = {
  market: 'stocks',
  symbol: 'AAPL',
  minutes: 5,
  ours: [bar],
  theirs: [bar],
  uncovered: new Set<number>(),
} as const;

describe('bars', () => {
  test('that are equal, up to a fraction of a share, do not differ', () => {
    expect(compareBars(sides)).toEqual({ compared: 1, mismatches: [] });
    expect(compareBars({ ...sides, theirs: [{ ...bar, volume: 500.9 }] }).mismatches).toEqual([]);
  });

  test.each([
    { theirs: [{ ...bar, high: 13 }], what: 'high: ours 12, theirs 13' },
    { theirs: [{ ...bar, volume: 502 }], what: 'volume: ours 500, theirs 502' },
    { theirs: [], what: 'the vendor has no bar' },
    { ours: [], what: 'we have no bar' },
  ])('that differ are named: $what', ({ what, ...changed }) => {
    expect(compareBars({ ...sides, ...changed }).mismatches).toEqual([
      { symbol: 'AAPL', minutes: 5, start: '2025-11-20T15:00:00.000Z', what },
    ]);
  });

  test('of coins differ by less than a coin, for there is no whole to cut off at', () => {
    const of = (volume: number) =>
      compareBars({
        ...sides,
        market: 'crypto',
        ours: [{ ...bar, volume: 0.9 }],
        theirs: [{ ...bar, volume }],
      });
    expect(of(0.1).mismatches).toMatchObject([{ what: 'volume: ours 0.9, theirs 0.1' }]);
    expect(of(0.9000000001).mismatches).toEqual([]);
  });

  test('of which we know that minutes are missing are not compared', () => {
    expect(compareBars({ ...sides, ours: [], uncovered: new Set([start]) })).toEqual({
      compared: 0,
      mismatches: [],
    });
  });
});
