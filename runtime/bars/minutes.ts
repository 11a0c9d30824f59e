/** One symbol's minutes in one block, compact: 64 bytes a minute, so that a whole market fits in a small worker. */
import type { Ohlcv } from './bar.ts';
import { type Decimal, decimalFrom, POWERS_OF_TEN, scaleOf, unitsAt } from './decimal.ts';

/** What a roll-up keeps of a minute bar. */
export interface MinuteValues extends Ohlcv {
  readonly version: number;
}

/** How a minute compares with the one that was kept before. */
export type Merged = 'newer' | 'same version' | 'older';

const COLUMNS = 8;
/** Of one symbol's views and maps, nearly. */
const OVERHEAD_BYTES = 1_300;

export class Minutes {
  /** 0 where there is no bar. */
  readonly versions: Float64Array;
  readonly opens: Float64Array;
  readonly highs: Float64Array;
  readonly lows: Float64Array;
  readonly closes: Float64Array;
  /** Volume as a whole number of `10^-scale`; infinite where no safe integer can hold it, and its exact value stands aside. */
  readonly units: Float64Array;
  /** NaN where the bar has none. */
  readonly vwaps: Float64Array;
  /** NaN where the bar has none. */
  readonly trades: Float64Array;
  readonly #large = new Map<number, Decimal>();
  #scale = 0;

  /** @param minutes how many minutes the block has */
  constructor(minutes: number) {
    const bytes = minutes * Float64Array.BYTES_PER_ELEMENT;
    const buffer = new ArrayBuffer(COLUMNS * bytes);
    let at = 0;
    const column = () => new Float64Array(buffer, bytes * at++, minutes);
    this.versions = column();
    this.opens = column();
    this.highs = column();
    this.lows = column();
    this.closes = column();
    this.units = column();
    this.vwaps = column();
    this.trades = column();
  }

  /** How many digits after the point the finest volume here has. */
  get scale(): number {
    return this.#scale;
  }

  /** Keeps the minute at that offset from the block's start if its version is the highest so far. */
  merge(offset: number, minute: MinuteValues): Merged {
    const kept = this.versions[offset] ?? 0;
    if (minute.version < kept) return 'older';
    if (minute.version === kept) return 'same version';
    this.versions[offset] = minute.version;
    this.opens[offset] = minute.open;
    this.highs[offset] = minute.high;
    this.lows[offset] = minute.low;
    this.closes[offset] = minute.close;
    this.vwaps[offset] = minute.vwap ?? Number.NaN;
    this.trades[offset] = minute.trades ?? Number.NaN;
    this.#setVolume(offset, minute.volume);
    return 'newer';
  }

  has(offset: number): boolean {
    return (this.versions[offset] ?? 0) > 0;
  }

  /** The exact volume at that offset. */
  volumeAt(offset: number): Decimal {
    return this.#large.get(offset) ?? decimalFrom(this.units[offset] ?? 0, this.#scale);
  }

  /** Memory in bytes, nearly. */
  get bytes(): number {
    return this.versions.buffer.byteLength + OVERHEAD_BYTES;
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
    for (const [offset, units] of this.units.entries()) {
      if (Number.isFinite(units)) this.#setUnits(offset, units * factor, () => decimalFrom(units, before));
    }
  }

  #setUnits(offset: number, units: number, exact: () => Decimal): void {
    const fits = units <= Number.MAX_SAFE_INTEGER;
    this.units[offset] = fits ? units : Number.POSITIVE_INFINITY;
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
