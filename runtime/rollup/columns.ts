/** The columns of a chunk: prices as whole ticks, volumes as exact decimals, everything else as differences. */
import { type Decimal, decimalFrom, POWERS_OF_TEN, scaleOf } from '../bars/decimal.ts';
import type { MinuteValues } from '../bars/minutes.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';

/** Prices that need more decimals are kept as doubles. */
const MAX_SCALE = 9;
/** Stands for a scale where the values are doubles, or for a volume that is kept as text. */
const UNSCALED = 255;
/** Differences of two such numbers still fit into a signed whole. */
const MAX_SCALED = 2 ** 50;

/** One whole number per element, each as its difference from the one before. */
export function writeDeltas<T>(
  out: ByteWriter,
  elements: readonly T[],
  numberOf: (element: T) => number,
): void {
  let before = 0;
  for (const element of elements) {
    const value = numberOf(element);
    out.signed(value - before);
    before = value;
  }
}

export function readDeltas(from: ByteReader, count: number): number[] {
  const values: number[] = [];
  for (let i = 0, value = 0; i < count; i++) {
    value += from.signed();
    values.push(value);
  }
  return values;
}

const powerOfTen = (scale: number) => POWERS_OF_TEN[scale] ?? 10 ** scale;

/** The fewest decimals that write all values exactly as whole numbers of ticks, or UNSCALED. */
function scaleFor(values: readonly number[]): number {
  let scale = 0;
  let largest = 0;
  for (const value of values) {
    while (Math.round(value * powerOfTen(scale)) / powerOfTen(scale) !== value)
      if (++scale > MAX_SCALE) return UNSCALED;
    largest = Math.max(largest, Math.abs(value));
  }
  return largest * 10 ** scale > MAX_SCALED ? UNSCALED : scale;
}

export function writePrices(out: ByteWriter, minutes: readonly MinuteValues[]): void {
  const prices: number[] = [];
  for (const { open, high, low, close } of minutes) prices.push(open, high, low, close);
  const scale = scaleFor(prices);
  out.whole(scale);
  if (scale === UNSCALED) {
    for (const price of prices) out.double(price);
    return;
  }
  const tick = powerOfTen(scale);
  const ticks = (price: number) => Math.round(price * tick);
  for (const { open } of minutes) out.signed(ticks(open));
  for (const { open, high } of minutes) out.signed(ticks(high) - ticks(open));
  for (const { open, low } of minutes) out.signed(ticks(low) - ticks(open));
  for (const { open, close } of minutes) out.signed(ticks(close) - ticks(open));
}

interface Prices {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

export function readPrices(from: ByteReader, count: number): Prices {
  const scale = from.whole();
  const [open, high, low, close] = [
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
  ];
  if (scale === UNSCALED) {
    for (let i = 0; i < count; i++) for (const column of [open, high, low, close]) column[i] = from.double();
    return { open, high, low, close };
  }
  const tick = 10 ** scale;
  const ticks = new Float64Array(count);
  for (let i = 0; i < count; i++) ticks[i] = from.signed();
  for (let i = 0; i < count; i++) open[i] = (ticks[i] ?? 0) / tick;
  for (const column of [high, low, close])
    for (let i = 0; i < count; i++) column[i] = ((ticks[i] ?? 0) + from.signed()) / tick;
  return { open, high, low, close };
}

export function writeVwaps(out: ByteWriter, minutes: readonly MinuteValues[]): void {
  const scale = scaleFor(minutes.flatMap(({ vwap }) => (vwap === undefined ? [] : [vwap])));
  out.whole(scale);
  for (const { vwap, open } of minutes) {
    out.whole(vwap === undefined ? 0 : 1);
    if (vwap === undefined) continue;
    if (scale === UNSCALED) out.double(vwap);
    else out.signed(Math.round(vwap * powerOfTen(scale)) - nearestTick(open, scale));
  }
}

export function readVwaps(from: ByteReader, opens: Float64Array): (number | undefined)[] {
  const scale = from.whole();
  const vwaps: (number | undefined)[] = [];
  for (const open of opens) {
    if (from.whole() === 0) vwaps.push(undefined);
    else if (scale === UNSCALED) vwaps.push(from.double());
    else vwaps.push((from.signed() + nearestTick(open, scale)) / powerOfTen(scale));
  }
  return vwaps;
}

/** VWAPs lie near the open; where prices are too large for ticks, they are written whole. */
function nearestTick(open: number, scale: number): number {
  const tick = Math.round(open * powerOfTen(scale));
  return Math.abs(tick) > MAX_SCALED ? 0 : tick;
}

export function writeVolume(out: ByteWriter, volume: Decimal): void {
  const scale = scaleOf(volume);
  const units = Number(scale === 0 ? volume : volume.replace('.', ''));
  if (Number.isSafeInteger(units)) {
    out.whole(scale);
    out.whole(units);
  } else {
    out.whole(UNSCALED);
    out.text(volume);
  }
}

export function readVolume(from: ByteReader): Decimal {
  const scale = from.whole();
  return scale === UNSCALED ? from.text() : decimalFrom(from.whole(), scale);
}
