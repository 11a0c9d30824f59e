/** What a digest tells apart, and what it does not. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ohlcv } from '../../../runtime/records/bar.ts';
import { Digest } from '../../../runtime/records/digest.ts';
import { minuteBars } from './support/arbitraries.ts';

function digestOf(add: (digest: Digest) => void): number {
  const digest = new Digest();
  add(digest);
  return digest.take();
}
const ofValues = (bar: Ohlcv) => digestOf(digest => digest.values(bar));

describe('a digest', () => {
  test('is the same for the same values, whatever else a bar says, and another when one of them differs', () => {
    const field = fc.constantFrom('open', 'high', 'low', 'close', 'vwap');
    fc.assert(
      fc.property(minuteBars('futures'), field, (bar, name) => {
        const { open, high, low, close, volume, vwap } = bar;
        const values = { open, high, low, close, volume, ...(vwap !== undefined && { vwap }) };
        expect(ofValues(bar)).toBe(ofValues(values));
        expect(ofValues(bar)).not.toBe(ofValues({ ...bar, [name]: (bar[name] ?? 0) / 2 + 1e-9 }));
        expect(ofValues(bar)).not.toBe(ofValues({ ...bar, volume: `${volume}1` }));
      }),
    );
  });

  test('knows one zero, no number from it, and where one text ends and the next begins', () => {
    expect(digestOf(digest => digest.number(-0))).toBe(digestOf(digest => digest.number(0)));
    expect(digestOf(digest => digest.number())).not.toBe(digestOf(digest => digest.number(0)));
    const two = (first: string, second: string) =>
      digestOf(digest => {
        digest.text(first);
        digest.text(second);
      });
    expect(two('12', '3')).not.toBe(two('1', '23'));
  });

  test('begins anew once it is taken, and fits into a double', () => {
    const digest = new Digest();
    fc.assert(
      fc.property(fc.array(fc.double()), numbers => {
        const taken = [0, 1].map(() => {
          for (const number of numbers) digest.number(number);
          return digest.take();
        });
        expect(taken[0]).toBe(taken[1]);
        expect(Number.isSafeInteger(taken[0])).toBe(true);
      }),
    );
  });
});
