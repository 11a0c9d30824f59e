/** Each feature against values worked out by hand, and two of them against a public implementation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RSI, VWAP } from 'trading-signals';
import { features } from '../../../../runtime/fold/features/features.ts';
import { featureNames } from '../../../../runtime/fold/features/names.ts';
import type { SeriesMinute } from '../../../../runtime/fold/features/series.ts';
import { anyMinute, closing, minute, valuesOf } from './support/minutes.ts';

const none = (count: number) => Array.from({ length: count }, () => undefined);
const flat = (count: number, told: Partial<SeriesMinute> = {}) =>
  Array.from({ length: count }, () => minute(told));
const silent = { close: 99, high: 120, low: 1, volume: '0', vwap: 99 };

function expectClose(values: readonly (number | undefined)[], wanted: readonly (number | undefined)[]): void {
  expect(values.map(value => value !== undefined)).toEqual(wanted.map(value => value !== undefined));
  for (const [i, value] of values.entries())
    if (value !== undefined) expect(value).toBeCloseTo(wanted[i] ?? Number.NaN, 12);
}

describe('the VWAP', () => {
  test.each<[string, Partial<SeriesMinute>[], (number | undefined)[]]>([
    [
      'weighs by volume',
      [
        { vwap: 10, volume: '1' },
        { vwap: 20, volume: '3' },
        { vwap: 13, volume: '4' },
      ],
      [10, 17.5, 15.25],
    ],
    [
      'waits for volume',
      [
        { vwap: 7, volume: '0' },
        { vwap: 20, volume: '0.5' },
      ],
      [undefined, 20],
    ],
    [
      'stays over minutes without volume, with a VWAP or without',
      [{ vwap: 10 }, silent, { volume: '0' }],
      [10, 10, 10],
    ],
    [
      'ends where a minute with volume has none',
      [{ vwap: 10 }, {}, { vwap: 10 }],
      [10, undefined, undefined],
    ],
  ])('%s', (_, told, wanted) => {
    expectClose(valuesOf('intraday_vwap', told.map(minute)), wanted);
  });
});

describe('the RSI', () => {
  // Rises of 2 and falls of 1 in turns: averages of 14/14 and 7/14, then of (13·1 + 0) / 14 and (13·0.5 + 1) / 14.
  const waves = Array.from({ length: 15 }, (_, i) => 100 + Math.floor(i / 2) + (i % 2) * 2);
  test.each<[string, number[], (number | undefined)[]]>([
    [
      'exists from the 15th bar on, and smooths as Wilder does',
      [...waves, 106],
      [...none(14), 100 / 1.5, (100 * 13) / (13 + 7.5)],
    ],
    ['is 100 where prices only rose', Array.from({ length: 16 }, (_, i) => i + 1), [...none(14), 100, 100]],
    ['is 0 where prices only fell', Array.from({ length: 15 }, (_, i) => 50 - i), [...none(14), 0]],
    ['is 50 where nothing moved', Array.from({ length: 15 }, () => 5), [...none(14), 50]],
  ])('%s', (_, closes, wanted) => {
    expectClose(valuesOf('intraday_rsi_14', closing(...closes)), wanted);
  });
});

describe('momentum', () => {
  const sevens = Array.from({ length: 19 }, () => 7);
  test.each<[string, number[], (number | undefined)[]]>([
    ['is the return over 20 bars, from the 21st on', [100, ...sevens, 110, 14], [...none(20), 0.1, 1]],
    [
      'is left out from a price that is not above zero',
      [100, 0, ...sevens, 110, 14],
      [...none(20), -0.93, undefined, 1],
    ],
  ])('%s', (_, closes, wanted) => {
    expectClose(valuesOf('intraday_momentum_20', closing(...closes)), wanted);
  });
});

describe('volatility', () => {
  // Each bar doubles or halves the price: every return is ln 2.
  const doubling = (count: number) => closing(...Array.from({ length: count }, (_, i) => 10 * (1 + (i % 2))));
  test('is the root of the sum of 20 squared log returns, from the 21st bar on', () => {
    expectClose(valuesOf('intraday_volatility_20', doubling(22)), [
      ...none(20),
      Math.LN2 * Math.sqrt(20),
      Math.LN2 * Math.sqrt(20),
    ]);
  });

  test('forgets the bar before the last 20 returns', () => {
    const values = valuesOf('intraday_volatility_20', closing(5, ...Array.from({ length: 21 }, () => 10)));
    expectClose(values, [...none(20), Math.LN2, 0]);
  });

  test('is left out while a price that is not above zero is among them', () => {
    const values = (first: number, others: number) =>
      valuesOf('intraday_volatility_20', closing(first, ...Array.from({ length: 21 }, () => others)));
    expectClose(values(-1, 10), [...none(21), 0]);
    expectClose(values(-10, -10), none(22));
  });
});

describe('the volume ratio', () => {
  test.each<[string, Partial<SeriesMinute>[], (number | undefined)[]]>([
    [
      'is of the 20 bars before, from the 21st on',
      [...flat(20), { volume: '250' }, { volume: '215' }],
      [...none(20), 2.5, 2],
    ],
    ['is 0 for a minute without volume', [...flat(20), silent], [...none(20), 0]],
    ['is left out where those had none', [...flat(20, silent), {}, {}], [...none(20), undefined, 20]],
  ])('%s', (_, told, wanted) => {
    expectClose(valuesOf('intraday_volume_ratio', told.map(minute)), wanted);
  });
});

describe('price to open', () => {
  test.each<[string, Partial<SeriesMinute>[], (number | undefined)[]]>([
    ['is the return since the first bar opened', [{ open: 10, close: 11 }, { close: 9 }], [0.1, -0.1]],
    [
      'takes open and price from minutes with volume, once there is one',
      [silent, { open: 10, close: 11 }, silent],
      [0, 0.1, 0.1],
    ],
    ['is left out from an open that is not above zero', [{ open: 0, close: 1 }, { close: 2 }], none(2)],
  ])('%s', (_, told, wanted) => {
    expectClose(valuesOf('intraday_price_to_open', told.map(minute)), wanted);
  });
});

describe('the range position', () => {
  test.each<[string, Partial<SeriesMinute>[], (number | undefined)[]]>([
    [
      'is between the low and the high so far',
      [
        { low: 8, high: 12, close: 9 },
        { low: 9, high: 16, close: 14 },
      ],
      [0.25, 0.75],
    ],
    ['is 0.5 where they are equal', [{ close: 10 }, { close: 10 }], [0.5, 0.5]],
    [
      'takes them from minutes with volume, once there is one',
      [silent, { low: 8, high: 12, close: 9 }, silent],
      [98 / 119, 0.25, 0.25],
    ],
  ])('%s', (_, told, wanted) => {
    expectClose(valuesOf('intraday_range_position', told.map(minute)), wanted);
  });
});

describe('a public implementation', () => {
  const sessions = fc.array(anyMinute(fc.integer({ min: 1, max: 1_000 })), { minLength: 30, maxLength: 60 });

  test('has the same RSI', () => {
    fc.assert(
      fc.property(sessions, minutes => {
        const other = new RSI(14);
        const wanted = minutes.map(({ close }) => other.update(close, false) ?? undefined);
        expectNear(valuesOf('intraday_rsi_14', minutes), wanted);
      }),
      { numRuns: 50 },
    );
  });

  test('has the same VWAP of typical prices', () => {
    fc.assert(
      fc.property(sessions, minutes => {
        const other = new VWAP();
        const typical = minutes.map(each => ({ ...each, vwap: (each.high + each.low + each.close) / 3 }));
        const wanted = typical.map(
          each => other.update({ ...each, volume: Number(each.volume) }, false) ?? undefined,
        );
        expectNear(valuesOf('intraday_vwap', typical), wanted);
      }),
      { numRuns: 50 },
    );
  });

  function expectNear(
    values: readonly (number | undefined)[],
    wanted: readonly (number | undefined)[],
  ): void {
    for (const [i, value] of values.entries()) {
      expect(value === undefined).toBe(wanted[i] === undefined);
      expect(Math.abs((value ?? 0) - (wanted[i] ?? 0))).toBeLessThanOrEqual(1e-9 * Math.abs(value ?? 0));
    }
  }
});

test.each(featureNames)('%s exists from the bar on that its definition names', name => {
  const minutes = Array.from({ length: 30 }, (_, i) => minute({ close: 10 + i, vwap: 10 }));
  const first = valuesOf(name, minutes).findIndex(value => value !== undefined);
  expect(first + 1).toBe(features[name].firstBar);
});

test('the documentation has of each feature what its definition says', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/features.md'), 'utf8');
  for (const name of featureNames) {
    const { formula, unit, firstBar, absent = 'never', source } = features[name];
    expect(text).toContain(`| \`${name}\` | ${formula} | ${unit} | ${firstBar} | ${absent} | ${source} |`);
  }
});
