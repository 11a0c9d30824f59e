/** The rows of a flat file, held as columns: a million of them take about 100 MB instead of several times that. */
import type { Decimal } from '../../runtime/bars/decimal.ts';
import type { FlatMinute } from './flat-row.ts';

/** A row and which one of its symbol and minute it is. */
export interface FlatRow extends FlatMinute {
  /** 1 for the file's first row of this symbol and minute; 2 and more are re-sends of it. */
  readonly occurrence: number;
}

/** Rows in the file's order: minutes ascend. */
export class FlatRows implements Iterable<FlatRow> {
  /** Every symbol that has a row here, in order of appearance. */
  readonly symbols: string[] = [];
  readonly #indexOf = new Map<string, number>();
  readonly #symbol: number[] = [];
  readonly #start: number[] = [];
  readonly #open: number[] = [];
  readonly #high: number[] = [];
  readonly #low: number[] = [];
  readonly #close: number[] = [];
  readonly #volume: Decimal[] = [];
  readonly #trades: (number | undefined)[] = [];
  readonly #occurrence: number[] = [];

  get length(): number {
    return this.#start.length;
  }

  /** Start of the first row's minute, epoch ms. @throws RangeError when there is no row */
  get first(): number {
    return this.startAt(0);
  }

  /** Start of the last row's minute, epoch ms. @throws RangeError when there is no row */
  get last(): number {
    return this.startAt(this.length - 1);
  }

  /** Adds a row; its minute must not be before the last one's. */
  add(row: FlatRow): void {
    this.#symbol.push(this.#index(row.symbol));
    this.#start.push(row.start);
    this.#open.push(row.open);
    this.#high.push(row.high);
    this.#low.push(row.low);
    this.#close.push(row.close);
    this.#volume.push(row.volume);
    this.#trades.push(row.trades);
    this.#occurrence.push(row.occurrence);
  }

  /** @throws RangeError when there is no such row */
  startAt(index: number): number {
    return column(this.#start, index);
  }

  /** The row at an index from 0 on. @throws RangeError when there is no such row */
  at(index: number): FlatRow {
    const trades = this.#trades[index];
    return {
      symbol: column(this.symbols, column(this.#symbol, index)),
      start: column(this.#start, index),
      open: column(this.#open, index),
      high: column(this.#high, index),
      low: column(this.#low, index),
      close: column(this.#close, index),
      volume: column(this.#volume, index),
      occurrence: column(this.#occurrence, index),
      ...(trades === undefined ? {} : { trades }),
    };
  }

  *[Symbol.iterator](): Iterator<FlatRow> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  #index(symbol: string): number {
    const known = this.#indexOf.get(symbol);
    if (known !== undefined) return known;
    // A part of a line keeps the whole chunk it was cut from in memory: keep a copy of its own.
    const name = Buffer.from(symbol).toString();
    this.#indexOf.set(name, this.symbols.length);
    return this.symbols.push(name) - 1;
  }
}

function column<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`row ${index} does not exist: there are ${values.length}`);
  return value;
}
