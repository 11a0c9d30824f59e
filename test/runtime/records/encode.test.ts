/** Records are written byte by byte: to the very text that JSON has for their values. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeRolledBar } from '../../../runtime/records/decode.ts';
import { encodeMinuteBar, encodeRolledBar } from '../../../runtime/records/encode.ts';
import { minuteBars, rolledBars } from './support/arbitraries.ts';

/** A record's values by JSON, but for the volumes, which are decimals of any length. */
function byJson(values: object): string {
  return JSON.stringify(values).replace(/("(?:v|dayV)olume"):"([\d.]+)"/g, '$1:$2');
}

/** Doubles of every size, and decimals with all numbers of digits. */
const numbers = fc.oneof(
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.tuple(fc.maxSafeNat(), fc.nat(20)).map(([digits, places]) => Number(`${digits}e-${places}`)),
  fc.tuple(fc.nat(10_000_000), fc.nat(8)).map(([digits, places]) => Number(`${digits}e-${places}`)),
  fc.constantFrom(0, -0, 1e9, 1e9 - 1, 1e15, 1e15 - 1, 1e11 - 1e-4, 999_999_999.9999, 1e-4, 1e21, 5e-324),
);

describe('a record', () => {
  test('of a minute is the JSON of its values', () => {
    fc.assert(
      fc.property(minuteBars('futures'), bar => {
        const { type, symbol, start, open, high, low, close, volume, vwap, session, version } = bar;
        const { source, dayVolume, dayVwap, officialOpen, trades, otc } = bar;
        const identity = { type, schema: 1, symbol, timeframe: '1m', start, end: start + 60_000 };
        const values = { open, high, low, close, volume, vwap, minutes: 1, uncovered: 0, session };
        const rest = { source, dayVolume, dayVwap, officialOpen, trades, otc };
        expect(encodeMinuteBar(bar)).toBe(byJson({ ...identity, ...values, final: true, version, ...rest }));
      }),
    );
  });

  test('of a window is the JSON of its values, whatever was written before', () => {
    const few = fc.record({
      start: fc.constantFrom(86_400_000, 86_700_000),
      end: fc.constantFrom(90_000_000, 90_300_000),
      session: fc.constantFrom('pre', 'regular'),
      final: fc.boolean(),
    });
    const alike = fc.tuple(rolledBars, few).map(([bar, others]) => ({ ...bar, ...others }));
    fc.assert(
      fc.property(fc.array(fc.oneof(rolledBars, alike), { maxLength: 12 }), bars => {
        for (const bar of bars) {
          const { symbol, timeframe, start, end, open, high, low, close, volume, vwap } = bar;
          const { minutes, uncovered, session, final, version, trades } = bar;
          const identity = { type: 'bar', schema: 1, symbol, timeframe, start, end };
          const prices = { open, high, low, close, volume, vwap };
          const state = { minutes, uncovered, session, final, version, trades };
          expect(encodeRolledBar(bar)).toBe(byJson({ ...identity, ...prices, ...state }));
        }
      }),
    );
  });

  test('has every number as JSON writes it', () => {
    fc.assert(
      fc.property(minuteBars('stocks'), fc.array(numbers, { minLength: 50, maxLength: 50 }), (bar, many) => {
        for (const open of many)
          expect(encodeMinuteBar({ ...bar, open })).toContain(`"open":${JSON.stringify(open)},"high"`);
      }),
      { numRuns: 400 },
    );
  });

  test('is ASCII and keeps every text, however long and whatever is in it', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary-ascii' }));
    fc.assert(
      fc.property(minuteBars('stocks'), texts, fc.integer({ min: 1, max: 3_000 }), (bar, text, times) => {
        const symbol = text.repeat(times);
        const record = encodeMinuteBar({ ...bar, symbol, session: text });
        expect(record).toMatch(/^[ -~]*$/);
        expect(JSON.parse(record)).toMatchObject({ symbol, session: text, high: bar.high });
      }),
    );
  });

  test('is whole again after one that was longer than any other', () => {
    fc.assert(
      fc.property(minuteBars('stocks'), rolledBars, (minute, window) => {
        encodeMinuteBar({ ...minute, symbol: 'A'.repeat(10_000) });
        expect(decodeRolledBar(encodeRolledBar(window))).toEqual(window);
      }),
      { numRuns: 5 },
    );
  });
});
