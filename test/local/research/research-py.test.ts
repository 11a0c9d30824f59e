/** The Python example reads what a research file holds. duckdb and pandas come from PyPI: where they are not installed, it says that it skipped. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { oneMinuteBar } from '../../../kit/bar.ts';
import { ResearchFile } from '../../../local/research/research-file.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { minuteBar } from '../../support/rollup-on-twins.ts';
import { skippedAnywhere, suitesWhere } from '../../support/skipped.ts';

const ROOT = join(import.meta.dirname, '../../..');
const OPEN = Date.parse('2025-11-20T14:30:00Z');
const folder = mkdtempSync(join(tmpdir(), 'barflow-research-'));
afterAll(() => rmSync(folder, { recursive: true }));

const python = process.env['BARFLOW_PYTHON'] ?? 'python3';
const isThere = spawnSync(python, ['-c', 'import duckdb, pandas']).status === 0;

const { test } = suitesWhere(
  isThere,
  `${python} has no duckdb and pandas; BARFLOW_PYTHON names one that has`,
  skippedAnywhere,
);

test('prices and features come as DataFrames, of the symbols and the range that are asked for', async () => {
  const path = join(folder, 'x.duckdb');
  const calendar = calendarOf('stocks');
  const file = await ResearchFile.open({ path, feed: 'stocks', market: 'stocks', calendar });
  for (const symbol of ['AAPL', 'BRK.B', 'MSFT'])
    for (let offset = 0; offset < 3; offset++)
      file.take(oneMinuteBar(minuteBar(OPEN + offset * 60_000, { symbol, close: 11 + offset })));
  await file.flush([]);
  file.close();
  const example = join(ROOT, 'examples/research.py');
  const asked = [path, 'BRK.B,MSFT', '2025-11-20 14:30', '2025-11-20 14:32'];
  const lines = execFileSync(python, [example, ...asked], { encoding: 'utf8' })
    .trim()
    .split(/\r?\n/);
  expect(lines).toHaveLength(2 * (1 + 4));
  expect(lines[0]).toMatch(/^symbol,timestamp,session,session_start,open,/);
  expect(lines.slice(1, 5).map(line => line.split(',').slice(0, 2).join(' '))).toEqual([
    'BRK.B 2025-11-20 14:30:00',
    'BRK.B 2025-11-20 14:31:00',
    'MSFT 2025-11-20 14:30:00',
    'MSFT 2025-11-20 14:31:00',
  ]);
  expect(lines[5]).toMatch(/^symbol,timestamp,session_start,intraday_vwap,/);
});
