/** What stands beside each file of the archive: what is in it, from which state of the log, and by which release. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Timeframe } from '../markets/timeframe.ts';
import { type BarColumns, inOrder } from './bar-columns.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

export const manifestSchema = v.object({
  schema: v.literal(1),
  feed: v.string(),
  market: v.string(),
  timeframe: v.string(),
  /** The exchange's date. */
  date: v.pipe(v.string(), v.isoDate()),
  /** Bars start in `[from, to)`, epoch ms. */
  from: count,
  to: count,
  rows: count,
  symbols: count,
  /** Of the file. */
  bytes: count,
  /** Of the file, SHA-256. */
  file: hash,
  /** Of the bars' highest versions: SHA-256 of a line `symbol start version` a bar, in the file's order. */
  versions: hash,
  /** Uncovered minutes of the day, of the slot that has most. */
  uncovered: count,
  /** The lowest watermark of all slots when it was read, epoch ms: below `to` there may be bars to come. */
  through: count,
  /** What it was made from: SHA-256 of how many chunks each block of each slot had. */
  log: hash,
  release: v.string(),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;

/** Below every prefix that Athena reads: it passes over names that begin so. */
export const MANIFEST = '_manifest.json';
export const FILE = 'bars.parquet';

/** The folder of a day's file, ending with a slash. @param date the exchange's */
export function folderOf(feed: string, timeframe: Timeframe, date: string): string {
  return `feed=${feed}/timeframe=${timeframe}/date=${date}/`;
}

export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Of bars' highest versions. */
export function versionsOf(parts: readonly BarColumns[]): string {
  const hashed = createHash('sha256');
  for (const { symbol, columns, from, to } of inOrder(parts))
    for (let at = from; at < to; at++)
      hashed.update(`${symbol} ${columns.number('start', at)} ${columns.number('version', at)}\n`);
  return hashed.digest('hex');
}
