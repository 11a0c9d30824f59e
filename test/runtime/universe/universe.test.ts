/** The daily ranking against the simulated vendor: the list that a feed follows, and who of it is gone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LocalBucket } from '../../../local/engine/buckets.ts';
import { ObjectServer } from '../../../local/engine/object-server.ts';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { Vendor } from '../../../local/simulator/vendor.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { readText, writeText } from '../../../runtime/platform/kept-text.ts';
import type { Memory } from '../../../runtime/tables/monitor-memory.ts';
import { endedSessions } from '../../../runtime/universe/ended-sessions.ts';
import { renewUniverse, type UniverseOptions } from '../../../runtime/universe/universe.ts';
import { RestClient } from '../../../runtime/vendor/rest/client.ts';
import { MemoryLogger } from '../ingester/support/log.ts';

const EVENING = Date.parse('2025-11-21T01:45:00Z');
const calendar = calendarOf('stocks');
const { signal } = new AbortController();
const place = { bucket: 'lists', key: 'stocks.txt' };
let open: AsyncDisposableStack;
let source: SimulatedMarket;
let vendor: Vendor;
let s3: S3Client;
let notes: Map<string, unknown>;
let options: UniverseOptions;

beforeEach(async () => {
  open = new AsyncDisposableStack();
  const clock = new EventClock({ now: EVENING, speed: 0 });
  source = new SimulatedMarket({ market: 'stocks', symbols: 12, quietest: 300 });
  vendor = await Vendor.start({ market: 'stocks', source, clock });
  open.defer(() => vendor.close());
  const server = await ObjectServer.start();
  open.defer(() => server.stop());
  const folder = mkdtempSync(join(tmpdir(), 'barflow-universe-'));
  open.defer(() => rmSync(folder, { recursive: true }));
  server.buckets = [new LocalBucket('Lists', place.bucket, folder)];
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  s3 = new S3Client({ region: 'us-east-1', endpoint: server.endpoint, credentials, maxAttempts: 1 });
  const rest = new RestClient({
    url: vendor.restUrl,
    apiKey: 'key',
    budget: { perSecond: 1_000, atOnce: 1 },
  });
  open.defer(() => rest[Symbol.dispose]());
  notes = new Map();
  const memory: Memory = {
    get: async key => notes.get(key),
    put: async (key, note) => void notes.set(key, note),
  };
  options = {
    ...{
      market: 'stocks',
      calendar,
      rules: { size: 6, hysteresis: 0.2, changesPerDay: 2 },
      sessions: 2,
      place,
      rest,
      memory,
    },
    clients: { s3, ssm: new SSMClient({ region: 'us-east-1', credentials }) },
    listed: async () => source.symbols,
    logger: new MemoryLogger(),
  };
});
afterEach(() => open.disposeAsync());

const list = async () => (await readText(place, options.clients, signal)).trim().split(',');
const write = (symbols: readonly string[]) => writeText(place, symbols.join(','), options.clients, signal);

/** What the market traded on those days, added up minute by minute. */
function mostTraded(count: number, dates: readonly string[]): string[] {
  const turnover = (symbol: string) =>
    dates
      .map(date => calendar.days.numbered(Date.parse(date) / 86_400_000))
      .flatMap(day => source.history(symbol, day.start, day.end, EVENING))
      .reduce((sum, { volume, vwap, close }) => sum + Number(volume) * (vwap ?? close), 0);
  const all = source.symbols.map(symbol => [symbol, turnover(symbol)] as const);
  return all
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([symbol]) => symbol);
}

test('the first list is what the market traded most in the last sessions', async () => {
  await renewUniverse(options, EVENING, signal);
  expect(await list()).toEqual(mostTraded(6, ['2025-11-20', '2025-11-19']));
});

test('a day is done once, and the next one changes no more than it may', async () => {
  await write(['GONE1', 'GONE2', 'GONE3', 'GONE4', 'GONE5', 'GONE6']);
  expect(await renewUniverse(options, EVENING, signal)).toMatchObject({
    added: mostTraded(2, ['2025-11-20', '2025-11-19']),
  });
  const [first] = [await list()];
  expect(first.filter(symbol => symbol.startsWith('GONE'))).toHaveLength(4);
  expect(await renewUniverse(options, EVENING + 3_600_000, signal)).toBeUndefined();
  expect(await list()).toEqual(first);
  expect(notes.get('delisted')).toEqual({
    date: '2025-11-20',
    symbols: ['GONE1', 'GONE2', 'GONE3', 'GONE4', 'GONE5', 'GONE6'],
  });
});

test('who is not listed any more is not taken in, and named where it was followed', async () => {
  const [most = ''] = mostTraded(1, ['2025-11-20', '2025-11-19']);
  await write([most]);
  await renewUniverse(
    { ...options, listed: async () => source.symbols.filter(symbol => symbol !== most) },
    EVENING,
    signal,
  );
  expect(notes.get('delisted')).toEqual({ date: '2025-11-20', symbols: [most] });
});

test('a vendor that names hardly anybody, or does not answer, leaves the list as it is', async () => {
  await write(['AAPL']);
  await expect(
    renewUniverse({ ...options, rules: { ...options.rules, size: 50 } }, EVENING, signal),
  ).rejects.toThrow(
    'the vendor names 12 symbols that traded on 2025-11-20, fewer than the 50 that are wanted',
  );
  vendor.restFaults.plan('403');
  await expect(renewUniverse(options, EVENING, signal)).rejects.toThrow(
    '/v2/aggs/grouped/locale/us/market/stocks/2025-11-20 has no answer',
  );
  expect(await list()).toEqual(['AAPL']);
  expect(notes.size).toBe(0);
});

test('a list of active symbols that is empty, or lacks who has just traded, leaves the list and the notes as they are', async () => {
  const traded = mostTraded(6, ['2025-11-20', '2025-11-19']);
  await write(traded);
  const renewed = (listed: readonly string[]) =>
    renewUniverse({ ...options, listed: async () => listed }, EVENING, signal);
  await expect(renewed([])).rejects.toThrow('the vendor names 0 active symbols, and 6 of those in the list');
  await expect(
    renewed(source.symbols.filter(symbol => !traded.slice(0, 3).includes(symbol))),
  ).rejects.toThrow('the vendor names 9 active symbols, and 3 of those in the list, which have just traded');
  expect([await list(), notes.size]).toEqual([traded, 0]);
});

test('sessions are counted over weekends, holidays and half days, each once it has ended', () => {
  const after = (instant: string, count: number) => endedSessions(calendar, Date.parse(instant), count);
  expect(after('2025-12-01T15:00:00Z', 3)).toEqual(['2025-11-28', '2025-11-26', '2025-11-25']);
  expect(after('2025-11-28T22:05:00Z', 1)).toEqual(['2025-11-28']);
  expect(after('2025-11-28T21:55:00Z', 1)).toEqual(['2025-11-26']);
});

test('a list that is none stays as it is, for whoever keeps it to mend', async () => {
  await write(['AAPL', '"MSFT']);
  await expect(renewUniverse(options, EVENING, signal)).rejects.toThrow('the list of symbols holds');
  expect(await list()).toEqual(['AAPL', '"MSFT']);
});
