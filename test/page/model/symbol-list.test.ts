/** Which symbols the list shows, and in what order. */
import { expect, test } from '@jest/globals';
import { neighbourOf, rowsOf } from '../../../page/model/symbol-list.ts';

const SYMBOLS = ['AAPL', 'BRK.A', 'BRK.B', 'GOOGL', 'TpC', '__proto__', 'XBRK'];
const names = (watched: string[], filter: string) =>
  rowsOf(SYMBOLS, new Set(watched), filter).map(({ symbol, isWatched }) =>
    isWatched ? `*${symbol}` : symbol,
  );

test('the watched come first, in their own order, and only those that there are', () => {
  expect(names(['TpC', 'GONE', 'AAPL'], '')).toEqual([
    '*TpC',
    '*AAPL',
    ...['BRK.A', 'BRK.B', 'GOOGL', '__proto__', 'XBRK'],
  ]);
});

test('a filter takes any part of a name, whatever its case; those that begin with it come first', () => {
  expect(names([], 'brk')).toEqual(['BRK.A', 'BRK.B', 'XBRK']);
  expect(names(['XBRK'], ' BRK ')).toEqual(['*XBRK', 'BRK.A', 'BRK.B']);
  expect(names([], 'tpc')).toEqual(['TpC']);
  expect(names([], '(.*')).toEqual([]);
});

test('steps go to the neighbour, never beyond the ends, and from nowhere to the first', () => {
  const rows = rowsOf(SYMBOLS, new Set(['GOOGL']), '');
  expect(neighbourOf(rows, 'GOOGL', 1)).toBe('AAPL');
  expect(neighbourOf(rows, 'GOOGL', -1)).toBe('GOOGL');
  expect(neighbourOf(rows, 'XBRK', 1)).toBe('XBRK');
  expect(neighbourOf(rows, 'GONE', 1)).toBe('GOOGL');
  expect(neighbourOf([], 'AAPL', 1)).toBeUndefined();
});
