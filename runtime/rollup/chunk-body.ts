/** A chunk's body: the minutes and marks that one invocation brought for a block, as compressed columns. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { MinuteValues } from '../bars/minutes.ts';
import { MINUTE } from '../bars/timeframe.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import * as columns from './columns.ts';

/** A minute bar, as far as the log keeps it. */
export interface LoggedMinute extends MinuteValues {
  readonly symbol: string;
  readonly start: number;
}

/** A coverage mark, as far as the log keeps it. */
export interface LoggedMark {
  readonly symbol?: string;
  readonly minute: number;
  readonly covered: boolean;
  readonly version: number;
}

export interface ChunkBody {
  readonly minutes: readonly LoggedMinute[];
  readonly marks: readonly LoggedMark[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** First byte of a body; another layout gets another number. */
const FORMAT = 1;
/** Writes a body. Times are kept relative to `blockStart` (epoch ms). */
export function encodeBody({ minutes, marks }: ChunkBody, blockStart: number): Uint8Array {
  const out = new ByteWriter();
  const symbols = new Map<string, number>();
  const indexOf = (symbol: string) => {
    const index = symbols.get(symbol) ?? symbols.size + 1;
    if (index > symbols.size) symbols.set(symbol, index);
    return index;
  };
  const minuteSymbols = minutes.map(({ symbol }) => indexOf(symbol));
  const markSymbols = marks.map(({ symbol }) => (symbol === undefined ? 0 : indexOf(symbol)));
  const offset = (at: number) => (at - blockStart) / MINUTE;

  out.whole(FORMAT);
  out.whole(symbols.size);
  for (const symbol of symbols.keys()) out.text(symbol);
  out.whole(minutes.length);
  columns.writeDeltas(out, minuteSymbols, index => index);
  columns.writeDeltas(out, minutes, minute => offset(minute.start));
  columns.writeDeltas(out, minutes, minute => minute.version);
  columns.writePrices(out, minutes);
  columns.writeVwaps(out, minutes);
  for (const { trades } of minutes) out.whole(trades === undefined ? 0 : trades + 1);
  for (const { volume } of minutes) columns.writeVolume(out, volume);
  out.whole(marks.length);
  columns.writeDeltas(out, markSymbols, index => index);
  columns.writeDeltas(out, marks, mark => offset(mark.minute));
  columns.writeDeltas(out, marks, mark => mark.version);
  for (const { covered } of marks) out.whole(covered ? 1 : 0);
  return deflateRawSync(out.finish(), { level: 4 });
}

/** Reads a body. @throws RangeError when it was not written by `encodeBody` */
export function decodeBody(body: Uint8Array, blockStart: number): ChunkBody {
  const from = new ByteReader(inflateRawSync(body));
  const format = from.whole();
  if (format !== FORMAT)
    throw new RangeError(`chunk format ${format} is unknown: this reader knows ${FORMAT}`);
  const symbols = Array.from({ length: from.whole() }, () => from.text());
  const symbolAt = (index: number) => symbols[index - 1];

  const count = from.whole();
  const indexes = columns.readDeltas(from, count);
  const offsets = columns.readDeltas(from, count);
  const versions = columns.readDeltas(from, count);
  const prices = columns.readPrices(from, count);
  const vwaps = columns.readVwaps(from, prices.open);
  const trades: number[] = [];
  for (let i = 0; i < count; i++) trades.push(from.whole() - 1);
  const minutes = indexes.map((index, i) => {
    const minute: Writable<LoggedMinute> = {
      symbol: symbolAt(index) ?? '',
      start: blockStart + (offsets[i] ?? 0) * MINUTE,
      version: versions[i] ?? 0,
      open: prices.open[i] ?? Number.NaN,
      high: prices.high[i] ?? Number.NaN,
      low: prices.low[i] ?? Number.NaN,
      close: prices.close[i] ?? Number.NaN,
      volume: columns.readVolume(from),
    };
    const vwap = vwaps[i];
    const traded = trades[i] ?? -1;
    if (vwap !== undefined) minute.vwap = vwap;
    if (traded >= 0) minute.trades = traded;
    return minute;
  });

  const marked = from.whole();
  const markIndexes = columns.readDeltas(from, marked);
  const markOffsets = columns.readDeltas(from, marked);
  const markVersions = columns.readDeltas(from, marked);
  const marks = markIndexes.map((index, i): LoggedMark => {
    const symbol = symbolAt(index);
    return {
      ...(symbol === undefined ? {} : { symbol }),
      minute: blockStart + (markOffsets[i] ?? 0) * MINUTE,
      covered: from.whole() === 1,
      version: markVersions[i] ?? 0,
    };
  });
  return { minutes, marks };
}
