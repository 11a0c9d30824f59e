/** The columns of a chunk as bytes: prices as whole ticks, volumes as exact decimals, everything else as differences. */
import { POWERS_OF_TEN } from '../bars/decimal.ts';
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
  const deltas = new Float64Array(values.length);
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    deltas[i] = value - before;
    before = value;
  }
  out.signedColumn(deltas);
}

export function readDeltas(from: ByteReader, count: number): Float64Array {
  const values = from.signedColumn(count);
  for (let i = 1; i < count; i++) values[i] = (values[i - 1] ?? 0) + (values[i] ?? 0);
  return values;
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
  const ticks = opens.map(price => Math.round(price * tick));
  out.signedColumn(ticks);
  for (const values of [highs, lows, closes]) {
    const differences = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++)
      differences[i] = Math.round((values[i] ?? 0) * tick) - (ticks[i] ?? 0);
    out.signedColumn(differences);
  }
}

export function readPrices(from: ByteReader, count: number): Prices {
  const scale = from.whole();
  if (scale === UNSCALED) return readDoubles(from, count);
  const tick = 10 ** scale;
  const ticks = from.signedColumn(count);
  const [opens, highs, lows, closes] = [
    ticks.map(each => each / tick),
    from.signedColumn(count),
    from.signedColumn(count),
    from.signedColumn(count),
  ];
  for (const values of [highs, lows, closes])
    for (let i = 0; i < count; i++) values[i] = ((ticks[i] ?? 0) + (values[i] ?? 0)) / tick;
  return { opens, highs, lows, closes };
}

function readDoubles(from: ByteReader, count: number): Prices {
  const column = () => new Float64Array(count);
  const [opens, highs, lows, closes] = [column(), column(), column(), column()];
  for (let i = 0; i < count; i++)
    for (const values of [opens, highs, lows, closes]) values[i] = from.double();
  return { opens, highs, lows, closes };
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

export function readVwaps(from: ByteReader, opens: Float64Array): Float64Array {
  const scale = from.whole();
  const tick = powerOfTen(scale);
  const vwaps = new Float64Array(opens.length).fill(Number.NaN);
  for (let i = 0; i < vwaps.length; i++) {
    if (from.whole() === 0) continue;
    vwaps[i] = scale === UNSCALED ? from.double() : (from.signed() + nearestTick(opens[i] ?? 0, tick)) / tick;
  }
  return vwaps;
}

/** VWAPs lie near the open; where prices are too large for ticks, they are written whole. */
function nearestTick(open: number, tick: number): number {
  const ticks = Math.round(open * tick);
  return Math.abs(ticks) > MAX_SCALED ? 0 : ticks;
}
