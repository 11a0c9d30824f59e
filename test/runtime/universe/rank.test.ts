/** Which symbols are followed: the most traded, without coming and going at the edge. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextUniverse } from '../../../runtime/universe/rank.ts';

const rules = { size: 4, hysteresis: 0.25, changesPerDay: 1 };
/** Each trades less than the one before. */
const traded = (...symbols: string[]) => new Map(symbols.map((symbol, index) => [symbol, 100 - index]));

describe('the universe', () => {
  test('is the most traded symbols where there was none, however many come in', () => {
    expect(nextUniverse([], traded('A', 'B', 'C', 'D', 'E'), rules)).toEqual({
      ...{ symbols: ['A', 'B', 'C', 'D'], added: ['A', 'B', 'C', 'D'], removed: [] },
    });
  });

  test('keeps who has fallen a little below the edge, and lets go who has fallen far', () => {
    const current = ['A', 'B', 'C', 'D'];
    expect(nextUniverse(current, traded('A', 'B', 'C', 'X', 'D', 'Y'), rules).removed).toEqual([]);
    expect(nextUniverse(current, traded('A', 'B', 'C', 'X', 'Y', 'D'), rules)).toEqual({
      ...{ symbols: ['A', 'B', 'C', 'X'], added: ['X'], removed: ['D'] },
    });
  });

  test('takes in who trades far more than is needed, in the place of the last', () => {
    expect(nextUniverse(['A', 'B', 'C', 'D'], traded('X', 'A', 'B', 'C', 'D'), rules)).toEqual({
      ...{ symbols: ['X', 'A', 'B', 'C'], added: ['X'], removed: ['D'] },
    });
  });

  test('changes no more on one day than it may, the best and the worst first, and is never short for it', () => {
    const day = traded('X', 'Y', 'Z', 'A', 'B', 'C', 'D');
    const first = nextUniverse(['A', 'B', 'C', 'D'], day, rules);
    expect(first).toEqual({ symbols: ['X', 'A', 'B', 'C'], added: ['X'], removed: ['D'] });
    expect(nextUniverse(first.symbols, day, rules).symbols).toEqual(['X', 'Y', 'A', 'B']);
  });

  test('lets go first of who did not trade at all', () => {
    const { removed } = nextUniverse(
      ['A', 'B', 'C', 'GONE'],
      traded('A', 'X', 'Y', 'Z', 'V', 'B', 'C'),
      rules,
    );
    expect(removed).toEqual(['GONE']);
  });

  test('of a smaller size lets go of the least traded', () => {
    const all = ['A', 'B', 'C', 'D'];
    expect(nextUniverse(all, traded(...all), { ...rules, size: 2 }).symbols).toEqual(['A', 'B']);
  });
});

/** Few names, so that lists and markets overlap, and few amounts, so that some are equal. */
const name = fc.constantFrom(...'ABCDEFGHIJKLMNOP');
const market = fc.dictionary(name, fc.integer({ min: 1, max: 5 }), { maxKeys: 16 });
const setting = fc.record({
  size: fc.integer({ min: 1, max: 10 }),
  hysteresis: fc.double({ min: 0, max: 0.9, noNaN: true }),
  changesPerDay: fc.integer({ min: 1, max: 5 }),
});

test('any list stays within its rules, whatever trades', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name), market, setting, (current, day, given) => {
      const turnover = new Map(Object.entries(day));
      const { symbols, added, removed } = nextUniverse(current, turnover, given);
      expect(new Set(symbols).size).toBe(symbols.length);
      expect(new Set(symbols)).toEqual(
        new Set([...current, ...added].filter(each => !removed.includes(each))),
      );
      expect(symbols.length).toBeLessThanOrEqual(given.size);
      expect(symbols.length).toBeGreaterThanOrEqual(Math.min(current.length, given.size));
      if (current.length > 0) expect(added.length).toBeLessThanOrEqual(given.changesPerDay);
      const rank = (symbol: string) =>
        [...turnover].filter(([, other]) => other > (turnover.get(symbol) ?? 0)).length;
      // Whoever surely stays is never thrown out for one who does not trade more.
      const sure = (symbol: string) =>
        turnover.has(symbol) && rank(symbol) + 5 < given.size * (1 - given.hysteresis);
      for (const symbol of removed) if (sure(symbol)) expect(current.length).toBeGreaterThan(given.size);
      for (const symbol of added) expect(turnover.has(symbol)).toBe(true);
    }),
  );
});

test('the same market twice changes nothing more once it is through, and the order of what was told does not matter', () => {
  fc.assert(
    fc.property(market, setting, (day, given) => {
      const turnover = new Map(Object.entries(day));
      const once = nextUniverse([], turnover, given);
      expect(nextUniverse(once.symbols, turnover, given)).toEqual({
        symbols: once.symbols,
        added: [],
        removed: [],
      });
      const backwards = new Map([...turnover].toReversed());
      expect(nextUniverse([], backwards, given)).toEqual(once);
    }),
  );
});
