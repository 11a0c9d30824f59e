/** What a minute bar's record means never depends on its layout: the quick way of reading gives what JSON gives. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeMinuteRecord } from '../../../runtime/bars/decode.ts';
import { encodeMinuteBar } from '../../../runtime/bars/encode.ts';
import { barFields } from '../../../runtime/bars/layout.ts';
import { minuteBars } from './support/arbitraries.ts';

const MARKETS = ['stocks', 'futures'] as const;

/** Numbers as records have them, and all that is on the edge of being one or of being allowed. */
const digits = fc.stringMatching(/^\d{1,33}$/);
const numbers = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9]\d{0,17})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/),
  digits,
  fc.tuple(digits, digits).map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.integer({ min: 0, max: 70_000_000 }).map(minute => String(minute * 60_000)),
  fc.constantFrom(
    '-0',
    '0.0',
    '00',
    '1.',
    '.5',
    '-1',
    'null',
    'true',
    '"5"',
    '1763649000000',
    '9'.repeat(400),
  ),
);
const texts = fc.oneof(
  fc.string({ maxLength: 70 }).map(text => JSON.stringify(text)),
  fc.constantFrom('"A\\u0041"', '"live"', '"regular"', '""', '1'),
);

/** The record of a bar with some of its values replaced by any others. */
const altered = fc
  .tuple(
    minuteBars('futures'),
    fc.dictionary(
      fc.nat(20).map(String),
      fc.oneof({ weight: 3, arbitrary: numbers }, { weight: 1, arbitrary: texts }),
      {
        maxKeys: 3,
      },
    ),
  )
  .map(([bar, others]) => {
    let place = 0;
    return encodeMinuteBar(bar).replace(/:("[^"]*"|[^,}"]+)/g, value => {
      const other = others[place++];
      return other === undefined ? value : `:${other}`;
    });
  });

/** The same record, in a layout that only JSON knows. */
const inOtherWords = (text: string) => `{ ${text.slice(1)}`;

describe('a minute bar in the layout of the writer', () => {
  test.each(MARKETS)('of %s reads as in any other layout', market => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.oneof(minuteBars(market).map(encodeMinuteBar), altered), text => {
        const read = decodeMinuteRecord(text, market);
        const quickly = barFields(text) === undefined ? 'by JSON' : 'quickly';
        outcomes.add(`${read.type} ${quickly}`);
        expect(barFields(inOtherWords(text))).toBeUndefined();
        const expected = decodeMinuteRecord(inOtherWords(text), market);
        // A record that is no JSON at all is shown as it stands.
        if (expected.type !== 'invalid' || !expected.reason.endsWith('not JSON'))
          expect(read).toEqual(expected);
        else expect(read).toMatchObject({ type: 'invalid', reason: expect.stringContaining('not JSON') });
      }),
      { numRuns: 2_000 },
    );
    expect([...outcomes].sort()).toEqual([
      'bar by JSON',
      'bar quickly',
      'invalid by JSON',
      'invalid quickly',
    ]);
  });

  test('is read without JSON whenever its numbers are plain and its texts need no escape', () => {
    fc.assert(
      fc.property(minuteBars('futures'), bar => {
        const text = encodeMinuteBar(bar);
        if (!/[eE][+-]\d|\\/.test(text.replace(/"[^"\\]*"/g, ''))) expect(barFields(text)).toBeDefined();
        else expect(barFields(text)).toBeUndefined();
      }),
    );
  });
});
