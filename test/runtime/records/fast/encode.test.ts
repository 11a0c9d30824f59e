/** Records are written byte by byte: to the very text that the plain codec writes. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { MinuteBar } from '../../../../runtime/records/bar.ts';
import { encodeMinuteBar, encodeRolledBar } from '../../../../runtime/records/encode.ts';
import { minuteBarData, rolledBarData } from '../../../../runtime/records/fast/encode.ts';
import { minuteBars, rolledBars } from '../support/arbitraries.ts';

/** Doubles of every size, and decimals with all numbers of digits. */
const numbers = fc.oneof(
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.tuple(fc.maxSafeNat(), fc.nat(20)).map(([digits, places]) => Number(`${digits}e-${places}`)),
  fc.tuple(fc.nat(10_000_000), fc.nat(8)).map(([digits, places]) => Number(`${digits}e-${places}`)),
  fc.constantFrom(0, -0, 1e9, 1e9 - 1, 1e15, 1e15 - 1, 1e11 - 1e-4, 999_999_999.9999, 1e-4, 1e21, 5e-324),
);
const written = (bar: MinuteBar) => minuteBarData(bar).toString();

describe('the bytes of a record', () => {
  test('of a minute are those of the plain codec', () => {
    fc.assert(
      fc.property(minuteBars('futures'), bar => {
        expect(written(bar)).toBe(encodeMinuteBar(bar));
      }),
    );
  });

  test('of a window are those of the plain codec, whatever was written before', () => {
    const few = fc.record({
      start: fc.constantFrom(86_400_000, 86_700_000),
      end: fc.constantFrom(90_000_000, 90_300_000),
      session: fc.constantFrom('pre', 'regular'),
      final: fc.boolean(),
    });
    const alike = fc.tuple(rolledBars, few).map(([bar, others]) => ({ ...bar, ...others }));
    fc.assert(
      fc.property(fc.array(fc.oneof(rolledBars, alike), { maxLength: 12 }), bars => {
        for (const bar of bars) expect(rolledBarData(bar).toString()).toBe(encodeRolledBar(bar));
      }),
    );
  });

  test('have every number as JSON writes it', () => {
    fc.assert(
      fc.property(minuteBars('stocks'), fc.array(numbers, { minLength: 50, maxLength: 50 }), (bar, many) => {
        const isOther = (open: number) =>
          !written({ ...bar, open }).includes(`"open":${JSON.stringify(open)},"high"`);
        expect(many.filter(isOther)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('are ASCII and keep every text, however long and whatever is in it', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary-ascii' }));
    fc.assert(
      fc.property(minuteBars('stocks'), texts, fc.integer({ min: 1, max: 500 }), (bar, text, times) => {
        const symbol = text.repeat(times);
        const record = written({ ...bar, symbol, session: text });
        expect(record).toMatch(/^[ -~]*$/);
        expect(record).toBe(encodeMinuteBar({ ...bar, symbol, session: text }));
        expect(JSON.parse(record)).toMatchObject({ symbol, session: text, high: bar.high });
      }),
    );
  });

  test('are whole again after those that were more than any others', () => {
    fc.assert(
      fc.property(minuteBars('stocks'), rolledBars, (minute, window) => {
        minuteBarData({ ...minute, symbol: 'A'.repeat(10_000) });
        expect(rolledBarData(window).toString()).toBe(encodeRolledBar(window));
      }),
      { numRuns: 5 },
    );
  });
});
