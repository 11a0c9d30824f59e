/** What of a text from outside may be shown. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printable } from '../../../runtime/records/show.ts';

describe('printable text', () => {
  test.each([
    ['ESC and BEL', '\u001b[2Jx\u0007', '\ufffd[2Jx\ufffd'],
    ['controls of C1', 'a\u009b31m', 'a\ufffd31m'],
    ['what turns the reading direction', 'a\u202eb\u2066c', 'a\ufffdb\ufffdc'],
    ['line ends of every kind', 'a\nb\r\u2028c\u0085', 'a\ufffdb\ufffd\ufffdc\ufffd'],
    ['halves of characters', 'a\ud83d', 'a\ufffd'],
    ['a whole one', 'déjà 😀', 'déjà 😀'],
  ])('%s: %j is %j', (_, text, shown) => {
    expect(printable(text, 20)).toBe(shown);
  });

  test('is cut where it is too long', () => {
    expect(printable('x'.repeat(300_000), 10)).toBe('xxxxxxx...');
    expect(printable('xxxxxxxxxx', 10)).toBe('xxxxxxxxxx');
  });

  test('holds nothing unprintable and is never longer than allowed, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 3, max: 50 }), (text, limit) => {
        const shown = printable(text, limit);
        expect(shown.length).toBeLessThanOrEqual(limit);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
