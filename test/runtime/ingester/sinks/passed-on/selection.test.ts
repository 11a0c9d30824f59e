/** Which events a sink takes. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  Patterns,
  patternsIn,
  Selection,
  symbolFits,
} from '../../../../../runtime/ingester/sinks/passed-on/selection.ts';
import { numbered } from '../../support/numbered.ts';

const [quotes, trades] = [new Set(['Q']), new Set(['T'])];

describe('a pattern', () => {
  test.each([
    ['AAPL', 'AAPL', true],
    ['AAPL', 'AAP', false],
    ['AAPL', '*', true],
    ['ESZ5', 'ES*', true],
    ['NESZ5', 'ES*', false],
    ['ES', 'ES*', true],
    ['BRK.B', '*.B', true],
    ['BRKxB', 'BRK.B', false],
    ['O:SPY251219C00650000', 'O:SPY*C*', true],
    ['O:SPY251219P00650000', 'O:SPY*C*', false],
    ['abab', '*ab', true],
    ['A', 'a', false],
  ])('of %s: %s fits: %s', (symbol, pattern, fits) => {
    expect(symbolFits(symbol, pattern)).toBe(fits);
  });

  test('of stars and a symbol that nearly fits are looked at no longer than both are long', () => {
    expect(symbolFits('a'.repeat(64), `${'*a'.repeat(31)}*b`)).toBe(false);
  });

  test('is split at its first separator: tickers have some of their own', () => {
    expect(patternsIn('T:ES*, Q.O:SPY* ,AM.BRK.B')).toEqual([
      { kind: 'T', symbols: 'ES*' },
      { kind: 'Q', symbols: 'O:SPY*' },
      { kind: 'AM', symbols: 'BRK.B' },
    ]);
  });

  test.each(['', 'T', 'T:', ':ES*', 't:ES*', 'T:ES*,', 'T:E S', 'T ES*', `T:${'A'.repeat(65)}`])(
    'is refused where it is none: %j',
    text => {
      expect(() => patternsIn(text)).toThrow(
        'is not allowed: use kinds and symbols with commas between them, such as `T:ES*,Q:ES*` or `AM.AAPL`',
      );
    },
  );
});

describe('patterns together', () => {
  test('have what one of them fits, named or with stars, of its kind', () => {
    const symbols = fc.string({ unit: fc.constantFrom('A', 'B', '*'), minLength: 1, maxLength: 4 });
    const pattern = fc.record({ kind: fc.constantFrom('T', 'Q'), symbols });
    const event = fc.record({ kind: fc.constantFrom('T', 'Q', 'A'), symbol: symbols });
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 6 }), event, (all, { kind, symbol }) => {
        const isOne = all.some(each => each.kind === kind && symbolFits(symbol, each.symbols));
        expect(new Patterns(all).have({ kind, symbol })).toBe(isOne);
      }),
    );
  });
});

describe('a selection', () => {
  test('takes what one of its patterns fits', () => {
    const selection = new Selection({ include: patternsIn('T:ES*,Q:AAPL'), quotes, trades });
    const taken = [
      numbered(1, 'T', 'ESZ5'),
      numbered(2, 'Q', 'ESZ5'),
      numbered(3, 'Q', 'AAPL'),
      numbered(4, 'T', 'AAPL'),
    ].filter(event => selection.takes(event));
    expect(taken.map(({ seq }) => seq)).toEqual([1, 3]);
  });

  test('looks an event up by its name, and not through all the names that are wanted', () => {
    let looks = 0;
    const include = Array.from({ length: 1_000 }, (_, n) => ({
      kind: 'T',
      get symbols() {
        looks++;
        return `S${n}`;
      },
    }));
    const selection = new Selection({ include, quotes, trades });
    looks = 0;
    expect(selection.takes(numbered(1, 'T', 'S999'))).toBe(true);
    expect(selection.takes(numbered(2, 'T', 'S1000'))).toBe(false);
    expect(looks).toBe(0);
  });

  test('takes one in so many quotes of each symbol, and everything else', () => {
    const selection = new Selection({ sampleQuotes: 3, quotes, trades });
    const events = Array.from({ length: 6 }, (_, n) => [
      numbered(n, 'Q', 'A'),
      numbered(n, 'Q', 'B'),
      numbered(n, 'T', 'A'),
    ]).flat();
    const taken = events.filter(event => selection.takes(event)).map(({ topic, seq }) => `${topic} ${seq}`);
    expect(taken.filter(each => each.startsWith('Q'))).toEqual(['Q.A 0', 'Q.B 0', 'Q.A 3', 'Q.B 3']);
    expect(taken.filter(each => each.startsWith('T'))).toHaveLength(6);
  });

  test('leaves out what it has no use for, whatever is asked for', () => {
    const selection = new Selection({ own: patternsIn('T:*'), include: patternsIn('Q:*'), quotes, trades });
    expect([numbered(1, 'T', 'A'), numbered(2, 'Q', 'A')].filter(event => selection.takes(event))).toEqual(
      [],
    );
  });

  test.each([
    ['{"ev":"T","c":[14,41]}', false],
    ['{"ev":"T","c":[1]}', true],
    ['{"ev":"T","c":41}', false],
    ['{"ev":"T"}', true],
    ['{"ev":"T","c":["41"]}', true],
  ])('leaves out trades with a condition that is not wanted, quotes never: %s', (text, taken) => {
    const selection = new Selection({ withoutConditions: [2, 41], quotes, trades });
    expect(selection.takes({ ...numbered(1, 'T', 'A'), text })).toBe(taken);
    expect(selection.takes({ ...numbered(1, 'Q', 'A'), text })).toBe(true);
  });
});
