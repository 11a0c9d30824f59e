/** What a revised, a late and a future minute change: exactly the rows that depend on it. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FeatureName, featureNames } from '../../../../runtime/fold/features/names.ts';
import type { SeriesMinute } from '../../../../runtime/fold/features/series.ts';
import { anyMinute, rowsOf, valuesOf } from './support/minutes.ts';

const RUNS = { numRuns: 60 };
const withVolume = anyMinute(fc.integer({ min: 1, max: 1_000 }));
const session = (any: fc.Arbitrary<SeriesMinute>) => fc.array(any, { minLength: 1, maxLength: 60 });

/** With every price of minute `k` a cent higher, and with more volume. */
function revised(minutes: readonly SeriesMinute[], k: number): SeriesMinute[] {
  return minutes.map((each, i) => {
    if (i !== k) return each;
    const { open, high, low, close, volume, vwap = 0 } = each;
    const prices = { open: open + 0.01, high: high + 0.01, low: low + 0.01, close: close + 0.01 };
    return { ...prices, volume: String(Number(volume) + 7), vwap: vwap + 0.01 };
  });
}

/** For how many rows after its own a revised minute counts where it neither opens the session nor bounds its range. */
const reach: Readonly<Record<FeatureName, number>> = {
  intraday_vwap: Number.POSITIVE_INFINITY,
  intraday_rsi_14: Number.POSITIVE_INFINITY,
  intraday_momentum_20: 20,
  intraday_volatility_20: 20,
  intraday_volume_ratio: 20,
  intraday_price_to_open: 0,
  intraday_range_position: 0,
};
/** Between its own row and the last one that it counts for, momentum depends on other minutes. */
const isTouched = (name: FeatureName, distance: number) =>
  distance >= 0 &&
  distance <= reach[name] &&
  (name !== 'intraday_momentum_20' || distance === 0 || distance === 20);

/** The first minute opens the session and is wider than all others. */
const opening: SeriesMinute = { open: 130, high: 200, low: 50, close: 130, volume: '10', vwap: 130 };

test.each(featureNames)('a revised minute changes exactly the rows of %s that depend on it', name => {
  fc.assert(
    fc.property(session(withVolume), fc.nat(), (others, place) => {
      const minutes = [opening, ...others];
      const k = 1 + (place % others.length);
      const [before, after] = [valuesOf(name, minutes), valuesOf(name, revised(minutes, k))];
      const changed = before.map((value, i) => !Object.is(value, after[i]));
      const wanted = before.map((value, i) => value !== undefined && isTouched(name, i - k));
      // An average of nothing but rises is 100, and one of nothing but falls 0, whatever they were.
      const isExtreme = (i: number) => name === 'intraday_rsi_14' && (before[i] === 0 || before[i] === 100);
      for (const [i, isChanged] of changed.entries())
        if (!isExtreme(i)) expect([i, isChanged]).toEqual([i, wanted[i]]);
    }),
    RUNS,
  );
});

test('a revised first minute moves the open, and a new high or low the range, of all rows after it', () => {
  fc.assert(
    fc.property(session(withVolume), others => {
      const minutes = [opening, ...others];
      const moved = [{ ...opening, open: 131, high: 201 }, ...others];
      for (const name of ['intraday_price_to_open', 'intraday_range_position'] as const) {
        const [before, after] = [valuesOf(name, minutes), valuesOf(name, moved)];
        expect(before.every((value, i) => value !== after[i])).toBe(true);
      }
    }),
    RUNS,
  );
});

const anyVolume = anyMinute(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000 })));

test('a row depends on no minute after its own, whether minutes have volume or not', () => {
  fc.assert(
    fc.property(session(anyVolume), fc.nat(), (minutes, place) => {
      const known = minutes.slice(0, 1 + (place % minutes.length));
      expect(rowsOf(minutes).slice(0, known.length)).toEqual(rowsOf(known));
    }),
    RUNS,
  );
});

test('a minute that is found later changes no row before it', () => {
  fc.assert(
    fc.property(session(anyVolume), anyVolume, fc.nat(), (minutes, found, place) => {
      const k = place % (minutes.length + 1);
      expect(rowsOf(minutes.toSpliced(k, 0, found)).slice(0, k)).toEqual(rowsOf(minutes).slice(0, k));
    }),
    RUNS,
  );
});
