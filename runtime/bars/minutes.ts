/** One symbol's minutes in one block, compact: 64 bytes a minute, so that a whole market fits in a small worker. */
import type { Ohlcv } from './bar.ts';
import { type Decimal, decimalFrom, POWERS_OF_TEN, scaleOf, unitsAt } from './decimal.ts';

/** What a roll-up keeps of a minute bar. */
export interface MinuteValues extends Ohlcv {
  readonly version: number;
}

/** How a minute compares with the one that was kept before. */
export type Merged = 'newer' | 'same version' | 'older';

/** Columns of a row. A version of 0 means that there is no bar, NaN that the bar lacks the value. */
export const VERSION = 0;
export const OPEN = 1;
export const HIGH = 2;
export const LOW = 3;
export const CLOSE = 4;
/** Volume as a whole number of `10^-scale`; infinite where no safe integer can hold it, and its exact value stands aside. */
export const UNITS = 5;
export const VWAP = 6;
export const TRADES = 7;
export const COLUMNS = 8;

export class Minutes {
  readonly rows: Float64Array;
  readonly #large = new Map<number, Decimal>();
  #scale = 0;

  /** @param minutes how many minutes the block has */
  constructor(minutes: number) {
    this.rows = new Float64Array(minutes * COLUMNS);
  }

  /** How many digits after the point the finest volume here has. */
  get scale(): number {
    return this.#scale;
  }

  /** Keeps the minute at that offset from the block's start if its version is the highest so far. */
  merge(offset: number, minute: MinuteValues): Merged {
    const at = offset * COLUMNS;
    const kept = this.rows[at + VERSION] ?? 0;
    if (minute.version < kept) return 'older';
    if (minute.version === kept) return 'same version';
    this.rows[at + VERSION] = minute.version;
    this.rows[at + OPEN] = minute.open;
    this.rows[at + HIGH] = minute.high;
    this.rows[at + LOW] = minute.low;
    this.rows[at + CLOSE] = minute.close;
    this.rows[at + VWAP] = minute.vwap ?? Number.NaN;
    this.rows[at + TRADES] = minute.trades ?? Number.NaN;
    this.#setVolume(offset, minute.volume);
    return 'newer';
  }

  has(offset: number): boolean {
    return (this.rows[offset * COLUMNS + VERSION] ?? 0) > 0;
  }

  /** The exact volume at that offset. */
  volumeAt(offset: number): Decimal {
    return this.#large.get(offset) ?? decimalFrom(this.rows[offset * COLUMNS + UNITS] ?? 0, this.#scale);
  }

  /** Memory in bytes, nearly. */
  get bytes(): number {
    return this.rows.byteLength + 300;
  }

  #setVolume(offset: number, volume: Decimal): void {
    const scale = scaleOf(volume);
    if (scale > this.#scale) this.#refine(scale);
    const units = scale === 0 ? Number(volume) : Number(volume.replace('.', ''));
    this.#setUnits(offset, units * (POWERS_OF_TEN[this.#scale - scale] ?? 1), () => volume);
  }

  /** Keeps all volumes by a finer unit, so that they add up as whole numbers. */
  #refine(scale: number): void {
    const before = this.#scale;
    this.#scale = scale;
    const factor = POWERS_OF_TEN[scale - before] ?? 1;
    for (let offset = 0; offset * COLUMNS < this.rows.length; offset++) {
      const units = this.rows[offset * COLUMNS + UNITS] ?? 0;
      if (Number.isFinite(units)) this.#setUnits(offset, units * factor, () => decimalFrom(units, before));
    }
  }

  #setUnits(offset: number, units: number, exact: () => Decimal): void {
    const fits = units <= Number.MAX_SAFE_INTEGER;
    this.rows[offset * COLUMNS + UNITS] = fits ? units : Number.POSITIVE_INFINITY;
    if (fits) this.#large.delete(offset);
    else this.#large.set(offset, exact());
  }
}

/** The exact sum of the volumes in `[from, to)`, whatever their sizes and scales. */
export function exactVolume(minutes: Minutes, from: number, to: number): Decimal {
  const volumes = [];
  for (let offset = from; offset < to; offset++)
    if (minutes.has(offset)) volumes.push(minutes.volumeAt(offset));
  const scale = Math.max(0, ...volumes.map(scaleOf));
  return decimalFrom(
    volumes.reduce((sum, volume) => sum + unitsAt(volume, scale), 0n),
    scale,
  );
}
