/** In which order rows are used, and which one of its symbol and minute each is. */
import { isDeepStrictEqual } from 'node:util';
import type { RowPages } from './row-pages.ts';

/** Row numbers by minute, then by symbol, then as they came. @param symbols those of the rows, ascending */
export function orderOf(pages: RowPages, symbols: readonly string[]): Uint32Array {
  const rankOf = new Map(symbols.map((symbol, rank) => [symbol, rank]));
  const ranks = pages.symbols.map(symbol => rankOf.get(symbol) ?? 0);
  const minutes = new Set<number>();
  for (let row = 0; row < pages.length; row++) minutes.add(pages.minuteAt(row));
  const rankOfMinute = new Map([...minutes].sort((a, b) => a - b).map((minute, rank) => [minute, rank]));
  const asTheyCame = new Uint32Array(pages.length).map((_, row) => row);
  const bySymbol = sorted(asTheyCame, symbols.length, row => ranks[pages.symbolAt(row)] ?? 0);
  return sorted(bySymbol, minutes.size, row => rankOfMinute.get(pages.minuteAt(row)) ?? 0);
}

/** Rows by their keys, which are whole numbers below `keys`; rows of one key stay in their order. */
function sorted(rows: Uint32Array, keys: number, keyOf: (row: number) => number): Uint32Array {
  const places = new Uint32Array(keys + 1);
  const place = (key: number) => places[key] ?? 0;
  for (const row of rows) places[keyOf(row) + 1] = place(keyOf(row) + 1) + 1;
  for (let key = 0; key < keys; key++) places[key + 1] = place(key + 1) + place(key);
  const found = new Uint32Array(rows.length);
  for (const row of rows) {
    const key = keyOf(row);
    found[place(key)] = row;
    places[key] = place(key) + 1;
  }
  return found;
}

/**
 * The number of each row among those of its symbol and minute in its file, from 1 on. A row of a later file that says
 * something else than an earlier file's row of that number gets the next free one: a number is a version, which has one content.
 * @param ends how many rows there were after each file
 */
export function occurrencesOf(order: Uint32Array, pages: RowPages, ends: readonly number[]): Uint32Array {
  const fileOf = (row: number) => ends.findIndex(end => row < end);
  const found = new Uint32Array(order.length);
  /** The rows of this symbol and minute by their numbers. */
  const numbered = new Map<number, number>();
  let [highest, inFile] = [0, 0];
  let before: number | undefined;
  for (const [at, row] of order.entries()) {
    const isNext = before !== undefined && isOfOneMinute(pages, before, row);
    if (!isNext) numbered.clear();
    if (!isNext) highest = 0;
    inFile = before !== undefined && isNext && fileOf(before) === fileOf(row) ? inFile + 1 : 1;
    const holder = numbered.get(inFile);
    const isFree = holder === undefined || isDeepStrictEqual(pages.at(holder), pages.at(row));
    const number = isFree ? inFile : highest + 1;
    numbered.set(number, row);
    highest = Math.max(highest, number);
    found[at] = number;
    before = row;
  }
  return found;
}

function isOfOneMinute(pages: RowPages, one: number, other: number): boolean {
  return pages.minuteAt(one) === pages.minuteAt(other) && pages.symbolAt(one) === pages.symbolAt(other);
}
