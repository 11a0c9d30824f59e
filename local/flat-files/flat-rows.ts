/** The rows of flat files in the order in which they are used, whatever their order was: by minute, then by symbol, then as they came. */
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import type { FlatMinute } from './flat-row.ts';
import { occurrencesOf, orderOf } from './row-order.ts';
import { RowPages } from './row-pages.ts';

/** A row and which one of its symbol and minute it is. */
export interface FlatRow extends FlatMinute {
  /** 1 for the file's first row of this symbol and minute; 2 and more are re-sends of it. */
  readonly occurrence: number;
}

export class FlatRows implements Iterable<FlatRow> {
  /** Every symbol that has a row here, ascending. */
  readonly symbols: readonly string[];
  readonly #pages: RowPages;
  /** Row numbers of the pages, in order. */
  readonly #order: Uint32Array;
  /** Of the rows in order. */
  readonly #occurrences: Uint32Array;

  /** @param ends how many rows there were after each file. @default all are of one file */
  constructor(pages: RowPages, ends: readonly number[] = [pages.length]) {
    this.#pages = pages;
    this.symbols = [...pages.symbols].sort();
    this.#order = orderOf(pages, this.symbols);
    this.#occurrences = occurrencesOf(this.#order, pages, ends);
  }

  static of(rows: Iterable<FlatMinute>): FlatRows {
    const pages = new RowPages();
    for (const row of rows) pages.add(row);
    return new FlatRows(pages);
  }

  get length(): number {
    return this.#order.length;
  }

  /** Start of the first row's minute, epoch ms. @throws RangeError when there is no row */
  get first(): number {
    return this.startAt(0);
  }

  /** Start of the last row's minute, epoch ms. @throws RangeError when there is no row */
  get last(): number {
    return this.startAt(this.length - 1);
  }

  /** @throws RangeError when there is no such row */
  startAt(index: number): number {
    return this.#pages.minuteAt(this.#row(index)) * MINUTE;
  }

  /** The row at an index from 0 on. @throws RangeError when there is no such row */
  at(index: number): FlatRow {
    return { ...this.#pages.at(this.#row(index)), occurrence: this.#occurrences[index] ?? 1 };
  }

  *[Symbol.iterator](): Iterator<FlatRow> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  #row(index: number): number {
    const row = this.#order[index];
    if (row === undefined) throw new RangeError(`row ${index} does not exist: there are ${this.length}`);
    return row;
  }
}
