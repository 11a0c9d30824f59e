/** Minutes of one session for tests of features: some as they are told, and random ones. */
import fc from 'fast-check';
import { features } from '../../../../../runtime/fold/features/features.ts';
import { type FeatureName, featureNames } from '../../../../../runtime/fold/features/names.ts';
import { type SeriesMinute, seriesOf } from '../../../../../runtime/fold/features/series.ts';

const plain: SeriesMinute = { open: 10, high: 10, low: 10, close: 10, volume: '100' };

/** A minute of which a test says what counts; prices that it does not name are its close. */
export function minute(told: Partial<SeriesMinute> & { readonly close?: number }): SeriesMinute {
  const { close = 10 } = told;
  return { ...plain, open: close, high: close, low: close, ...told };
}

/** Minutes that close so, one after another. */
export const closing = (...closes: number[]): SeriesMinute[] => closes.map(close => minute({ close }));

/** The values of a feature, undefined where it has none. */
export function valuesOf(name: FeatureName, minutes: readonly SeriesMinute[]): (number | undefined)[] {
  return [...features[name].of(seriesOf(minutes))].map(value => (Number.isNaN(value) ? undefined : value));
}

/** The values of every feature of each minute. */
export function rowsOf(minutes: readonly SeriesMinute[]): (number | undefined)[][] {
  const columns = featureNames.map(name => valuesOf(name, minutes));
  return minutes.map((_, i) => columns.map(column => column[i]));
}

const price = fc.integer({ min: 1_000, max: 1_400 }).map(eighths => eighths / 8);

/** @param volumes of which each has one */
export const anyMinute = (volumes: fc.Arbitrary<number>): fc.Arbitrary<SeriesMinute> =>
  fc.tuple(price, price, price, price, volumes).map(([a, b, c, d, volume]) => {
    const [low = 0, open = 0, close = 0, high = 0] = [a, b, c, d].sort((one, other) => one - other);
    return { open, high, low, close, volume: String(volume), vwap: (open + close) / 2 };
  });
