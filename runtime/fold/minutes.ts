/** One symbol's minutes in one block, a row of 64 bytes a minute, so that a whole market fits in a small worker. */
import type { MinuteValues } from '../records/bar.ts';
import { type Decimal, decimalFrom, POWERS_OF_TEN, scaleOf, unitsAt, wholeOf } from '../records/decimal.ts';

/** How a minute compares with the one that was kept before. */
export type Merged = 'newer' | 'same version' | 'older';

/** Minutes by columns, one element for each. */
export interface MinuteColumns {
  readonly versions: Float64Array;
  readonly opens: Float64Array;
  readonly highs: Float64Array;
  readonly lows: Float64Array;
  readonly closes: Float64Array;
  /** NaN where the bar has none; so is the number of trades. */
  readonly vwaps: Float64Array;
  readonly trades: Float64Array;
  /** Volumes as whole numbers of `10^-scale`, where a safe integer holds them. */
  readonly units: Float64Array;
  readonly scales: Float64Array;
  /** All other volumes, by their place. */
  readonly large: ReadonlyMap<number, Decimal>;
}

/** What stands where in a minute's row of eight numbers, which is one line of the processor's cache. */
export const row = {
  /** 0 where there is no bar. */
  version: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  /** Volume as a whole number of `10^-scale`; infinite where no safe integer can hold it, and its exact value stands aside. */
  units: 5,
  /** NaN where the bar has none; so is the number of trades. */
  vwap: 6,
  trades: 7,
  length: 8,
} as const;

/** What code compiles in as numbers; the fields of an object it would look up for every minute. */
const { version: VERSION, open: OPEN, high: HIGH, low: LOW, close: CLOSE } = row;
const { units: UNITS, vwap: VWAP, trades: TRADES, length: ROW } = row;
/** Of one symbol's view and map, nearly. */
const OVERHEAD_BYTES = 500;

export class Minutes {
  /** A row for each minute. */
  readonly rows: Float64Array;
  readonly #large = new Map<number, Decimal>();
  #scale = 0;

  /** @param minutes how many minutes the block has */
  constructor(minutes: number) {
    this.rows = new Float64Array(ROW * minutes);
  }

  /** How many digits after the point the finest volume here has. */
  get scale(): number {
    return this.#scale;
  }

  /** Keeps the minute at that offset from the block's start if its version is the highest so far. */
  merge(offset: number, minute: MinuteValues): Merged {
    const rows = this.rows;
    const at = offset * ROW;
    const kept = rows[at + VERSION] ?? 0;
    if (minute.version < kept) return 'older';
    if (minute.version === kept) return 'same version';
    rows[at + VERSION] = minute.version;
    rows[at + OPEN] = minute.open;
    rows[at + HIGH] = minute.high;
    rows[at + LOW] = minute.low;
    rows[at + CLOSE] = minute.close;
    rows[at + VWAP] = minute.vwap ?? Number.NaN;
    rows[at + TRADES] = minute.trades ?? Number.NaN;
    this.#setVolume(offset, minute.volume);
    return 'newer';
  }

  /** The same for the minute at place `i` of columns, without an object for it. */
  mergeFrom(columns: MinuteColumns, i: number, offset: number): Merged {
    const rows = this.rows;
    const at = offset * ROW;
    const [version, kept] = [columns.versions[i] ?? 0, rows[at + VERSION] ?? 0];
    if (version < kept) return 'older';
    if (version === kept) return 'same version';
    rows[at + VERSION] = version;
    rows[at + OPEN] = columns.opens[i] ?? 0;
    rows[at + HIGH] = columns.highs[i] ?? 0;
    rows[at + LOW] = columns.lows[i] ?? 0;
    rows[at + CLOSE] = columns.closes[i] ?? 0;
    rows[at + VWAP] = columns.vwaps[i] ?? Number.NaN;
    rows[at + TRADES] = columns.trades[i] ?? Number.NaN;
    const volume = columns.large.get(i);
    if (volume === undefined) this.#setWhole(offset, columns.units[i] ?? 0, columns.scales[i] ?? 0);
    else this.#setVolume(offset, volume);
    return 'newer';
  }

  has(offset: number): boolean {
    return (this.rows[offset * ROW] ?? 0) > 0;
  }

  /** The minute at that offset as it was kept; undefined where there is none. */
  at(offset: number): MinuteValues | undefined {
    if (!this.has(offset)) return undefined;
    const value = (field: number) => this.rows[offset * ROW + field] ?? 0;
    const [vwap, trades] = [value(VWAP), value(TRADES)];
    return {
      ...{ open: value(OPEN), high: value(HIGH), low: value(LOW), close: value(CLOSE) },
      volume: this.volumeAt(offset),
      version: value(VERSION),
      ...(!Number.isNaN(vwap) && { vwap }),
      ...(!Number.isNaN(trades) && { trades }),
    };
  }

  /** The exact volume at that offset. */
  volumeAt(offset: number): Decimal {
    return this.#large.get(offset) ?? decimalFrom(this.rows[offset * ROW + UNITS] ?? 0, this.#scale);
  }

  /** Memory in bytes, nearly. */
  get bytes(): number {
    return this.rows.byteLength + OVERHEAD_BYTES;
  }

  #setVolume(offset: number, volume: Decimal): void {
    this.#setWhole(offset, wholeOf(volume), scaleOf(volume), volume);
  }

  /** @param volume the same as text. @default made when it is needed */
  #setWhole(offset: number, whole: number, scale: number, volume?: Decimal): void {
    if (scale > this.#scale) this.#refine(scale);
    const units = scale === this.#scale ? whole : whole * (POWERS_OF_TEN[this.#scale - scale] ?? 1);
    if (units <= Number.MAX_SAFE_INTEGER) this.#setUnits(offset, units);
    else this.#setLarge(offset, volume ?? decimalFrom(whole, scale));
  }

  /** Keeps all volumes by a finer unit, so that they add up as whole numbers. */
  #refine(scale: number): void {
    const before = this.#scale;
    this.#scale = scale;
    const factor = POWERS_OF_TEN[scale - before] ?? 1;
    for (let offset = 0; offset * ROW < this.rows.length; offset++) {
      const units = this.rows[offset * ROW + UNITS] ?? 0;
      if (units === 0 || !Number.isFinite(units)) continue;
      if (units * factor <= Number.MAX_SAFE_INTEGER) this.#setUnits(offset, units * factor);
      else this.#setLarge(offset, decimalFrom(units, before));
    }
  }

  #setUnits(offset: number, units: number): void {
    this.rows[offset * ROW + UNITS] = units;
    if (this.#large.size > 0) this.#large.delete(offset);
  }

  #setLarge(offset: number, volume: Decimal): void {
    this.rows[offset * ROW + UNITS] = Number.POSITIVE_INFINITY;
    this.#large.set(offset, volume);
  }
}

/** The exact sum of the volumes in `[from, to)`, whatever their sizes and scales. */
export function exactVolume(minutes: Minutes, from: number, to: number): Decimal {
  const volumes = [];
  for (let offset = from; offset < to; offset++)
    if (minutes.has(offset)) volumes.push(minutes.volumeAt(offset));
  const scale = volumes.reduce((finest, volume) => Math.max(finest, scaleOf(volume)), 0);
  return decimalFrom(
    volumes.reduce((sum, volume) => sum + unitsAt(volume, scale), 0n),
    scale,
  );
}
