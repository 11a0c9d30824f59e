/** The columns of a chunk as bytes: prices as whole ticks, volumes as exact decimals, everything else as differences. */
import { POWERS_OF_TEN } from '../../records/decimal.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';

/** Prices that need more decimals are kept as doubles. */
const MAX_SCALE = 9;
/** Stands for a scale where the values are doubles, or for a volume that is kept as text. */
export const UNSCALED = 255;
/** Differences of two such numbers still fit into a signed whole. */
const MAX_SCALED = 2 ** 50;

/** Prices of minutes, one element for each. */
export interface Prices {
  readonly opens: Float64Array;
  readonly highs: Float64Array;
  readonly lows: Float64Array;
  readonly closes: Float64Array;
}

/** One whole number per element, each as its difference from the one before. */
export function writeDeltas(out: ByteWriter, values: Float64Array): void {
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    out.signed(value - before);
    before = value;
  }
}

/** Reads as many as there is room for; so do the others. */
export function readDeltas(from: ByteReader, values: Float64Array): void {
  let value = 0;
  for (let i = 0; i < values.length; i++) {
    value += from.signed();
    values[i] = value;
  }
}

const powerOfTen = (scale: number) => POWERS_OF_TEN[scale] ?? 10 ** scale;

/** The fewest decimals that write all values but NaN exactly as whole numbers of ticks, or UNSCALED. */
function scaleFor(columns: readonly Float64Array[]): number {
  let scale = 0;
  let tick = 1;
  let largest = 0;
  for (const values of columns) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? 0;
      if (Number.isNaN(value)) continue;
      while (Math.round(value * tick) / tick !== value) {
        if (++scale > MAX_SCALE) return UNSCALED;
        tick = powerOfTen(scale);
      }
      largest = Math.max(largest, Math.abs(value));
    }
  }
  return largest * tick > MAX_SCALED ? UNSCALED : scale;
}

export function writePrices(out: ByteWriter, { opens, highs, lows, closes }: Prices): void {
  const columns = [opens, highs, lows, closes];
  const scale = scaleFor(columns);
  out.whole(scale);
  if (scale === UNSCALED) {
    for (let i = 0; i < opens.length; i++) for (const values of columns) out.double(values[i] ?? 0);
    return;
  }
  const tick = powerOfTen(scale);
  for (let i = 0; i < opens.length; i++) out.signed(Math.round((opens[i] ?? 0) * tick));
  for (const values of [highs, lows, closes])
    for (let i = 0; i < opens.length; i++)
      out.signed(Math.round((values[i] ?? 0) * tick) - Math.round((opens[i] ?? 0) * tick));
}

export function readPrices(from: ByteReader, { opens, highs, lows, closes }: Prices): void {
  const scale = from.whole();
  if (scale === UNSCALED) {
    for (let i = 0; i < opens.length; i++)
      for (const values of [opens, highs, lows, closes]) values[i] = from.double();
    return;
  }
  const tick = 10 ** scale;
  for (let i = 0; i < opens.length; i++) opens[i] = from.signed();
  for (const values of [highs, lows, closes])
    for (let i = 0; i < opens.length; i++) values[i] = ((opens[i] ?? 0) + from.signed()) / tick;
  for (let i = 0; i < opens.length; i++) opens[i] = (opens[i] ?? 0) / tick;
}

/** @param vwaps NaN where there is none */
export function writeVwaps(out: ByteWriter, vwaps: Float64Array, opens: Float64Array): void {
  const scale = scaleFor([vwaps]);
  const tick = powerOfTen(scale);
  out.whole(scale);
  for (let i = 0; i < vwaps.length; i++) {
    const vwap = vwaps[i] ?? Number.NaN;
    const isKnown = !Number.isNaN(vwap);
    out.whole(isKnown ? 1 : 0);
    if (!isKnown) continue;
    if (scale === UNSCALED) out.double(vwap);
    else out.signed(Math.round(vwap * tick) - nearestTick(opens[i] ?? 0, tick));
  }
}

export function readVwaps(from: ByteReader, vwaps: Float64Array, opens: Float64Array): void {
  const scale = from.whole();
  const tick = powerOfTen(scale);
  for (let i = 0; i < vwaps.length; i++) {
    if (from.whole() === 0) vwaps[i] = Number.NaN;
    else if (scale === UNSCALED) vwaps[i] = from.double();
    else vwaps[i] = (from.signed() + nearestTick(opens[i] ?? 0, tick)) / tick;
  }
}

/** VWAPs lie near the open; where prices are too large for ticks, they are written whole. */
function nearestTick(open: number, tick: number): number {
  const ticks = Math.round(open * tick);
  return Math.abs(ticks) > MAX_SCALED ? 0 : ticks;
}
