/** What a minute bar's record means never depends on its layout: the quick way of reading gives what JSON gives. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeMinuteRecord } from '../../../../runtime/records/decode.ts';
import { encodeMinuteBar } from '../../../../runtime/records/encode.ts';
import { barMinuteIn, decodeMinuteData } from '../../../../runtime/records/fast/decode.ts';
import { slotOf } from '../../../../runtime/records/slot.ts';
import { minuteBars } from '../support/arbitraries.ts';

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

/** A record cut off, or with some of its characters replaced, doubled or left out. */
const damaged = fc
  .tuple(
    altered,
    fc.nat(400),
    fc.nat(3),
    fc.oneof(fc.constant(''), fc.string({ unit: 'binary', maxLength: 2 })),
  )
  .map(([text, at, length, other]) => text.slice(0, at) + other + text.slice(at + length));

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** What was read, of a bar only what the roll-up takes. */
function taken(record: ReturnType<typeof decodeMinuteData | typeof decodeMinuteRecord>) {
  if (record.type !== 'bar') return record;
  const { type, symbol, start, open, high, low, close, volume, version, vwap, trades } = record;
  const slot = 'slot' in record ? record.slot : slotOf(symbol);
  return { type, symbol, slot, start, open, high, low, close, volume, version, vwap, trades };
}

describe('a minute bar in the layout of the writer', () => {
  test.each(MARKETS)('of %s reads as in any other layout', market => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.oneof(minuteBars(market).map(encodeMinuteBar), altered, damaged), text => {
        const read = decodeMinuteData(base64(text), market);
        const quickly = barMinuteIn(base64(text), market) === undefined ? 'by JSON' : 'quickly';
        outcomes.add(`${read.type} ${quickly}`);
        expect(taken(read)).toEqual(taken(decodeMinuteRecord(Buffer.from(text).toString(), market)));
      }),
      { numRuns: 3_000 },
    );
    expect([...outcomes].sort()).toEqual(['bar by JSON', 'bar quickly', 'invalid by JSON']);
  });

  test('is read without JSON whenever its numbers are plain and its texts need no escape', () => {
    fc.assert(
      fc.property(minuteBars('futures'), bar => {
        const text = encodeMinuteBar(bar);
        if (!/[eE][+-]\d|\\/.test(text.replace(/"[^"\\]*"/g, '')))
          expect(barMinuteIn(base64(text), 'futures')).toEqual(taken(bar));
        else expect(barMinuteIn(base64(text), 'futures')).toBeUndefined();
      }),
    );
  });

  test('is read for what it is whatever was read before it', () => {
    const bars = fc.array(minuteBars('futures').map(encodeMinuteBar), { minLength: 2, maxLength: 5 });
    const cut = fc
      .tuple(bars, fc.nat(400))
      .map(([texts, at]) => texts.flatMap(text => [text, text.slice(0, at)]));
    fc.assert(
      fc.property(cut, texts => {
        for (const text of texts)
          expect(taken(decodeMinuteData(base64(text), 'futures'))).toEqual(
            taken(decodeMinuteRecord(text, 'futures')),
          );
      }),
    );
  });

  test('is read by JSON when it is longer than any record should be', () => {
    const text = `{"type":"bar","schema":1,"symbol":"${'A'.repeat(5_000)}"}`;
    expect(barMinuteIn(base64(text), 'stocks')).toBeUndefined();
    expect(decodeMinuteData(base64(text), 'stocks')).toEqual(decodeMinuteRecord(text, 'stocks'));
  });
});
