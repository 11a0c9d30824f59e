/** Decimals are exact, canonical and bounded. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decimalFrom, decimalOf, scaleOf, unitsAt, wholeOf } from '../../../runtime/records/decimal.ts';

describe('a decimal', () => {
  test.each([
    ['4989', '4989'],
    ['4989.0', '4989'],
    ['0004989.500', '4989.5'],
    ['0', '0'],
    ['0.000', '0'],
    ['.5', undefined],
    ['5.', undefined],
    ['1e3', '1000'],
    ['12.5E-3', '0.0125'],
    ['1.5e+1', '15'],
    ['0e-9999', '0'],
    ['-1', undefined],
    ['+1', undefined],
    ['1 ', undefined],
    ['', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['1e30', undefined],
    ['1e9999', undefined],
    ['999999999999999999999999999999', '999999999999999999999999999999'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['0.0000000000000000001', undefined],
  ])('reads %p as %p', (text, decimal) => {
    expect(decimalOf(text)).toBe(decimal);
  });

  test.each([
    [4332125.03836, '4332125.03836'],
    [1e21, '1000000000000000000000'],
    [1e-7, '0.0000001'],
    [-0, '0'],
    [-1, undefined],
    [Number.NaN, undefined],
    [1e300, undefined],
  ])('reads the double %p as %p', (value, decimal) => {
    expect(decimalOf(value)).toBe(decimal);
  });

  test('of a number of units is that of the same bigint, next to whole ones too', () => {
    const scales = fc.integer({ min: 0, max: 18 });
    const units = fc.oneof(
      fc.maxSafeNat(),
      fc.nat(),
      fc
        .tuple(fc.maxSafeNat(), fc.nat(15), fc.integer({ min: -1, max: 1 }))
        .map(([whole, digits, beside]) => {
          const one = 10 ** digits;
          return Math.min(Math.max(0, Math.floor(whole / one) * one + beside), Number.MAX_SAFE_INTEGER);
        }),
    );
    fc.assert(
      fc.property(units, scales, (many, scale) => {
        expect(decimalFrom(many, scale)).toBe(decimalFrom(BigInt(many), scale));
      }),
      { numRuns: 5_000 },
    );
  });

  test('without its point is a whole number, exact as far as a double holds it', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 27n), fc.integer({ min: 0, max: 18 }), (units, scale) => {
        const decimal = decimalFrom(units, scale);
        expect(wholeOf(decimal)).toBe(Number(unitsAt(decimal, scaleOf(decimal))));
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 18 }), (units, scale) => {
        const decimal = decimalFrom(units, scale);
        expect(wholeOf(decimal)).toBe(Number(unitsAt(decimal, scaleOf(decimal))));
      }),
    );
  });

  test('is the same whatever zeros are written around it', () => {
    const zeros = fc.nat(25).map(count => '0'.repeat(count));
    const digits = fc.bigInt({ min: 0n, max: 10n ** 30n - 1n });
    fc.assert(
      fc.property(digits, fc.nat(18), zeros, zeros, (units, scale, before, after) => {
        const decimal = decimalFrom(units, scale);
        const fraction = decimal.includes('.') ? after : `.0${after}`;
        for (const text of [`${before}${decimal}`, `${decimal}${fraction}`, `${before}${decimal}${fraction}`])
          expect([text, decimalOf(text)]).toEqual([text, decimal]);
      }),
    );
  });

  test('is the same number again once it has been canonical', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 30n - 1n }),
        fc.integer({ min: 0, max: 18 }),
        (units, scale) => {
          const decimal = decimalFrom(units, scale);
          expect(decimalOf(decimal)).toBe(decimal);
          expect(unitsAt(decimal, 18)).toBe(units * 10n ** BigInt(18 - scale));
          expect(scaleOf(decimal)).toBeLessThanOrEqual(scale);
          expect(decimal).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
        },
      ),
    );
  });

  test('cannot be longer than thirty digits before the point', () => {
    expect(() => decimalFrom(10n ** 48n, 18)).toThrow(
      '1000000000000000000000000000000000000000000000000e-18 is outside what a decimal holds',
    );
  });
});
