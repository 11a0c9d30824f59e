/** A file as a source: rows by minute, repeated rows as re-sends one burst later. */
import { describe, expect, test } from '@jest/globals';
import { MINUTE, OPEN, replayOf } from './fixture.ts';

const at = (n: number) => OPEN + n * MINUTE;
const brief = (bars: readonly { symbol: string; start: number; volume: string }[]) =>
  bars.map(({ symbol, start, volume }) => [symbol, (start - OPEN) / MINUTE, volume]);

const source = replayOf(
  ['A', at(0), 10, '1'],
  ['B', at(0), 20, '2'],
  ['A', at(0), 10, '3'],
  ['A', at(0), 10, '4'],
  ['B', at(1), 20, '5'],
  ['A', at(90), 10, '6'],
  ['A', at(90), 10, '7'],
);

describe('a replay', () => {
  test('sends every row once, the second of a symbol and minute one burst later, the third two', () => {
    const bursts: [number, unknown][] = [];
    for (let next = source.next(0); next !== undefined; next = source.next(next + MINUTE)) {
      bursts.push([(next - OPEN) / MINUTE, brief(source.burst(next))]);
    }
    expect(bursts).toEqual([
      [
        0,
        [
          ['A', 0, '1'],
          ['B', 0, '2'],
        ],
      ],
      [
        1,
        [
          ['B', 1, '5'],
          ['A', 0, '3'],
        ],
      ],
      [2, [['A', 0, '4']]],
      [90, [['A', 90, '6']]],
      [91, [['A', 90, '7']]],
    ]);
  });

  test('knows at any time the latest row that was sent', () => {
    const known = (through: number) => brief(source.history('A', at(0), at(91), at(through)));
    expect(known(-1)).toEqual([]);
    expect(known(0)).toEqual([['A', 0, '1']]);
    expect(known(1)).toEqual([['A', 0, '3']]);
    expect(known(50)).toEqual([['A', 0, '4']]);
    expect(known(91)).toEqual([
      ['A', 0, '4'],
      ['A', 90, '7'],
    ]);
    expect(brief(source.history('A', at(1), at(90), at(99)))).toEqual([]);
    expect(source.history('Z', 0, at(99), at(99))).toEqual([]);
  });

  test('has exactly the symbols of the file', () => {
    expect(source.symbols).toEqual(['A', 'B']);
    expect([source.has('A'), source.has('SPY')]).toEqual([true, false]);
  });
});
