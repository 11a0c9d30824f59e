/** In which order rows of flat files are used, and under which symbols and numbers. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, good, rows, T0, useFiles } from './flat-files.ts';

const { rowsOf, read } = useFiles();

describe('rows', () => {
  const lines = [0, 1, 2].flatMap(n =>
    ['AAPL', 'MSFT', 'TpC'].map(symbol => `${symbol},${n + 1},1,2,3,1,${at(n)},${n}`),
  );
  const resent = [1, 2].map(n => `MSFT,${10 * n},1,2,3,1,${at(1)},`);

  test('come by minute and then by symbol, in whatever order they are in the file', async () => {
    const byTime = await rowsOf(rows(...lines, ...resent));
    expect(
      byTime.map(({ symbol, start, occurrence }) => [symbol, (start - T0) / 60_000, occurrence]),
    ).toEqual([
      ...[0, 1].flatMap(n => ['AAPL', 'MSFT', 'TpC'].map(symbol => [symbol, n, 1])).slice(0, 5),
      ...[
        ['MSFT', 1, 2],
        ['MSFT', 1, 3],
      ],
      ...[
        ['TpC', 1, 1],
        ['AAPL', 2, 1],
        ['MSFT', 2, 1],
        ['TpC', 2, 1],
      ],
    ]);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(lines, { minLength: lines.length }), async shuffled => {
        // Of one symbol and minute the later row says more: these keep their order.
        const own = shuffled.indexOf(lines[4] ?? '');
        expect(await rowsOf(rows(...shuffled.toSpliced(own + 1, 0, ...resent)))).toEqual(byTime);
      }),
      { numRuns: 20 },
    );
  });

  const files = async (...contents: string[]) => {
    const found = await read(Object.fromEntries(contents.map((content, n) => [`part${n}.csv`, content])));
    return [...found.rows].map(({ symbol, start, volume, occurrence }) => [
      symbol,
      (start - T0) / 60_000,
      volume,
      occurrence,
    ]);
  };

  test('of several files come as if they were of one, also of the later day first', async () => {
    const [first, second] = [good, good.replace(at(0), at(1440))];
    const both = [
      ['AAPL', 0, '4989', 1],
      ['AAPL', 1440, '4989', 1],
    ];
    expect(await files(rows(first), rows(second))).toEqual(both);
    expect(await files(rows(second), rows(first))).toEqual(both);
  });

  test('that a later file repeats keep their numbers, and what it says otherwise gets the next one', async () => {
    const other = good.replace('4989', '5000');
    expect(await files(rows(good, good), rows(good, other))).toEqual([
      ['AAPL', 0, '4989', 1],
      ['AAPL', 0, '4989', 2],
      ['AAPL', 0, '4989', 1],
      ['AAPL', 0, '5000', 3],
    ]);
    expect(await files(rows(good), rows(other, good))).toEqual([
      ['AAPL', 0, '4989', 1],
      ['AAPL', 0, '5000', 2],
      ['AAPL', 0, '4989', 3],
    ]);
  });
});

describe('tickers', () => {
  test('become the symbols of the feed', async () => {
    const pairs = ['X:BTC-USD', 'X:ETHUSD', 'SOL-USD'].map(ticker => good.replace('AAPL', ticker));
    const found = await rowsOf(rows(...pairs), { market: 'crypto', symbols: ['X:BTCUSD', 'ETH-USD'] });
    expect(found.map(({ symbol }) => symbol)).toEqual(['BTC-USD', 'ETH-USD']);
  });

  test('that no symbol can be named by are left out, counted and named; test symbols and other markets’ are taken', async () => {
    const tickers = ['AAPL', 'ZC:BF H6-K6-N6', 'ZVZZT', 'NTEST.A', 'O:SPY251219C00650000', 'ZC:BF H6-K6-N6'];
    const content = rows(...tickers.map(ticker => good.replace('AAPL', ticker)));
    const { rows: found, summaries } = await read({ 'odd.csv': content });
    expect(found.symbols).toEqual(['AAPL', 'NTEST.A', 'O:SPY251219C00650000', 'ZVZZT']);
    expect(summaries).toEqual([
      'odd.csv: 4 rows of 4 symbols, 2025-11-20 14:30 to 2025-11-20 14:30 UTC; 2 rows are left out, for no symbol can have their names: ZC:BF H6-K6-N6',
    ]);
  });

  test('that no symbol can be named by have to have good rows all the same', async () => {
    const broken = good.replace('AAPL', 'ZC:BF H6').replace('4989', '-1');
    await expect(rowsOf(rows(good, broken))).rejects.toThrow('day.csv:3: volume is "-1"');
  });
});
