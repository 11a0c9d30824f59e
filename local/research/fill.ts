/** A file of the archive into the tables of what has arrived, by DuckDB's own reader. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Calendar } from '../../runtime/markets/calendar.ts';
import type { Timeframe } from '../../runtime/markets/timeframe.ts';
import { appendSessionStarts } from './append-bar.ts';
import { fromParquet } from './schema.ts';

export interface Filling {
  readonly connection: DuckDBConnection;
  readonly calendar: Calendar;
  /** A path. */
  readonly file: string;
  readonly timeframe: Timeframe;
  /** Bars that start in `[from, to)`, epoch ms. */
  readonly from: number;
  readonly to: number;
}

/** @returns how many bars there were */
export async function fillFrom({
  connection,
  calendar,
  file,
  timeframe,
  from,
  to,
}: Filling): Promise<number> {
  const range = [file, BigInt(from), BigInt(to)];
  const row = [...range, BigInt(Date.now())];
  if (timeframe !== '1m') return (await connection.run(fromParquet.bars, [...row, timeframe])).rowsChanged;
  const reader = await connection.runAndReadAll(fromParquet.starts, range);
  const starts = reader.getRowObjectsJson().map(({ start }) => Number(start));
  const rows = await connection.createAppender('session_starts', null, 'temp');
  appendSessionStarts(rows, starts, calendar);
  rows.closeSync();
  const { rowsChanged } = await connection.run(fromParquet.minutes, row);
  await connection.run('DELETE FROM session_starts');
  return rowsChanged;
}
