/** A flat file as a source: each row goes out after its minute; the second row of a symbol and minute is a re-send, one burst later. */
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import type { FlatRow, FlatRows } from '../flat-files/flat-rows.ts';
import type { Source, VendorMinute } from './source.ts';

interface Resend {
  /** Minute whose burst carries it. */
  readonly at: number;
  readonly row: number;
}

export class Replay implements Source {
  readonly symbols: readonly string[];
  readonly #rows: FlatRows;
  readonly #firsts: number[] = [];
  readonly #resends: readonly Resend[];
  /** Row numbers of each symbol, ascending. */
  readonly #bySymbol = new Map<string, number[]>();

  constructor(rows: FlatRows) {
    this.#rows = rows;
    this.symbols = rows.symbols;
    const resends: Resend[] = [];
    let number = 0;
    for (const row of rows) {
      if (row.occurrence === 1) this.#firsts.push(number);
      else resends.push({ at: burstOf(row), row: number });
      const ofSymbol = this.#bySymbol.get(row.symbol);
      if (ofSymbol) ofSymbol.push(number);
      else this.#bySymbol.set(row.symbol, [number]);
      number++;
    }
    this.#resends = resends.sort((a, b) => a.at - b.at);
  }

  has(symbol: string): boolean {
    return this.#bySymbol.has(symbol);
  }

  next(from: number): number | undefined {
    const first = this.#firsts[this.#firstAt(from)];
    const resend = this.#resends[this.#resendAt(from)]?.at;
    if (first === undefined) return resend;
    const start = this.#rows.startAt(first);
    return resend === undefined ? start : Math.min(start, resend);
  }

  burst(minute: number): readonly VendorMinute[] {
    const after = minute + MINUTE;
    const firsts = this.#firsts.slice(this.#firstAt(minute), this.#firstAt(after));
    const resends = this.#resends.slice(this.#resendAt(minute), this.#resendAt(after)).map(({ row }) => row);
    return [...firsts, ...resends].map(row => minuteOf(this.#rows.at(row)));
  }

  history(symbol: string, from: number, to: number, through: number): readonly VendorMinute[] {
    const numbers = this.#bySymbol.get(symbol) ?? [];
    const found = new Map<number, VendorMinute>();
    for (let n = lowerBound(numbers, row => this.#rows.startAt(row), from); n < numbers.length; n++) {
      const row = this.#rows.at(numbers[n] ?? 0);
      if (row.start >= to) break;
      if (burstOf(row) <= through) found.set(row.start, minuteOf(row));
    }
    return [...found.values()];
  }

  #firstAt(minute: number): number {
    return lowerBound(this.#firsts, row => this.#rows.startAt(row), minute);
  }

  #resendAt(minute: number): number {
    return lowerBound(this.#resends, resend => resend.at, minute);
  }
}

function burstOf(row: FlatRow): number {
  return row.start + (row.occurrence - 1) * MINUTE;
}

function minuteOf({ occurrence: _, ...minute }: FlatRow): VendorMinute {
  return minute;
}

/** Index of the first item whose key is at least `least`; the items ascend by key. */
function lowerBound<T>(items: readonly T[], keyOf: (item: T) => number, least: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && keyOf(item) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
