/** Research in Python: the example reads what a research file holds, and pandas what is in the archive. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { oneMinuteBar } from '../../../kit/bar.ts';
import { ResearchFile } from '../../../local/research/research-file.ts';
import { BarColumns } from '../../../runtime/archive/bar-columns.ts';
import { parquetOf } from '../../../runtime/archive/parquet.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { type Python, pythonGiven } from '../../support/programs.ts';
import { minuteBar } from '../../support/rollup-on-twins.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MINUTE = 60_000;
const OPEN = Date.parse('2025-11-20T14:30:00Z');
/** From the package index of Python. */
const PACKAGES = ['duckdb==2.0.1', 'pandas==3.1.1', 'pyarrow==26.0.1'];
const folder = mkdtempSync(join(tmpdir(), 'barflow-research-'));
let python: Python | undefined;

beforeAll(() => {
  python = pythonGiven(['duckdb', 'pandas', 'pyarrow'], PACKAGES, join(folder, 'packages'));
}, 150_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Lines that a program prints; undefined where no Python has what it needs. */
function lines(program: string, ...args: string[]): readonly string[] | undefined {
  if (python === undefined) return undefined;
  const { command, env } = python;
  return execFileSync(command, [program, ...args], { encoding: 'utf8', env })
    .trim()
    .split(/\r?\n/);
}

test('prices and features come as DataFrames, of the symbols and the range that are asked for', async () => {
  const path = join(folder, 'x.duckdb');
  const calendar = calendarOf('stocks');
  const file = await ResearchFile.open({ path, feed: 'stocks', market: 'stocks', calendar });
  for (const symbol of ['AAPL', 'BRK.B', 'MSFT'])
    for (let offset = 0; offset < 3; offset++)
      file.take(oneMinuteBar(minuteBar(OPEN + offset * MINUTE, { symbol, close: 11 + offset })));
  await file.flush([]);
  file.close();
  const asked = [path, 'BRK.B,MSFT', '2025-11-20 14:30', '2025-11-20 14:32'];
  const told = lines(join(ROOT, 'examples/research.py'), ...asked);
  if (told === undefined) return;
  expect(told).toHaveLength(2 * (1 + 4));
  expect(told[0]).toMatch(/^symbol,timestamp,session,session_start,open,/);
  expect(told.slice(1, 5).map(line => line.split(',').slice(0, 2).join(' '))).toEqual([
    'BRK.B 2025-11-20 14:30:00',
    'BRK.B 2025-11-20 14:31:00',
    'MSFT 2025-11-20 14:30:00',
    'MSFT 2025-11-20 14:31:00',
  ]);
  expect(told[5]).toMatch(/^symbol,timestamp,session_start,intraday_vwap,/);
});

test('files of the archive, also empty ones, are to pandas and pyarrow what they were written as', () => {
  const [full, empty] = [join(folder, 'full.parquet'), join(folder, 'empty.parquet')];
  const columns = new BarColumns();
  const prices = { open: 7, high: 8, low: 6.000000000000001, close: 7.5 };
  const counts = { minutes: 1, uncovered: 0, session: 'regular', final: true };
  const bars = [
    { volume: '9007199254740.000000001', vwap: 7.25, trades: 12, version: 9_007_199_254_740_991 },
    { volume: '0.5', version: OPEN },
  ].map((bar, n) => {
    const [start, end] = [OPEN + n * MINUTE, OPEN + (n + 1) * MINUTE];
    return { symbol: 'BRK.B', start, end, ...prices, ...counts, ...bar };
  });
  columns.add('BRK.B', bars);
  writeFileSync(full, parquetOf([columns], 'Barflow test'));
  writeFileSync(empty, parquetOf([], 'Barflow test'));
  const told = lines(join(import.meta.dirname, 'read_parquet.py'), full, empty);
  if (told === undefined) return;
  const [read, none] = told.map(line => JSON.parse(line));
  const iso = (time: number) => new Date(time).toISOString();
  const given = bars.map(bar => ({
    ...{ vwap: null, trades: null, ...bar, start: iso(bar.start), end: iso(bar.end) },
    volume: Number(bar.volume),
    volume_exact: bar.vwap === undefined ? null : bar.volume,
  }));
  expect(read.rows).toEqual(given);
  expect(none).toEqual({ types: read.types, rows: [] });
  expect(read.types).toMatchObject({
    ...{ symbol: 'string', start: 'timestamp[ms, tz=UTC]', close: 'double', volume_exact: 'string' },
    ...{ trades: 'int64', minutes: 'int32', final: 'bool', version: 'int64' },
  });
});
