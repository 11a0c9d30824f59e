/** Files of the archive, imported: the same bars again, and one line for what is none of its files. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BarColumns } from '../../../runtime/archive/bar-columns.ts';
import { parquetOf } from '../../../runtime/archive/parquet.ts';
import { valuesOf } from '../../support/duck-db.ts';
import { T0, useFiles } from './flat-files.ts';

const { read, rowsOf } = useFiles();
const MINUTE = 60_000;
const plain = { session: 'regular', minutes: 1, uncovered: 0, final: true };

function archived(...bars: readonly object[]): Uint8Array {
  const columns = new BarColumns();
  for (const [index, bar] of bars.entries()) {
    const start = T0 + index * MINUTE;
    const symbol = 'BRK.B';
    columns.add(symbol, [
      {
        ...{ symbol, start, end: start + MINUTE, open: 7, high: 8, low: 6, close: 7.5, volume: '100' },
        ...{ version: start + 61_000, ...plain, ...bar },
      },
    ]);
  }
  return parquetOf([columns], 'Barflow test');
}

test('a minute comes back with every digit, its VWAP, its trades and its version', async () => {
  const volume = '90071992547409931.000000001';
  const file = archived({ volume, vwap: 7.25, trades: 12, version: 1_763_649_123_456 }, { volume: '0.5' });
  expect(await rowsOf(file, {}, 'bars.parquet')).toEqual([
    {
      ...{ symbol: 'BRK.B', start: T0, open: 7, high: 8, low: 6, close: 7.5 },
      ...{ volume, vwap: 7.25, trades: 12, version: 1_763_649_123_456, occurrence: 1 },
    },
    {
      ...{ symbol: 'BRK.B', start: T0 + MINUTE, open: 7, high: 8, low: 6, close: 7.5 },
      ...{ volume: '0.5', version: T0 + MINUTE + 61_000, occurrence: 1 },
    },
  ]);
});

test('files of the archive and of the vendor may be read together, whatever they are called', async () => {
  const header = 'ticker,volume,open,close,high,low,window_start,transactions';
  const csv = `${header}\nAAPL,1,2,2,2,2,${T0}000000,1\n`;
  const { rows, summaries } = await read({ 'a.csv': archived({}), 'b.parquet': csv });
  expect([...rows].map(({ symbol }) => symbol)).toEqual(['AAPL', 'BRK.B']);
  expect(summaries).toEqual([
    'a.csv: 1 rows of 1 symbols, 2025-11-20 14:30 to 2025-11-20 14:30 UTC',
    'b.parquet: 1 rows of 1 symbols, 2025-11-20 14:30 to 2025-11-20 14:30 UTC',
  ]);
});

describe('is refused in one line:', () => {
  const good = archived({});
  const middle = good.length >> 1;
  test.each<[string, Uint8Array, RegExp]>([
    ['longer bars', archived({ end: T0 + 5 * MINUTE, minutes: 5 }), /row 1: .*use the file of timeframe=1m/],
    ['a row beyond its range', archived({}, { high: 1 }), /day.parquet:row 2: high is 1/],
    ['a day without bars', archived(), /it has no bars: nothing traded on its day/],
    ['a file that ends early', good.subarray(0, middle), /damaged or ends early \(.*\): fetch it again/],
    ['a file without its end', good.subarray(0, good.length - 4), /damaged or ends early/],
    ['its first bytes alone', good.subarray(0, 4), /damaged or ends early/],
    ['bytes changed in its middle', changed(good, 60), /damaged or ends early|row 1/],
  ])('%s', async (_, content, message) => {
    await expect(rowsOf(content, {}, 'day.parquet')).rejects.toThrow(message);
  });
});

function changed(file: Uint8Array, at: number): Uint8Array {
  return Uint8Array.from(file, (byte, index) => (index >= at && index < at + 24 ? byte ^ 0x55 : byte));
}

describe('files that others write', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'barflow-parquet-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function written(select: string, how = ''): Promise<Uint8Array> {
    const path = join(folder, 'written.parquet');
    await valuesOf(`COPY (${select}) TO '${path}' (FORMAT parquet${how})`);
    return readFile(path);
  }
  const minute = `SELECT 'AAPL' AS symbol, TIMESTAMP '2025-11-20 14:30' AS start, TIMESTAMP '2025-11-20 14:31' AS "end",
    2.0::DOUBLE AS open, 3.0::DOUBLE AS high, 1.0::DOUBLE AS low, 2.5::DOUBLE AS close, 10.0::DOUBLE AS volume,
    NULL::VARCHAR AS volume_exact, NULL::DOUBLE AS vwap, 4::BIGINT AS trades, 1763649061000::BIGINT AS version`;

  test('are taken like ours, in any order of rows and columns', async () => {
    const rows = await rowsOf(
      await written(`SELECT version, * EXCLUDE (version) FROM (${minute})`),
      {},
      'd.parquet',
    );
    expect(rows).toMatchObject([{ symbol: 'AAPL', start: T0, close: 2.5, volume: '10', trades: 4 }]);
  });

  test('are refused by name when a column is missing or of another kind', async () => {
    const lacking = await written(`SELECT * EXCLUDE (version) FROM (${minute})`);
    await expect(rowsOf(lacking, {}, 'd.parquet')).rejects.toThrow(
      /it has no version: use a file of the archive/,
    );
    const other = await written(`SELECT * REPLACE ('x' AS open) FROM (${minute})`);
    await expect(rowsOf(other, {}, 'd.parquet')).rejects.toThrow(/d.parquet:row 1: open is/);
  });
});
