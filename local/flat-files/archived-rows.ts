/** Rows of a file of the archive (Parquet, one minute a bar), one group of rows after another. */
import { open } from 'node:fs/promises';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import * as v from 'valibot';
import type { Market } from '../../runtime/markets/market.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import {
  checkRange,
  minuteIn,
  priceIn,
  Refused,
  tradesIn,
  versionIn,
  volumeIn,
} from '../../runtime/records/check.ts';
import type { FlatValues } from './flat-row.ts';

const MAGIC = Buffer.from('PAR1');

const missing = v.nullish(v.never());
const row = v.object({
  symbol: v.string(),
  start: v.date(),
  end: v.date(),
  open: v.number(),
  high: v.number(),
  low: v.number(),
  close: v.number(),
  volume: v.number(),
  volume_exact: v.union([v.string(), missing]),
  vwap: v.union([v.number(), missing]),
  trades: v.union([v.bigint(), missing]),
  version: v.bigint(),
});
const columns = Object.keys(row.entries);

/** @throws the errors of the file system */
export async function isArchived(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return bytesRead === MAGIC.length && buffer.equals(MAGIC);
  } finally {
    await file.close();
  }
}

/**
 * Calls `take` with every row's symbol and values, and its number from 1 on.
 * @throws Refused for a row that is none of a minute, or breaks the rules of its market; what `take` throws; and errors of a damaged file
 */
export async function eachArchivedRow(
  path: string,
  market: Market,
  take: (symbol: string, read: () => FlatValues, number: number) => void,
): Promise<void> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const names = new Set(metadata.schema.map(({ name }) => name));
  const lacking = columns.find(name => !names.has(name));
  if (lacking !== undefined)
    throw new Refused('columns', [...names].join(','), `it has no ${lacking}: use a file of the archive`);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd });
    for (const [index, read] of rows.entries())
      take(String(read['symbol']), () => valuesOf(read, market), rowStart + index + 1);
    rowStart = rowEnd;
  }
}

function valuesOf(read: unknown, market: Market): FlatValues {
  const parsed = v.safeParse(row, read);
  if (!parsed.success) {
    const [{ message, path = [] }] = parsed.issues;
    throw new Refused(`${path.map(({ key }) => key).join('.')}`, 'a value of another kind', message);
  }
  const { start, end, open: opened, high, low, close, ...rest } = parsed.output;
  if (end.getTime() !== start.getTime() + MINUTE)
    throw new Refused('end', end.toISOString(), 'use the file of timeframe=1m: longer bars are made from it');
  const values = {
    start: minuteIn('start', start.getTime()),
    open: priceIn('open', opened, market),
    high: priceIn('high', high, market),
    low: priceIn('low', low, market),
    close: priceIn('close', close, market),
    volume: volumeIn('volume', rest.volume_exact ?? rest.volume),
    version: versionIn(Number(rest.version)),
  };
  checkRange(values);
  return {
    ...values,
    ...(rest.vwap != null && { vwap: priceIn('vwap', rest.vwap, market) }),
    ...(rest.trades != null && { trades: tradesIn('trades', Number(rest.trades)) }),
  };
}
