/** A range of the past in a research file: out of the archive and out of the query API the same rows, and one line for what cannot be had. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LocalBucket } from '../../../local/engine/buckets.ts';
import { ObjectServer } from '../../../local/engine/object-server.ts';
import type { Ask } from '../../../local/research/api-client.ts';
import { ArchivedDays } from '../../../local/research/archived-days.ts';
import { fillHistory, type HistoryProps } from '../../../local/research/history.ts';
import { ResearchFile } from '../../../local/research/research-file.ts';
import { ArchiveBucket } from '../../../runtime/archive/archive-bucket.ts';
import { archiveDay, logsIn } from '../../../runtime/archive/archive-day.ts';
import { endedDays } from '../../../runtime/archive/days.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import type { RolledBar } from '../../../runtime/records/bar.ts';
import { encodeWatermark } from '../../../runtime/records/encode.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { ChunkLog } from '../../../runtime/tables/chunks/chunk-log.ts';
import { SlotReader } from '../../../runtime/tables/chunks/slot-reader.ts';
import { AskedApi } from '../../runtime/api/support/asked.ts';
import { valuesOf } from '../../support/duck-db.ts';
import { Random } from '../../support/random.ts';
import { rolledMarket, SYMBOLS } from '../../support/rolled-market.ts';

const calendar = calendarOf('stocks');
const windows = new Windows(calendar, 'clock');
const DAY = 86_400_000;
const EVENING = Date.parse('2025-11-21T01:30:00Z');
const range = { from: Date.parse('2025-11-20T05:00:00Z'), to: Date.parse('2025-11-21T05:00:00Z') };
const folder = mkdtempSync(join(tmpdir(), 'barflow-history-'));
let server: ObjectServer;
let bucket: LocalBucket;
let archive: ArchivedDays;
let api: AskedApi;
let said: string[];
let questions: string[];
let files = 0;
let stored: readonly RolledBar[];

beforeAll(async () => {
  const { rollup } = await rolledMarket(new Random(5));
  // The day is over: nothing is provisional any more.
  const slots = [...new Set(SYMBOLS.map(slotOf))];
  await rollup.deliver(
    ...slots.map(slot =>
      Buffer.from(encodeWatermark({ type: 'watermark', slot, through: EVENING, epoch: 2 })),
    ),
  );
  stored = rollup.bars();
  api = await AskedApi.start();
  api.at = EVENING;
  await api.put('state', rollup.log());
  await api.store(stored);
  server = await ObjectServer.start();
  bucket = new LocalBucket('Storage/Archive', 'archive', join(folder, 'bucket'));
  server.buckets = [bucket];
  const s3 = new S3Client({
    ...{ region: 'us-east-1', endpoint: server.endpoint, maxAttempts: 1 },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const client = rollup.dynamoDb.client();
  const archiving = {
    ...{ feed: 'stocks', market: 'stocks' as const, windows, release: 'Barflow test' },
    log: new ChunkLog(client, 'state'),
    slots: new SlotReader(client, 'state'),
    bucket: new ArchiveBucket(s3, bucket.name, 'stocks'),
  };
  const day = endedDays(calendar, EVENING).find(({ date }) => date === '2025-11-20');
  if (!day) throw new Error('the day has not ended');
  await archiveDay(archiving, day, await logsIn(archiving, day), EVENING, new AbortController().signal);
  archive = new ArchivedDays(s3, bucket.name, 'stocks');
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await server.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  said = [];
  questions = [];
});

const ask: Ask = async (path, query) => {
  const url = `${path}?${new URLSearchParams(query)}`;
  questions.push(url);
  const { status, body } = await api.ask(url);
  if (status !== 200) throw new Error(`${url} is answered ${status}: ${body}`);
  return String(body);
};

async function filled(
  props: Partial<HistoryProps> = {},
  path = join(folder, `${files++}.duckdb`),
  asked = range,
) {
  const file = await ResearchFile.open({ path, feed: 'stocks', market: 'stocks', calendar });
  try {
    const found = await fillHistory(
      {
        ...{ file, archive, ask, calendar, signal: new AbortController().signal },
        say: async line => void said.push(line),
        ...props,
      },
      asked,
    );
    return { found, path };
  } finally {
    file.close();
  }
}

/** All that does not tell where it is from. */
async function barsIn(path: string): Promise<string[]> {
  const all: string[] = [];
  for (const table of ['intraday_bars', 'bars']) {
    const sql = `SELECT * EXCLUDE (ingested_at${table === 'bars' ? '' : ', source'}) FROM ${table} ORDER BY ALL`;
    for (const row of await valuesOf(sql, path)) all.push(`${table} ${row.join(' ')}`);
  }
  return all;
}

describe('a range of the past', () => {
  test('says the same out of the archive as out of the query API, to the last digit', async () => {
    const archived = await filled();
    expect(questions).toEqual([]);
    const asked = await filled({ archive: undefined });
    expect(questions.length).toBeGreaterThan(6 * SYMBOLS.length);
    const rows = await barsIn(archived.path);
    expect(rows.length).toBe(archived.found);
    expect(rows.length).toBeGreaterThan(500);
    expect(rows).toEqual(await barsIn(asked.path));
  });

  test('is asked of the API for the days alone that are not archived, of archived ones the part that is wanted', async () => {
    const noon = Date.parse('2025-11-20T17:00:00Z');
    const { found, path } = await filled({}, undefined, { from: noon, to: range.to + DAY });
    const times = questions.map(each => new URL(each, 'http://h').searchParams.get('from')).filter(Boolean);
    expect(new Set(times)).toEqual(new Set(['2025-11-21T05:00:00.000Z']));
    const rows = await barsIn(path);
    expect(rows).toHaveLength(found);
    const early = (await barsIn((await filled()).path)).length;
    expect(rows.length).toBeLessThan(early);
    expect(said.at(-1)).toContain('from the archive');
  });

  test('is not read twice, and goes on after it was killed between two files', async () => {
    const path = join(folder, `${files++}.duckdb`);
    const killed = new AbortController();
    const whole = await filled();
    await expect(
      filled({ say: () => Promise.reject(new Error('killed')), signal: killed.signal }, path),
    ).rejects.toThrow('killed');
    said = [];
    await filled({}, path);
    expect(said).toHaveLength(5);
    expect(await barsIn(path)).toEqual(await barsIn(whole.path));
    said = [];
    const again = await filled({}, path);
    expect([said, again.found]).toEqual([[], whole.found]);
  });

  test('has a symbol that began within it from its first bar on, beside those that were there before', async () => {
    const next = { from: range.from, to: range.to + DAY };
    const before = await barsIn((await filled({}, undefined, next)).path);
    const born = stored.filter(({ symbol }) => symbol === SYMBOLS[0]);
    await api.store(
      born.map(bar => ({ ...bar, symbol: 'NEWB', start: bar.start + DAY, end: bar.end + DAY })),
    );
    const { found, path } = await filled({}, undefined, next);
    const rows = await barsIn(path);
    expect(rows).toHaveLength(found);
    expect(rows.filter(row => !row.includes(' NEWB '))).toEqual(before);
    const windowsOfIt = new Set(born.map(({ timeframe, start }) => `${timeframe} ${start}`));
    expect(rows.filter(row => row.includes(' NEWB '))).toHaveLength(windowsOfIt.size);
  });

  test('that nobody has is one line', async () => {
    const before = { from: range.from - 5 * DAY, to: range.from - 4 * DAY };
    await expect(filled({ archive: undefined }, undefined, before)).rejects.toThrow(
      '2025-11-15T05:00 to 2025-11-16T05:00: no bars, neither in the archive nor in the query API',
    );
  });
});

describe('an archive', () => {
  const at = (name: string) => join(bucket.folder, `feed=stocks/timeframe=5m/date=2025-11-20/${name}`);

  async function spoilt(name: string, content: Uint8Array | string, work: () => Promise<unknown>) {
    const before = readFileSync(at(name));
    writeFileSync(at(name), content);
    try {
      await work();
    } finally {
      writeFileSync(at(name), before);
    }
  }

  test('whose file is damaged is one line, and what was read before it stays', async () => {
    const path = join(folder, `${files++}.duckdb`);
    const half = readFileSync(at('bars.parquet')).subarray(0, 500);
    await spoilt('bars.parquet', half, () =>
      expect(filled({}, path)).rejects.toThrow(
        /^s3:\/\/archive\/feed=stocks\/timeframe=5m\/date=2025-11-20\/bars\.parquet has 500 bytes of SHA-256 [0-9a-f]{12}…, its manifest says \d+ of [0-9a-f]{12}…: it was damaged, or is being written: try again in an hour/,
      ),
    );
    const rows = await barsIn(path);
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.every(row => row.startsWith('intraday_bars'))).toBe(true);
  });

  test('whose manifest is none is one line', () =>
    spoilt('_manifest.json', '{"rows":"many"}', () =>
      expect(filled()).rejects.toThrow('_manifest.json is no manifest of this version: {"rows":"many"}'),
    ));
});
