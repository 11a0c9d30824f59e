/** Publishes a flat file straight into the minutes stream, with the watermarks that its rows allow. */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { calendarOf } from '../runtime/bars/calendar.ts';
import { encodeMinuteBar, encodeWatermark } from '../runtime/bars/encode.ts';
import type { Market } from '../runtime/bars/names.ts';
import { explicitHashKey, slotOf, slotPartitionKey } from '../runtime/bars/slot.ts';
import { MINUTE } from '../runtime/bars/timeframe.ts';
import type { Windows } from '../runtime/bars/window.ts';
import { type Entry, putAll, requestLimits } from '../runtime/platform/put-records.ts';
import type { FlatRow, FlatRows } from './feed/flat-rows.ts';

export interface ImportProps {
  readonly kinesis: KinesisClient;
  readonly stream: string;
  readonly market: Market;
  readonly windows: Windows;
  /**
   * Version of a row, epoch-ms-like.
   * @default the minute's end plus the row's occurrence in the file, so that two runs of one import can be compared
   */
  readonly versionOf?: (row: FlatRow) => number;
  readonly signal: AbortSignal;
  /** Called now and then with the number of rows published so far. @default nobody is told */
  readonly onProgress?: (rows: number) => void;
}

/** Imports come from no lease. */
const IMPORT_EPOCH = 0;

const occurrenceVersion = (row: FlatRow) => row.start + MINUTE + row.occurrence;

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
  let request: Entry[] = [];
  let published = 0;
  for (const entry of entriesOf(rows, props)) {
    request.push(entry);
    if (request.length < requestLimits.records) continue;
    await putAll(props.kinesis, props.stream, request, { signal: props.signal });
    published += request.filter(({ partitionKey }) => !partitionKey.startsWith('~')).length;
    props.onProgress?.(published);
    request = [];
  }
  await putAll(props.kinesis, props.stream, request, { signal: props.signal });
  props.onProgress?.(rows.length);
}

/** Bars minute by minute, each minute followed by its watermarks; one more before a hole ends, and one at the last block's end. */
function* entriesOf(
  rows: FlatRows,
  { market, windows, versionOf = occurrenceVersion }: ImportProps,
): Generator<Entry> {
  const slots = [...new Set(rows.symbols.map(slotOf))];
  const calendar = calendarOf(market);
  let minute: number | undefined;
  for (const row of rows) {
    if (minute !== undefined && row.start > minute) {
      yield* watermarks(slots, minute + MINUTE);
      if (row.start > minute + MINUTE) yield* watermarks(slots, row.start);
    }
    minute = row.start;
    const { occurrence: _, ...values } = row;
    const session = calendar.sessionAt(row.start).name;
    const record = encodeMinuteBar({
      type: 'bar',
      ...values,
      session,
      version: versionOf(row),
      source: 'import',
    });
    yield {
      partitionKey: row.symbol,
      explicitHashKey: explicitHashKey(slotOf(row.symbol)),
      data: Buffer.from(record),
    };
  }
  if (minute !== undefined) yield* watermarks(slots, windows.blockOf(minute).end);
}

function* watermarks(slots: readonly number[], through: number): Generator<Entry> {
  for (const slot of slots) {
    const record = encodeWatermark({ type: 'watermark', slot, through, epoch: IMPORT_EPOCH });
    yield {
      partitionKey: slotPartitionKey(slot),
      explicitHashKey: explicitHashKey(slot),
      data: Buffer.from(record),
    };
  }
}
