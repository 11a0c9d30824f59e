/** A chunk's body: the minutes and marks that one invocation brought for a block, as compressed columns. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { MINUTE } from '../../markets/timeframe.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readDeltas, writeDeltas } from './columns.ts';
import {
  columnsOf,
  type LoggedColumns,
  type LoggedMinute,
  minuteAt,
  readMinutes,
  writeMinutes,
} from './minute-columns.ts';

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

/** A body as it is read: minutes by columns, with the symbols that they count from 1 on. */
export interface ChunkColumns {
  readonly symbols: readonly string[];
  readonly minutes: LoggedColumns;
  readonly marks: readonly LoggedMark[];
}

/** First byte of a body; another layout gets another number. */
const FORMAT = 1;
/** Columns of differences repeat within short reach; what deflate sets up and clears for each chunk grows with its window and memory. */
const COMPRESSION = { level: 4, windowBits: 13, memLevel: 6 };

/** One for all bodies: what is written is compressed at once. */
const out = new ByteWriter();

/** Writes a body. Times are kept relative to `blockStart` (epoch ms). */
export function encodeBody({ minutes, marks }: ChunkBody, blockStart: number): Uint8Array {
  out.clear();
  const symbols = new Map<string, number>();
  const placeOf = (symbol: string) => {
    const known = symbols.get(symbol);
    if (known !== undefined) return known;
    symbols.set(symbol, symbols.size + 1);
    return symbols.size;
  };
  const minuteColumns = columnsOf(minutes, placeOf, blockStart);
  const markSymbols = marks.map(({ symbol }) => (symbol === undefined ? 0 : placeOf(symbol)));

  out.whole(FORMAT);
  out.whole(symbols.size);
  for (const symbol of symbols.keys()) out.text(symbol);
  writeMinutes(out, minuteColumns);
  out.whole(marks.length);
  writeDeltas(out, Float64Array.from(markSymbols));
  writeDeltas(
    out,
    Float64Array.from(marks, ({ minute }) => (minute - blockStart) / MINUTE),
  );
  writeDeltas(
    out,
    Float64Array.from(marks, ({ version }) => version),
  );
  for (const { covered } of marks) out.whole(covered ? 1 : 0);
  return deflateRawSync(out.finish(), COMPRESSION);
}

/** Reads a body. @throws RangeError when it was not written by `encodeBody` */
export function decodeBody(body: Uint8Array, blockStart: number): ChunkBody {
  const { symbols, minutes, marks } = decodeColumns(body, blockStart);
  return {
    minutes: Array.from({ length: minutes.count }, (_, i) =>
      minuteAt(minutes, i, symbolAt(symbols, minutes.symbols[i]) ?? '', blockStart),
    ),
    marks,
  };
}

/** The same without an object for each minute. */
export function decodeColumns(body: Uint8Array, blockStart: number): ChunkColumns {
  const from = new ByteReader(inflateRawSync(body));
  const format = from.whole();
  if (format !== FORMAT)
    throw new RangeError(`chunk format ${format} is unknown: this reader knows ${FORMAT}`);
  const symbols = Array.from({ length: from.whole() }, () => from.text());
  const minutes = readMinutes(from);
  const marked = from.whole();
  const column = () => new Float64Array(marked);
  const [places, offsets, versions] = [column(), column(), column()];
  for (const values of [places, offsets, versions]) readDeltas(from, values);
  const marks = Array.from(places, (place, i): LoggedMark => {
    const symbol = symbolAt(symbols, place);
    return {
      ...(symbol === undefined ? {} : { symbol }),
      minute: blockStart + (offsets[i] ?? 0) * MINUTE,
      covered: from.whole() === 1,
      version: versions[i] ?? 0,
    };
  });
  return { symbols, minutes, marks };
}

/** The symbol at that place, counted from 1 on; 0 is none. */
export function symbolAt(symbols: readonly string[], place: number | undefined): string | undefined {
  return symbols[(place ?? 0) - 1];
}
