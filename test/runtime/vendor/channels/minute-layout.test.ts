/** What a frame means never depends on its layout: the quick way of reading gives what JSON gives. */
import { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Versions } from '../../../../runtime/ingester/lease/versions.ts';
import { Subscription } from '../../../../runtime/ingester/symbols/subscription.ts';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import { minutesIn } from '../../../../runtime/vendor/channels/minute-layout.ts';
import { MinutesChannel } from '../../../../runtime/vendor/channels/minutes.ts';
import { jsonIn } from '../../../../runtime/vendor/json.ts';
import { readFrame } from '../../../../runtime/vendor/socket/frame.ts';
import { Tally } from '../../../../runtime/vendor/socket/tally.ts';
import { VendorWords } from '../../../../runtime/vendor/words.ts';
import { MINUTE, OPEN } from '../../ingester/support/records.ts';

/** Numbers as the vendor has them, and all that is on the edge of being one. */
const plain = fc.tuple(fc.nat(99_999_999), fc.nat(6)).map(([digits, places]) => `${digits / 10 ** places}`);
const odd = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/),
  fc.stringMatching(/^[-+]?[0-9.eE]{1,20}$/),
  fc.double().map(value => JSON.stringify(value)),
  fc.constantFrom('-0', '0.0', '00', '01', '-', '1.', '.5', '1..2', '1.2.3', '1e', '1e999', 'NaN', '1 '),
  fc.constantFrom('null', 'true', '[]', '[1]', '{}', '{"s":1}', '"5"', '""', '9'.repeat(400)),
);
const number = fc.oneof({ weight: 40, arbitrary: plain }, { weight: 1, arbitrary: odd });

const tenNumbers = fc.tuple(
  ...([number, number, number, number, number, number, number, number, number, number] as const),
);

const ticker = fc.stringMatching(/^[A-Z]{1,5}$/).map(text => JSON.stringify(text));
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }).map(text => JSON.stringify(text)),
  fc.string({ unit: 'binary', maxLength: 20 }).map(text => `"${text}"`),
  fc.constantFrom('"A\\u0042"', '"A\\"B"', '"\\\\"', '"O:AAPL251219C00150000"', '"é"', '"日本"', '""', '1'),
);
const texts = fc.oneof({ weight: 20, arbitrary: ticker }, { weight: 1, arbitrary: oddText });
const decimals = fc.oneof(
  { weight: 20, arbitrary: plain.map(text => JSON.stringify(text.includes('.') ? text : `${text}.0`)) },
  { weight: 1, arbitrary: odd.map(text => `"${text}"`) },
  { weight: 1, arbitrary: oddText },
);

const place = fc.nat(90).map(minutes => OPEN + minutes * MINUTE);
/** The order of the vendor's. Prices are such that most bars keep the rules. */
const fields = fc
  .tuple(place, texts, tenNumbers, decimals, decimals, fc.nat(2 ** 10))
  .map(([start, sym, [v, av, op, vw, o, c, h, l, a, z], dv, dav, present]) => {
    const [low = '0', ...higher] = [o, c, h, l].toSorted((x, y) => Number(x) - Number(y));
    const [open, close, high] = higher;
    const all: [string, string | undefined, boolean][] = [
      ['ev', '"AM"', true],
      ['sym', sym, true],
      ['v', v, true],
      ['av', av, (present & 1) > 0],
      ['op', op, (present & 2) > 0],
      ['vw', vw, (present & 4) > 0],
      ['o', open, true],
      ['c', close, true],
      ['h', high, true],
      ['l', low, true],
      ['a', a, (present & 8) > 0],
      ['z', z, (present & 16) > 0],
      ['s', `${start}`, true],
      ['e', `${start + MINUTE}`, true],
      ['otc', 'true', (present & 32) > 0],
      ['dv', dv, (present & 64) > 0],
      ['dav', dav, (present & 128) > 0],
    ];
    return all.flatMap(([name, value, isThere]) => (isThere ? [`"${name}":${value}`] : []));
  });

/** Something in the way of the vendor's order: a field moved, twice or missing, or one that nobody knows. */
const disorder = fc.oneof(
  fc.record({
    kind: fc.constantFrom('moved', 'twice', 'missing', 'unknown'),
    at: fc.nat(16),
    to: fc.nat(16),
  }),
  fc.constant(undefined),
);
const events = fc
  .tuple(
    fields,
    fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: disorder }),
  )
  .map(([all, change]) => {
    if (change === undefined) return all;
    const at = change.at % all.length;
    const taken = all.slice(at, at + 1);
    const rest = change.kind === 'twice' ? all : all.toSpliced(at, 1);
    const put =
      { moved: taken, twice: taken, missing: [], unknown: ['"x":{"v":[1,"}"]}'] }[change.kind] ?? [];
    return rest.toSpliced(change.to % (rest.length + 1), 0, ...put);
  })
  .map(all => `{${all.join(',')}}`);
const strangers = fc.oneof(
  fc.constantFrom('{"ev":"status","status":"success","message":"subscribed to: AM.A"}', 'null', '7', '[]'),
  fc.constantFrom('{"ev":"T","sym":"A"}', '{"ev":"AM"}', '{}', '"{\\"ev\\":\\"AM\\"}"', '{"ev":"AM","sym":"'),
  fc.jsonValue().map(value => JSON.stringify(value)),
);

/** Something in the way of the frame: white space, a cut, or another character. */
const damage = fc.record({
  kind: fc.constantFrom('cut', 'space', 'changed', 'tail'),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  char: fc.constantFrom(
    ' ',
    '\n',
    '\t',
    ',',
    '}',
    ']',
    '"',
    '\\',
    '0',
    '\u0000',
    '\u00e9',
    '\u0141',
    '\ud800',
  ),
});
const frames = fc
  .tuple(
    fc.array(fc.oneof({ weight: 30, arbitrary: events }, { weight: 1, arbitrary: strangers }), {
      maxLength: 5,
    }),
    fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: damage }),
  )
  .map(([all, harm]) => {
    const frame = `[${all.join(',')}]`;
    if (harm === undefined) return frame;
    const at = Math.floor(harm.at * frame.length);
    if (harm.kind === 'cut') return frame.slice(0, at);
    if (harm.kind === 'tail') return frame + harm.char;
    return frame.slice(0, at) + harm.char + frame.slice(harm.kind === 'space' ? at : at + 1);
  });

/** The same frame, in a layout that only JSON knows. */
const inOtherWords = (frame: string) => ` ${frame}`;

const words = new VendorWords('top-secret');

function read(text: string) {
  const clock = new EventClock({ now: OPEN + 30 * MINUTE, speed: 0 });
  const minutes = new MinutesChannel({
    market: 'stocks',
    subscription: new Subscription('*'),
    clock,
    versions: new Versions(() => clock.now(), 0),
    counts: new Tally(new Logger({ logLevel: 'SILENT' }), words),
    words,
  });
  const { statuses, oddities, events } = readFrame(text, [minutes], words);
  const found = events.get(minutes);
  const places = found?.fields.map((fields, index) => [found.places?.[index] ?? index, fields]);
  const reading = found && minutes.read(found, text);
  return { frame: { statuses, oddities, places }, reading, bars: reading?.told };
}

describe('a frame in the layout of the vendor', () => {
  test('reads as in any other layout', () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(frames, frame => {
        expect(minutesIn(inOtherWords(frame))).toBeUndefined();
        const { frame: events, reading, bars } = read(frame);
        const expected = read(inOtherWords(frame));
        expect(events).toEqual(expected.frame);
        expect(reading).toEqual(expected.reading);
        const way = minutesIn(frame) ? 'quickly' : 'by JSON';
        const said = [bars?.bars.length && 'bars', bars?.refused.length && 'refused', ...events.oddities];
        for (const what of said)
          if (what) outcomes.set(`${way}: ${what}`, 1 + (outcomes.get(`${way}: ${what}`) ?? 0));
      }),
      { numRuns: 2_000 },
    );
    for (const outcome of [
      'quickly: bars',
      'quickly: refused',
      'by JSON: bars',
      'by JSON: refused',
      'by JSON: not JSON',
    ])
      expect([outcome, (outcomes.get(outcome) ?? 0) > 20]).toEqual([outcome, true]);
  });

  test('is read without JSON whenever it is the one that was recorded, whichever fields are left out', () => {
    const recorded = `{"ev":"AM","sym":"AAPL","v":4989,"av":4332125,"op":212.5,"vw":212.4123,"o":212.4,"c":212.45,"h":212.5,"l":212.35,"a":212.2291,"z":61,"s":${OPEN},"e":${OPEN + MINUTE},"otc":true,"dv":"4989.0","dav":"4332125.03836"}`;
    const optional = ['av', 'op', 'vw', 'a', 'z', 'otc', 'dv', 'dav'];
    fc.assert(
      fc.property(fc.array(fc.subarray(optional), { minLength: 1 }), all => {
        const frame = `[${all.map(left => left.reduce((text, name) => text.replace(new RegExp(`,"${name}":[^,}]+`), ''), recorded)).join(',')}]`;
        expect(minutesIn(frame)).toEqual(JSON.parse(frame));
      }),
    );
  });

  test('has the numbers that JSON has, however long they are, and the text of a long volume', () => {
    const digits = fc.stringMatching(/^\d{1,25}$/);
    const number = fc
      .tuple(fc.constantFrom('', '-'), fc.bigInt(0n, 10n ** 25n), fc.option(digits), fc.nat(25))
      .map(([sign, whole, fraction, shift]) => {
        const before = whole / 10n ** BigInt(shift);
        return `${sign}${before}${fraction === null ? '' : `.${fraction}`}`;
      });
    fc.assert(
      fc.property(fc.array(number, { minLength: 4, maxLength: 4 }), ([v, o, h, l]) => {
        const volume = v?.replace('-', '');
        const frame = `[{"ev":"AM","sym":"A","v":${volume},"o":${o},"c":1,"h":${h},"l":${l},"s":${OPEN},"e":${OPEN + MINUTE}}]`;
        expect(minutesIn(frame)).toEqual(jsonIn(frame));
      }),
      { numRuns: 3_000 },
    );
  });

  test.each(['', ' ', 'x', ']'])('is not mistaken for one of other characters that ends in %j', tail => {
    for (const symbol of ['\u00e9', '\u0141', '\u65e5', '\ud800']) {
      const frame = `[{"ev":"AM","sym":"${symbol}","v":1,"o":1,"c":1,"h":1,"l":1,"s":${OPEN},"e":${OPEN + MINUTE}}]`;
      expect(minutesIn(frame + tail)).toBeUndefined();
    }
  });

  test('is read whole, whatever its size, and by JSON when it is larger than any of the vendor', () => {
    const event = `{"ev":"AM","sym":"AAPL","v":1,"o":1,"c":1,"h":1,"l":1,"s":${OPEN},"e":${OPEN + MINUTE}}`;
    for (const [count, isQuick] of [
      [1, true],
      [30_000, true],
      [2, true],
      [60_000, false],
    ] as const) {
      const frame = `[${Array(count).fill(event).join(',')}]`;
      expect([count, minutesIn(frame)?.length]).toEqual([count, isQuick ? count : undefined]);
      expect(read(frame).frame.places).toHaveLength(count);
    }
  });

  test('is none when it ends before it has begun', () => {
    expect(read(']').frame.oddities).toEqual(['not JSON']);
  });

  test('is read to its end when a symbol in it has none', () => {
    const endless = 'A'.repeat(5_000_000);
    const frame = `[{"ev":"AM","sym":"${endless}","v":1,"o":1,"c":1,"h":1,"l":1,"s":${OPEN},"e":${OPEN + MINUTE}}]`;
    expect(read(frame).bars?.refused).toMatchObject([{ reason: expect.stringContaining('symbol is "AAAA') }]);
  });
});
