/** The minutes of a chunk by columns: as they are written and read, and folded in without an object for each. */

import type { MinuteColumns } from '../../fold/minutes.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import type { MinuteValues } from '../../records/bar.ts';
import { type Decimal, decimalFrom, scaleOf, wholeOf } from '../../records/decimal.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import * as columns from './columns.ts';

/** A minute bar, as far as the log keeps it. */
export interface LoggedMinute extends MinuteValues {
  readonly symbol: string;
  readonly start: number;
}

const COLUMNS = 11;

/** The minutes of a chunk, one element for each. */
export class LoggedColumns implements MinuteColumns, columns.Prices {
  readonly count: number;
  /** Places in the chunk's list of symbols, from 1 on. */
  readonly symbols: Float64Array;
  /** Minutes since the start of the block. */
  readonly offsets: Float64Array;
  readonly versions: Float64Array;
  readonly opens: Float64Array;
  readonly highs: Float64Array;
  readonly lows: Float64Array;
  readonly closes: Float64Array;
  readonly vwaps: Float64Array;
  readonly trades: Float64Array;
  readonly units: Float64Array;
  readonly scales: Float64Array;
  readonly large = new Map<number, Decimal>();

  constructor(count: number) {
    // One piece of memory for all: a piece takes as long to get and to give back as a hundred elements to write.
    const bytes = count * Float64Array.BYTES_PER_ELEMENT;
    const buffer = new ArrayBuffer(COLUMNS * bytes);
    let at = 0;
    const column = () => new Float64Array(buffer, bytes * at++, count);
    this.count = count;
    this.symbols = column();
    this.offsets = column();
    this.versions = column();
    this.opens = column();
    this.highs = column();
    this.lows = column();
    this.closes = column();
    this.vwaps = column();
    this.trades = column();
    this.units = column();
    this.scales = column();
  }
}

/** @param placeOf gives a symbol's place in the chunk's list */
export function columnsOf(
  minutes: readonly LoggedMinute[],
  placeOf: (symbol: string) => number,
  blockStart: number,
): LoggedColumns {
  const of = new LoggedColumns(minutes.length);
  for (let i = 0; i < minutes.length; i++) {
    const minute = minutes[i];
    if (minute === undefined) continue;
    of.symbols[i] = placeOf(minute.symbol);
    of.offsets[i] = (minute.start - blockStart) / MINUTE;
    of.versions[i] = minute.version;
    of.opens[i] = minute.open;
    of.highs[i] = minute.high;
    of.lows[i] = minute.low;
    of.closes[i] = minute.close;
    of.vwaps[i] = minute.vwap ?? Number.NaN;
    of.trades[i] = minute.trades ?? Number.NaN;
    const whole = wholeOf(minute.volume);
    of.units[i] = whole;
    of.scales[i] = scaleOf(minute.volume);
    if (!Number.isSafeInteger(whole)) of.large.set(i, minute.volume);
  }
  return of;
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
  const of = new LoggedColumns(from.whole());
  columns.readDeltas(from, of.symbols);
  columns.readDeltas(from, of.offsets);
  columns.readDeltas(from, of.versions);
  columns.readPrices(from, of);
  columns.readVwaps(from, of.vwaps, of.opens);
  for (let i = 0; i < of.count; i++) {
    const written = from.whole();
    of.trades[i] = written === 0 ? Number.NaN : written - 1;
  }
  for (let i = 0; i < of.count; i++) {
    const scale = from.whole();
    of.scales[i] = scale;
    if (scale === columns.UNSCALED) of.large.set(i, from.text());
    else of.units[i] = from.whole();
  }
  return of;
}
