/** What the vendor says, on its way out. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VendorWords } from '../../../runtime/vendor/words.ts';

const KEY = 'pQ7_k-3/x.Z+9%aA';
const words = new VendorWords(KEY);

describe('the words of the vendor', () => {
  test.each([
    ['as it is', KEY],
    [
      'escaped by JSON',
      Array.from(KEY, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
    ['escaped by JSON in capitals', 'pQ7_k-3\\/x.\\u005A\\u002B9%aA'],
    ['as part of an address', encodeURIComponent(KEY)],
  ])('never hold the key, quoted %s', (_, quoted) => {
    expect(words.text(`is ${quoted}!`)).toBe('is <the key>!');
    expect(words.withoutKey(`\u0000${quoted}\u0000`)).toBe('\u0000<the key>\u0000');
    expect(words.quoteKey(`is ${quoted}!`)).toBe(true);
  });

  test('do not hold it where they are cut, or where something unprintable parts it', () => {
    expect(words.text(`${'x'.repeat(295)}${KEY}`)).not.toContain(KEY.slice(0, 6));
    expect(words.text(`${KEY.slice(0, 4)}\u200b${KEY.slice(4)}`)).not.toContain(KEY);
  });

  test.each([
    [{ toString: 1 }, 'an object'],
    [Object.create(null), 'an object'],
    [[[]], 'a list'],
    [7, '7'],
    [null, 'null'],
    [undefined, 'missing'],
  ])('are %j: %s', (said, shown) => {
    expect(words.text(said)).toBe(shown);
  });

  test('hold no key where a symbol happens to say the same as one that is too short for a key', () => {
    expect(new VendorWords('KEY').quoteKey('KEYS')).toBe(false);
  });

  test('leave alone whatever is not the key', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(words.withoutKey(text)).toBe(text);
        expect(words.quoteKey(text)).toBe(false);
      }),
    );
  });
});
