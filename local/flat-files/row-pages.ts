/** Rows of flat files as they come, held as numbers in pages: a day of the whole market, 1.4 million rows, takes 106 MB. */

import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { type Decimal, decimalFrom, scaleOf, wholeOf } from '../../runtime/records/decimal.ts';
import type { FlatMinute } from './flat-row.ts';

/** A page has 2^16 rows. */
const SHIFT = 16;
const ROWS = 2 ** SHIFT;
/** What stands where in a row of doubles; volume as a whole number of `10^-scale`; trades, VWAP and version NaN where the file does not say. */
const [OPEN, HIGH, LOW, CLOSE, UNITS, TRADES, VWAP, VERSION, DOUBLES] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
/** And in a row of integers; the minute since 1970, the symbol's place in the list of symbols. */
const [MINUTE_NUMBER, SYMBOL, SCALE, INTEGERS] = [0, 1, 2, 3];
/** So many characters of a decimal a double holds exactly; longer ones are kept as they are, at a scale that none has. */
const EXACT = 15;
const AS_TEXT = -1;

interface Page {
  readonly doubles: Float64Array;
  readonly integers: Int32Array;
}

export class RowPages {
  /** Every symbol that has a row, in order of appearance. */
  readonly symbols: string[] = [];
  readonly #placeOf = new Map<string, number>();
  readonly #pages: Page[] = [];
  readonly #texts = new Map<number, Decimal>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add({ symbol, start, open, high, low, close, volume, ...more }: FlatMinute): void {
    const { trades = Number.NaN, vwap = Number.NaN, version = Number.NaN } = more;
    const row = this.#length++;
    if (row % ROWS === 0)
      this.#pages.push({
        doubles: new Float64Array(ROWS * DOUBLES),
        integers: new Int32Array(ROWS * INTEGERS),
      });
    const { doubles, integers } = this.#page(row);
    const isText = volume.length > EXACT;
    if (isText) this.#texts.set(row, volume);
    const values = [open, high, low, close, isText ? 0 : wholeOf(volume), trades, vwap, version];
    doubles.set(values, (row % ROWS) * DOUBLES);
    const places = [start / MINUTE, this.#place(symbol), isText ? AS_TEXT : scaleOf(volume)];
    integers.set(places, (row % ROWS) * INTEGERS);
  }

  /** The minute of a row, counted from 1970. */
  minuteAt(row: number): number {
    return this.#page(row).integers[(row % ROWS) * INTEGERS + MINUTE_NUMBER] ?? 0;
  }

  /** Where in `symbols` the row's symbol is. */
  symbolAt(row: number): number {
    return this.#page(row).integers[(row % ROWS) * INTEGERS + SYMBOL] ?? 0;
  }

  at(row: number): FlatMinute {
    const { doubles } = this.#page(row);
    const at = (row % ROWS) * DOUBLES;
    const [trades, vwap, version] = [doubles[at + TRADES], doubles[at + VWAP], doubles[at + VERSION]];
    return {
      symbol: this.symbols[this.symbolAt(row)] ?? '',
      start: this.minuteAt(row) * MINUTE,
      open: doubles[at + OPEN] ?? 0,
      high: doubles[at + HIGH] ?? 0,
      low: doubles[at + LOW] ?? 0,
      close: doubles[at + CLOSE] ?? 0,
      volume: this.#volume(row, doubles[at + UNITS] ?? 0),
      ...(isKnown(trades) && { trades }),
      ...(isKnown(vwap) && { vwap }),
      ...(isKnown(version) && { version }),
    };
  }

  #volume(row: number, units: number): Decimal {
    const scale = this.#page(row).integers[(row % ROWS) * INTEGERS + SCALE] ?? 0;
    return scale === AS_TEXT ? (this.#texts.get(row) ?? '0') : decimalFrom(units, scale);
  }

  /** @throws RangeError when there is no such row */
  #page(row: number): Page {
    const page = this.#pages[row >>> SHIFT];
    if (page === undefined || row >= this.#length)
      throw new RangeError(`row ${row} does not exist: there are ${this.#length}`);
    return page;
  }

  #place(symbol: string): number {
    const known = this.#placeOf.get(symbol);
    if (known !== undefined) return known;
    this.#placeOf.set(symbol, this.symbols.length);
    return this.symbols.push(symbol) - 1;
  }
}

function isKnown(value: number | undefined): value is number {
  return value !== undefined && !Number.isNaN(value);
}
