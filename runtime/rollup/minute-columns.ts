/** The minutes of a chunk by columns: as they are written and read, and folded in without an object for each. */
import { type Decimal, decimalFrom, scaleOf, wholeOf } from '../bars/decimal.ts';
import type { MinuteColumns, MinuteValues } from '../bars/minutes.ts';
import { MINUTE } from '../bars/timeframe.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import * as columns from './columns.ts';

/** A minute bar, as far as the log keeps it. */
export interface LoggedMinute extends MinuteValues {
  readonly symbol: string;
  readonly start: number;
}

/** The minutes of a chunk, one element for each. */
export interface LoggedColumns extends MinuteColumns {
  readonly count: number;
  /** Places in the chunk's list of symbols, from 1 on. */
  readonly symbols: Float64Array;
  /** Minutes since the start of the block. */
  readonly offsets: Float64Array;
}

/** @param placeOf gives a symbol's place in the chunk's list */
export function columnsOf(
  minutes: readonly LoggedMinute[],
  placeOf: (symbol: string) => number,
  blockStart: number,
): LoggedColumns {
  const count = minutes.length;
  const column = () => new Float64Array(count);
  const [symbols, offsets, versions, opens, highs, lows] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ];
  const [closes, vwaps, trades, units, scales] = [
    column(),
    column(),
    column(),
    column(),
    new Uint8Array(count),
  ];
  const large = new Map<number, Decimal>();
  for (let i = 0; i < count; i++) {
    const minute = minutes[i];
    if (minute === undefined) continue;
    symbols[i] = placeOf(minute.symbol);
    offsets[i] = (minute.start - blockStart) / MINUTE;
    versions[i] = minute.version;
    opens[i] = minute.open;
    highs[i] = minute.high;
    lows[i] = minute.low;
    closes[i] = minute.close;
    vwaps[i] = minute.vwap ?? Number.NaN;
    trades[i] = minute.trades ?? Number.NaN;
    units[i] = wholeOf(minute.volume);
    scales[i] = scaleOf(minute.volume);
    if (!Number.isSafeInteger(units[i])) large.set(i, minute.volume);
  }
  return {
    count,
    symbols,
    offsets,
    versions,
    opens,
    highs,
    lows,
    closes,
    vwaps,
    trades,
    units,
    scales,
    large,
  };
}

/** The minute at that place. */
export function minuteAt(of: LoggedColumns, i: number, symbol: string, blockStart: number): LoggedMinute {
  const vwap = of.vwaps[i] ?? Number.NaN;
  const trades = of.trades[i] ?? Number.NaN;
  return {
    symbol,
    start: blockStart + (of.offsets[i] ?? 0) * MINUTE,
    version: of.versions[i] ?? 0,
    open: of.opens[i] ?? Number.NaN,
    high: of.highs[i] ?? Number.NaN,
    low: of.lows[i] ?? Number.NaN,
    close: of.closes[i] ?? Number.NaN,
    volume: of.large.get(i) ?? decimalFrom(of.units[i] ?? 0, of.scales[i] ?? 0),
    ...(Number.isNaN(vwap) ? {} : { vwap }),
    ...(Number.isNaN(trades) ? {} : { trades }),
  };
}

export function writeMinutes(out: ByteWriter, of: LoggedColumns): void {
  out.whole(of.count);
  columns.writeDeltas(out, of.symbols);
  columns.writeDeltas(out, of.offsets);
  columns.writeDeltas(out, of.versions);
  columns.writePrices(out, of);
  columns.writeVwaps(out, of.vwaps, of.opens);
  for (const trades of of.trades) out.whole(Number.isNaN(trades) ? 0 : trades + 1);
  for (let i = 0; i < of.count; i++) {
    const text = of.large.size === 0 ? undefined : of.large.get(i);
    out.whole(text === undefined ? (of.scales[i] ?? 0) : columns.UNSCALED);
    if (text === undefined) out.whole(of.units[i] ?? 0);
    else out.text(text);
  }
}

export function readMinutes(from: ByteReader): LoggedColumns {
  const count = from.whole();
  const [symbols, offsets, versions] = [
    columns.readDeltas(from, count),
    columns.readDeltas(from, count),
    columns.readDeltas(from, count),
  ];
  const prices = columns.readPrices(from, count);
  const vwaps = columns.readVwaps(from, prices.opens);
  const [trades, units, scales] = [new Float64Array(count), new Float64Array(count), new Uint8Array(count)];
  for (let i = 0; i < count; i++) {
    const written = from.whole();
    trades[i] = written === 0 ? Number.NaN : written - 1;
  }
  const large = new Map<number, Decimal>();
  for (let i = 0; i < count; i++) {
    const scale = from.whole();
    scales[i] = scale;
    if (scale === columns.UNSCALED) large.set(i, from.text());
    else units[i] = from.whole();
  }
  return { count, symbols, offsets, versions, ...prices, vwaps, trades, units, scales, large };
}
