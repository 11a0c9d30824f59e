/** Publishes flat files straight into the minutes stream, with the watermarks that its rows allow. */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/names.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import type { Windows } from '../../runtime/markets/window.ts';
import { type Entry, putAll, requestLimits } from '../../runtime/platform/put-records.ts';
import type { MinuteBar } from '../../runtime/records/bar.ts';
import { encodeWatermark } from '../../runtime/records/encode.ts';
import { minuteBarData } from '../../runtime/records/fast/encode.ts';
import { explicitHashKey, slotOf, slotPartitionKey } from '../../runtime/records/slot.ts';
import type { FlatRow, FlatRows } from './flat-rows.ts';

export interface ImportProps {
  readonly kinesis: KinesisClient;
  readonly stream: string;
  readonly market: Market;
  readonly windows: Windows;
  /**
   * Version of a row, epoch-ms-like.
   * @default what it was archived with, else the minute's end plus the row's occurrence in the file, so that two runs of one import can be compared
   */
  readonly versionOf?: (row: FlatRow) => number;
  readonly signal: AbortSignal;
  /** Awaited before anything more is put: where what was put is worked off here, it must not pile up. @default there is room */
  readonly room?: () => Promise<void>;
  /** Called now and then with the number of rows published so far. @default nobody is told */
  readonly onProgress?: (rows: number) => void;
}

/** Imports come from no lease. */
const IMPORT_EPOCH = 0;

const ownVersion = (row: FlatRow) => row.version ?? row.start + MINUTE + row.occurrence;

/** Versions from the clock, rising with every row, so that these rows replace whatever is known of their minutes. */
export function clockVersions(): (row: FlatRow) => number {
  let last = 0;
  return () => {
    last = Math.max(Date.now(), last + 1);
    return last;
  };
}

/** @throws when the stream does not take everything before the signal aborts */
export async function importRows(rows: FlatRows, props: ImportProps): Promise<void> {
  const { kinesis, stream, signal, room, onProgress } = props;
  let published = 0;
  for (const { bars, watermarks } of partsOf(rows, props)) {
    await room?.();
    await putAll(kinesis, stream, bars, { signal });
    // A stream that takes a part of a request may take a watermark before bars that it covers: those come first, all of them.
    await putAll(kinesis, stream, watermarks, { signal });
    published += bars.length;
    onProgress?.(published);
  }
}

/** Bars, and the watermarks that they and all bars before them allow. */
interface Part {
  readonly bars: Entry[];
  readonly watermarks: Entry[];
}

/**
 * Bars by minute, as many as a request holds. A watermark follows each minute, one more ends at the first minute after a hole,
 * and one at the last block's end.
 */
function* partsOf(rows: FlatRows, { market, windows, versionOf = ownVersion }: ImportProps): Generator<Part> {
  const slots = [...new Set(rows.symbols.map(slotOf))];
  const calendar = calendarOf(market);
  const barOf = ({ occurrence, ...values }: FlatRow): MinuteBar => ({
    ...{ type: 'bar', ...values, session: calendar.sessionAt(values.start).name },
    ...{ version: versionOf({ occurrence, ...values }), source: 'import' },
  });
  let part: Part = { bars: [], watermarks: [] };
  let minute: number | undefined;
  for (const row of rows) {
    if (minute !== undefined && row.start > minute) {
      part.watermarks.push(...watermarksOf(slots, minute + MINUTE));
      if (row.start > minute + MINUTE) part.watermarks.push(...watermarksOf(slots, row.start));
    }
    if (Math.max(part.bars.length, part.watermarks.length) >= requestLimits.records) {
      yield part;
      part = { bars: [], watermarks: [] };
    }
    minute = row.start;
    const hashKey = explicitHashKey(slotOf(row.symbol));
    part.bars.push({ partitionKey: row.symbol, explicitHashKey: hashKey, data: minuteBarData(barOf(row)) });
  }
  if (minute !== undefined) part.watermarks.push(...watermarksOf(slots, windows.blockOf(minute).end));
  yield part;
}

function watermarksOf(slots: readonly number[], through: number): Entry[] {
  return slots.map(slot => ({
    partitionKey: slotPartitionKey(slot),
    explicitHashKey: explicitHashKey(slot),
    data: Buffer.from(encodeWatermark({ type: 'watermark', slot, through, epoch: IMPORT_EPOCH })),
  }));
}
