/** Whatever bytes a record has, it ends as bars that can be read or in the quarantine with a short reason, and nothing else of its batch is lost. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeMinuteRecord } from '../../../runtime/records/decode.ts';
import { encodeCoverage, encodeMinuteBar, encodeWatermark } from '../../../runtime/records/encode.ts';
import { decodeMinuteData } from '../../../runtime/records/fast/decode.ts';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';

const good = minuteBar('2025-11-20T14:30Z');
/** Longer than any reason needs to be. */
const LONGEST_REASON = 300;

const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`;
const digits = (length: number) => '9'.repeat(length);

/** Values as JSON text that some code or other has choked on. */
const hostile = fc.oneof(
  fc.integer({ min: 1, max: 20_000 }).map(depth => nested(depth, '[', ']')),
  fc.integer({ min: 1, max: 20_000 }).map(depth => nested(depth, '{"a":', '}')),
  fc.integer({ min: 1, max: 10_000 }).map(digits),
  fc.integer({ min: 1, max: 10_000 }).map(length => `0.${digits(length)}`),
  fc.integer({ min: 1, max: 99_999 }).map(exponent => `1e${exponent}`),
  fc.integer({ min: 1, max: 99_999 }).map(exponent => `1e-${exponent}`),
  fc.integer({ min: 1, max: 5_000 }).map(length => `[${'0,'.repeat(length)}0]`),
  fc.string({ unit: 'binary', maxLength: 100 }).map(text => JSON.stringify(text)),
  fc.constantFrom('"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\u001b]0;x\\u0007"', '"\u202e\u009b"'),
  fc.constantFrom('"NaN"', '"Infinity"', 'NaN', '-Infinity', '-0', '0', '1.5', 'null', 'true', '""', '5'),
  fc.constantFrom('{"toString":1}', '{"toJSON":1}', '{"__proto__":{"a":1}}', '{"valueOf":null}', '{}', '[]'),
  fc.constantFrom('"__proto__"', '"constructor"', '"toString"', '9007199254740991', '1e12', '1e27'),
);

const records = fc.constantFrom(
  encodeMinuteBar({ ...good, trades: 7, dayVolume: '5', dayVwap: 2, officialOpen: 3, otc: true }),
  encodeCoverage({
    type: 'coverage',
    slot: 34,
    symbol: 'AAPL',
    minute: good.start,
    covered: false,
    version: 5,
  }),
  encodeWatermark({ type: 'watermark', slot: 34, through: good.start, epoch: 1 }),
);
const FIELDS = /"(\w+)":("[^"]*"|[^,}]+)/g;
const places = fc.array(fc.tuple(fc.nat(22), fc.constantFrom('replaced', 'repeated', 'added'), hostile), {
  minLength: 1,
  maxLength: 3,
});

/** A record of ours with some fields replaced, repeated or added. */
const altered = fc.tuple(records, places).map(([text, changes]) =>
  changes.reduce((changed, [place, how, value]) => {
    let index = 0;
    return changed.replace(FIELDS, (field, name: string) => {
      if (index++ !== place) return field;
      if (how === 'replaced') return `"${name}":${value}`;
      return how === 'repeated' ? `${field},"${name}":${value}` : `${field},"__proto__":${value}`;
    });
  }, text),
);
const texts = fc.oneof(
  { weight: 6, arbitrary: altered },
  { weight: 1, arbitrary: hostile },
  { weight: 1, arbitrary: fc.tuple(records, fc.nat(300)).map(([text, length]) => text.slice(0, length)) },
);
const anyBytes = fc.oneof(
  texts.map(text => Buffer.from(text)),
  fc.uint8Array({ maxLength: 300 }),
);

describe('a record of hostile bytes', () => {
  test.each([
    ['5,000 nested lists', nested(5_000, '[', ']'), /^record is \[{5}\.{3}\]{5}: not a JSON object$/],
    [
      '5,000 nested objects in a price',
      encodeMinuteBar(good).replace('"open":10', `"open":${nested(5_000, '{"a":', '}')}`),
      /^open is \{[^:]*:.{1,60}: use a finite number$/,
    ],
    [
      'nested lists beside a long volume',
      encodeMinuteBar({ ...good, volume: digits(20) }).replace('{', `{"x":${nested(20_000, '[', ']')},`),
      /^record is not to be read: "RangeError: Maximum call stack size exceeded"$/,
    ],
    [
      'a type of 5,000 control characters',
      `{"schema":1,"type":${JSON.stringify('\u0000'.repeat(5_000))}}`,
      /^type is "(\\u0000){9}.{5}: use bar, coverage or watermark$/,
    ],
  ] as const)('such as %s is refused with a short reason', async (_, text, rule) => {
    const rollup = new RollupOnTwins();
    await rollup.deliver(good, Buffer.from(text), '2025-11-20T14:35Z');
    const [{ raw, reason } = { raw: '', reason: '' }, ...others] = rollup.quarantined();
    expect({ isWhole: raw === text, reason, others }).toEqual({
      isWhole: true,
      reason: expect.stringMatching(rule),
      others: [],
    });
    expect(rollup.bars('5m')).toMatchObject([{ minutes: 1, final: true }]);
  });

  test('stops nothing: what is not refused rolls up to bars that can be read', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, async bytes => {
        const rollup = new RollupOnTwins();
        await rollup.deliver(good, bytes, '2025-11-20T14:35Z', '2099-12-31T00:00Z');
        expect(rollup.bars('5m').some(({ symbol }) => symbol === 'AAPL')).toBe(true);
        for (const { reason } of rollup.quarantined()) {
          expect(reason).toMatch(/^[ -~’]+$/);
          expect(reason.length).toBeLessThan(LONGEST_REASON);
        }
      }),
      { numRuns: 250 },
    );
  });

  test('is judged alike by the quick reader and by the general one', () => {
    fc.assert(
      fc.property(texts, text => {
        const read = decodeMinuteData(Buffer.from(text).toString('base64'), 'stocks');
        const general = decodeMinuteRecord(Buffer.from(text).toString(), 'stocks');
        const { slot: _, ...taken } = { slot: undefined, ...read };
        expect(general).toMatchObject(read.type === 'bar' ? taken : read);
      }),
      { numRuns: 500 },
    );
  });
});
