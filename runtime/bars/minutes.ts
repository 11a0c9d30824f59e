/** One symbol's minutes in one block, compact: 65 bytes a minute, so that a whole market fits in a small worker. */
import type { Ohlcv } from './bar.ts';
import { type Decimal, decimalFrom, scaleOf, unitsAt } from './decimal.ts';

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
/** Volume as a whole number of `10^-scale`; only near the truth where `scale` is `LARGE`. */
export const UNITS = 5;
export const VWAP = 6;
export const TRADES = 7;
export const COLUMNS = 8;

/** Scale of a volume that no safe integer can hold; its exact value stands aside. */
export const LARGE = 255;

export class Minutes {
  readonly rows: Float64Array;
  readonly scales: Uint8Array;
  readonly #large = new Map<number, Decimal>();

  /** @param minutes how many minutes the block has */
  constructor(minutes: number) {
    this.rows = new Float64Array(minutes * COLUMNS);
    this.scales = new Uint8Array(minutes);
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
    const scale = this.scales[offset] ?? 0;
    const large = scale === LARGE ? this.#large.get(offset) : undefined;
    return large ?? decimalFrom(this.rows[offset * COLUMNS + UNITS] ?? 0, scale);
  }

  /** Memory in bytes, nearly. */
  get bytes(): number {
    return this.rows.byteLength + this.scales.byteLength + 300;
  }

  #setVolume(offset: number, volume: Decimal): void {
    const scale = scaleOf(volume);
    const units = scale === 0 ? Number(volume) : Number(volume.replace('.', ''));
    const fits = Number.isSafeInteger(units);
    this.rows[offset * COLUMNS + UNITS] = fits ? units : Number(volume);
    this.scales[offset] = fits ? scale : LARGE;
    if (fits) this.#large.delete(offset);
    else this.#large.set(offset, volume);
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
