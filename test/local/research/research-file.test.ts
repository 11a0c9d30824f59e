/** The research file: every bar once and at its highest, whatever comes twice or breaks off; and one line for a file that cannot be used. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type Bar, oneMinuteBar } from '../../../kit/bar.ts';
import { ResearchFile } from '../../../local/research/research-file.ts';
import { eventually } from '../../runtime/ingester/support/eventually.ts';
import { minuteBar } from '../../support/rollup-on-twins.ts';
import { about, ask, folder, newPath, open, within } from './support/research-files.ts';

const MINUTE = 60_000;
const OPEN = Date.parse('2025-11-20T14:30:00Z');
const writing = fileURLToPath(new URL('./support/writing-process.ts', import.meta.url));
const minute = (offset: number, changes = {}): Bar =>
  oneMinuteBar(minuteBar(OPEN + offset * MINUTE, changes));
const longer = (changes: object): Bar => ({
  ...{
    type: 'bar',
    symbol: 'AAPL',
    timeframe: '5m',
    start: OPEN,
    end: OPEN + 5 * MINUTE,
    session: 'regular',
  },
  ...{
    open: 10,
    high: 12,
    low: 9,
    close: 11,
    volume: '500',
    minutes: 5,
    uncovered: 0,
    final: false,
    version: 5,
  },
  ...changes,
});

const unthrown = { throwIfNoEntry: false } as const;
const place = (after: string) => ({ stream: 'minutes', shards: { 'shardId-0': { after } } });

test('a correction replaces its row, and an older record or one that comes again does not', async () => {
  const path = newPath();
  await within(path, async file => {
    for (const close of [10, 11.5]) file.take(minute(0, { close, version: OPEN + 2 * close }));
    await file.flush([]);
    for (const close of [11, 10.5, 11.5]) file.take(minute(0, { close, version: OPEN + 2 * close }));
    file.take(minute(1, { vwap: undefined, trades: 7, volume: '0.25' }));
    expect(await file.flush([])).toEqual({ minutes: 4, bars: 0 });
  });
  const sql = `SELECT symbol, epoch_ms(timestamp), epoch_ms(session_start), session, close, volume, vwap, trade_count, source FROM intraday_bars ORDER BY ALL`;
  expect(await ask(path, sql)).toEqual([
    ['AAPL', String(OPEN), String(OPEN), 'regular', 11.5, 100, 10.5, null, 'live'],
    ['AAPL', String(OPEN + MINUTE), String(OPEN), 'regular', 11, 0.25, null, '7', 'live'],
  ]);
});

test('a bar that is finished replaces itself unfinished at the same version, and never the other way round', async () => {
  const path = newPath();
  await within(path, async file => {
    file.take(longer({ final: true }));
    file.take(longer({}));
    await file.flush([]);
    file.take(longer({}));
    await file.flush([]);
  });
  expect(await ask(path, 'SELECT final, version FROM bars')).toEqual([[true, '5']]);
});

test('goes on where its streams were read to, which is written with what was read, or not at all', async () => {
  const path = newPath();
  await within(path, async file => {
    file.take(minute(0));
    await file.flush([place('1')]);
    // Killed here: what was taken and not flushed comes again, for the place does not say that it was read.
    file.take(minute(1));
  });
  await within(path, async file => {
    expect(await file.placeOf('minutes')).toEqual(place('1'));
    expect(await file.placeOf('others')).toBeUndefined();
    for (const offset of [0, 1]) file.take(minute(offset));
    await file.flush([place('2')]);
  });
  expect(await ask(path, 'SELECT count(*) FROM intraday_bars')).toEqual([['2']]);
  const log = 'SELECT source_id, event, minutes FROM ingestion_log ORDER BY happened_at';
  expect(await ask(path, log)).toEqual([
    ['research', 'research_start', null],
    ['research', 'research_flush', '1'],
    ['research', 'research_start', null],
    ['research', 'research_flush', '2'],
  ]);
});

test('minutes become bars of 5m when they are no longer hot, and those go when they are no longer warm', async () => {
  const path = newPath();
  const day = 86_400_000;
  await within(path, async file => {
    for (let offset = 0; offset < 10; offset++)
      file.take(
        minute(offset, { open: offset + 1, high: offset + 20, low: 0.5, close: offset + 2, version: 10 }),
      );
    file.take(longer({ close: 99, final: true, version: 1_000 }));
    file.take(minute(2 * 1_440));
    await file.flush([]);
    await file.age(1, 30, OPEN + 2 * day);
  });
  const bars =
    'SELECT epoch_ms(timestamp), open, high, close, volume, minutes, version FROM bars ORDER BY ALL';
  // The first of them came by the stream, and stays as it is.
  expect(await ask(path, bars)).toEqual([
    [String(OPEN), 10, 12, 99, 500, 5, '1000'],
    [String(OPEN + 5 * MINUTE), 6, 29, 11, 500, 5, '50'],
  ]);
  expect(await ask(path, 'SELECT count(*) FROM intraday_bars')).toEqual([['1']]);
  await within(path, file => file.age(1, 30, OPEN + 40 * day));
  expect(await ask(path, 'SELECT count(*) FROM bars')).toEqual([['0']]);
});

test('a session goes as a whole, wherever in it the hot days begin: bars of 5m have all of its minutes, and features what is before them', async () => {
  const path = newPath();
  const vwaps = 'SELECT intraday_vwap FROM intraday_features ORDER BY timestamp';
  await within(path, async file => {
    for (let offset = 0; offset < 10; offset++)
      file.take(minute(offset, { volume: '10', vwap: 10 + offset / 10 }));
    await file.flush([]);
  });
  const before = await ask(path, vwaps);
  expect(before).toHaveLength(10);
  await within(path, async file => {
    for (let offset = 0; offset <= 10; offset++) await file.age(1, 30, OPEN + 86_400_000 + offset * MINUTE);
  });
  expect(await ask(path, vwaps)).toEqual(before);
  await within(path, file => file.age(1, 30, OPEN + 86_400_000 + 390 * MINUTE));
  expect(await ask(path, vwaps)).toEqual([]);
  const bars = 'SELECT epoch_ms(timestamp), minutes, volume FROM bars ORDER BY ALL';
  expect(await ask(path, bars)).toEqual([
    [String(OPEN), 5, 50],
    [String(OPEN + 5 * MINUTE), 5, 50],
  ]);
});

test('knows when each symbol was first and last seen', async () => {
  const path = newPath();
  await within(path, async file => {
    for (const offset of [3, 1]) file.take(minute(offset));
    await file.flush([]);
    for (const offset of [2, 7]) file.take(minute(offset));
    await file.flush([]);
  });
  expect(await ask(path, 'SELECT symbol, epoch_ms(first_seen), epoch_ms(last_seen) FROM symbols')).toEqual([
    ['AAPL', String(OPEN + MINUTE), String(OPEN + 7 * MINUTE)],
  ]);
});

test('has the features of its minutes, by the view, and says what each of them is', async () => {
  const path = newPath();
  await within(path, async file => {
    for (let offset = 0; offset < 3; offset++)
      file.take(minute(offset, { open: 10, high: 12, low: 8, close: 10 + offset / 2, vwap: 10 + offset }));
    await file.flush([]);
  });
  const view = `SELECT intraday_vwap, intraday_price_to_open, intraday_range_position, intraday_rsi_14 FROM intraday_features ORDER BY timestamp`;
  expect(await ask(path, view)).toEqual([
    [10, 0, 0.5, null],
    [10.5, expect.closeTo(0.05, 12), 0.625, null],
    [11, expect.closeTo(0.1, 12), 0.75, null],
  ]);
  expect(
    await ask(path, 'SELECT count(*), bool_and(active), any_value(version) FROM feature_definitions'),
  ).toEqual([['7', true, 'v1']]);
});

/** Of flushes with so many minutes each, all of some are there, and it is known which was the last. */
async function expectWhole(path: string, minutes: number): Promise<void> {
  const [[rows, flushes] = []] = await ask(
    path,
    'SELECT (SELECT count(*) FROM intraday_bars), (SELECT count(*) FROM ingestion_log WHERE minutes > 0)',
  );
  expect(Number(flushes)).toBeGreaterThan(0);
  expect(rows).toBe(String(minutes * Number(flushes)));
  await within(path, async file => expect(await file.placeOf('minutes')).toEqual(place(String(flushes))));
}

test('of a process that is killed while it writes has all of some flushes and nothing of the others', async () => {
  const path = newPath();
  const killed = spawn(process.execPath, [writing, path, '1000000', '5000'], { stdio: 'ignore' });
  const size = () =>
    [path, `${path}.wal`].reduce((sum, each) => sum + (statSync(each, unthrown)?.size ?? 0), 0);
  await eventually(() => size() > 1_000_000);
  killed.kill('SIGKILL');
  expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL']);
  await expectWhole(path, 5_000);
});

describe('a file is refused in one line', () => {
  test('that another program’s tables are in', async () => {
    const path = newPath();
    await ask(path, 'CREATE TABLE theirs (x INTEGER)');
    await expect(open(path)).rejects.toThrow(/holds theirs, which are not ours: name a file of its own$/);
    expect(await ask(path, 'SELECT table_name FROM duckdb_tables()')).toEqual([['theirs']]);
  });

  test('that is of another feed', async () => {
    const path = newPath();
    await within(path, async () => {});
    await expect(ResearchFile.open({ ...about, feed: 'coins', path })).rejects.toThrow(
      /is of feed 'stocks', schema 2: name another file for feed 'coins'/,
    );
  });

  test('that is no database, or lies in no folder, or is one', async () => {
    const path = newPath();
    writeFileSync(path, 'a,b\n1,2\n'.repeat(1_000));
    await expect(open(path)).rejects.toThrow(/no database of DuckDB, or a damaged one: name another file/);
    await expect(open(join(folder.path, 'none', 'x.duckdb'))).rejects.toThrow(
      /name a file in a folder that exists/,
    );
    mkdirSync(join(folder.path, 'a-folder'));
    await expect(open(join(folder.path, 'a-folder'))).rejects.toThrow(/name a file in a folder that exists/);
  });

  test('that another process has open, which goes on undisturbed', async () => {
    const path = newPath();
    const holder = spawn(process.execPath, [writing, path, '1', '5']);
    await once(holder.stdout, 'data');
    await expect(open(path)).rejects.toThrow(
      /^--db \S+: another program has it open: end that one, or name another file \(.*\)$/,
    );
    holder.stdin.end();
    expect(await once(holder, 'exit')).toEqual([0, null]);
    expect(await ask(path, 'SELECT count(*) FROM intraday_bars')).toEqual([['5']]);
  });

  test('that finds no more room: what was written before stays, and the next run goes on behind it', async () => {
    const path = newPath();
    // In blocks of 512 bytes: to a file that would grow beyond them it is said what a full disk says.
    const limited = ['-c', 'ulimit -f 6000; exec "$0" "$@"', process.execPath, writing, path, '1000', '5000'];
    const full = spawn('sh', limited, { stdio: ['ignore', 'ignore', 'pipe'] });
    const [[code], said] = await Promise.all([once(full, 'exit'), text(full.stderr)]);
    expect({ code, said }).toEqual({
      code: 2,
      said: expect.stringMatching(
        /^--db \S+: nothing of the last 5000 bars is written: the disk is full: make room, and start it again: it goes on where it was \(.*\)\n$/,
      ),
    });
    await expectWhole(path, 5_000);
  });

  test('of which nothing can be written: what was to be written comes again', async () => {
    const path = newPath();
    await within(path, async file => {
      file.take(minute(0, { close: Number.NaN, version: Number.NaN }));
      await expect(file.flush([place('1')])).rejects.toThrow();
      expect(await file.placeOf('minutes')).toBeUndefined();
    });
  });
});
