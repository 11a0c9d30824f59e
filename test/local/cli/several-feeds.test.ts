/** `npm start -- --feeds`: real time beside delayed, crypto and futures, at once in one stage, one of which loses its vendor meanwhile. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { PassedOnEvent } from '../../../kit/index.ts';
import { followEvents } from '../../../kit/stream/index.ts';
import { type CommandResult, kept, start } from '../../support/command.ts';
import { valuesOf } from '../../support/duck-db.ts';
import { operate } from '../../support/operate.ts';

const OPEN = Date.parse('2025-11-20T14:30:00Z');
const MINUTE = 60_000;
const [SYMBOLS, MINUTES] = [5, 30];
const EACH = SYMBOLS * MINUTES;
/** Where the 4h windows of the first minute begin: midnight is New York's, Chicago's or UTC's. */
const BLOCKS = { stocks: '13:00', crypto: '12:00', futures: '14:00' } as const;
const FEEDS = 'stocks:minutes+fmv,stocks@delayed:trades+quotes,crypto,futures';

interface Bar {
  readonly symbol: string;
  readonly timeframe: string;
  readonly start: number;
  readonly open: number;
  readonly close: number;
  readonly minutes: number;
}

interface Status {
  readonly aws: { readonly kinesis: string; readonly region: string };
  readonly feeds: readonly { readonly feed: string; readonly events?: string; readonly passedOn: number }[];
}

let out: string;
let port: string;
let status: Status;
let result: CommandResult;
const passed: Record<string, PassedOnEvent[]> = {};
let redriven: Awaited<ReturnType<typeof operate>>;
let asked: Awaited<ReturnType<typeof operate>>;
let sessions: Awaited<ReturnType<typeof operate>>;
let refused: Awaited<ReturnType<typeof operate>>;
let page: { readonly feeds: readonly { readonly feed: string }[] };

const answerAt = async (path: string) =>
  JSON.parse(await (await fetch(`http://127.0.0.1:${port}${path}`)).text());

/** So many events of a stream, from its first on. */
async function eventsOf(stream: string, count: number): Promise<PassedOnEvent[]> {
  const { kinesis, region } = status.aws;
  const client = new KinesisClient({
    ...{ region, endpoint: kinesis, requestHandler: new NodeHttpHandler() },
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const events: PassedOnEvent[] = [];
  for await (const { event } of followEvents({ stream, from: 'TRIM_HORIZON', client })) {
    events.push(event);
    if (events.length === count) break;
  }
  client.destroy();
  return events;
}

async function look(): Promise<void> {
  status = await answerAt('/status');
  for (const { feed, events, passedOn } of status.feeds)
    if (events !== undefined) passed[feed] = await eventsOf(events, passedOn);
  const local = ['--local', '--port', port];
  redriven = await operate('redrive', [...local, '--quarantine', '--feed', 'stocks-delayed']);
  asked = await operate('status', [...local, '--task', '--feed', 'stocks-delayed']);
  page = await answerAt('/v1/status');
  sessions = await operate('sessions', [...local, '--feed', 'stocks', '--json']);
  const theirs = join(out, 'theirs.duckdb');
  await valuesOf('CREATE TABLE theirs (x INTEGER)', theirs);
  refused = await operate('research', [...local, '--feed', 'stocks', '--db', theirs]);
}

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'barflow-feeds-'));
  let looked: Promise<void> | undefined;
  const span = ['--from', new Date(OPEN).toISOString(), '--to', '2025-11-20T15:00:00Z'];
  const sinks = ['--sinks', 'events,s3', '--out', out];
  const options = ['--symbols', `${SYMBOLS}`, '--speed', '600', '--fault', 'crypto:down@10m+5m'];
  result = await start(['--feeds', FEEDS, ...span, ...options, ...sinks], {
    onOutput: (stdout, child) => {
      port = /^page: http:\/\/127\.0\.0\.1:(\d+)/m.exec(stdout)?.[1] ?? '';
      if (!stdout.includes('Ctrl-C ends')) return;
      looked ??= look().finally(() => child.kill('SIGINT'));
    },
  });
  await looked;
});
afterAll(() => rm(out, { recursive: true }));

async function recordsOf(feed: string, stream: 'minutes' | 'bars'): Promise<string[]> {
  const text = await readFile(join(out, feed, `${stream}.ndjson`), 'utf8');
  return text.split('\n').filter(line => line !== '');
}

describe.each(['stocks', 'crypto', 'futures'] as const)('the feed of %s', feed => {
  test('has all of its minutes, once each, also where its vendor was away meanwhile', async () => {
    const records = (await recordsOf(feed, 'minutes')).map(line => JSON.parse(line));
    const bars = records.filter(({ type }) => type === 'bar');
    expect(new Set(bars.map(({ symbol, start }) => `${symbol} ${start}`)).size).toBe(EACH);
    expect(records.filter(({ type }) => type === 'coverage')).toEqual([]);
  });

  test('has bars by its own calendar, each of the minutes of its window', async () => {
    const minutes = new Map<string, Bar>();
    for (const line of await recordsOf(feed, 'minutes')) {
      const record = JSON.parse(line);
      if (record.type === 'bar') minutes.set(`${record.symbol} ${record.start}`, record);
    }
    const bars: Bar[] = kept(await recordsOf(feed, 'bars')).map(line => JSON.parse(line));
    expect(bars).toHaveLength(SYMBOLS * (6 + 2 + 1 + 1 + 1));
    const longest = bars.filter(({ timeframe }) => timeframe === '4h');
    expect(new Set(longest.map(({ start }) => new Date(start).toISOString().slice(11, 16)))).toEqual(
      new Set([BLOCKS[feed]]),
    );
    const lengths: Readonly<Record<string, number>> = { '5m': 5, '15m': 15, '30m': 30, '1h': 60, '4h': 240 };
    for (const { symbol, timeframe, start, open, close, minutes: count } of bars) {
      const from = Math.max(start, OPEN);
      const to = Math.min(start + (lengths[timeframe] ?? 0) * MINUTE, OPEN + MINUTES * MINUTE);
      const [first, last] = [from, to - MINUTE].map(at => minutes.get(`${symbol} ${at}`));
      expect([open, close, count]).toEqual([first?.open, last?.close, (to - from) / MINUTE]);
    }
  });
});

test('events beside minutes and those of the delayed host are all in the streams of their feeds, in order, numbered without a gap', () => {
  expect(Object.keys(passed)).toEqual(['stocks', 'stocks-delayed']);
  expect(new Set(passed['stocks']?.map(({ type }) => type))).toEqual(new Set(['FMV']));
  expect(new Set(passed['stocks-delayed']?.map(({ type }) => type))).toEqual(new Set(['T', 'Q']));
  for (const [feed, count] of [
    ['stocks', EACH],
    ['stocks-delayed', 2 * EACH],
  ] as const) {
    const events = passed[feed] ?? [];
    const numbers = events.map(({ seq }) => seq).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: count }, (_, n) => n + 1));
    expect(new Set(events.map(event => event.feed))).toEqual(new Set([feed]));
  }
  // A quarter of an hour late: the last that came is of a quarter before the end.
  const times = (passed['stocks-delayed'] ?? []).map(({ ts }) => ts);
  expect(Math.max(...times)).toBe(OPEN + (MINUTES - 15) * MINUTE - 250);
});

test('a vendor that is away from one feed disturbs no other', () => {
  const own = (feed: string) => result.stdout.split('\n').filter(line => line.startsWith(`${feed}: `));
  expect(own('crypto')).toContain('crypto: fault down begins: the vendor refuses every connection');
  const lost =
    /^(\w+)\/Ingester: warn: the connection to the feed ended .*(closed by the server|socket hang up)/gm;
  expect(new Set([...result.stdout.matchAll(lost)].map(([, feed]) => feed))).toEqual(new Set(['Crypto']));
});

test('the last lines say what came of each, and of all', () => {
  const minutes = `${EACH} minutes in, 55 bars out, 0 uncovered, 0 quarantined`;
  expect(result.stdout.trimEnd().split('\n').slice(-6)).toEqual([
    `stocks: ${EACH} events passed on, 0 dropped`,
    `stocks: ${minutes}`,
    `stocks-delayed: ${2 * EACH} events passed on, 0 dropped`,
    `crypto: ${minutes}`,
    `futures: ${minutes}`,
    `${3 * EACH} minutes in, 165 bars out, 0 uncovered, 0 quarantined`,
  ]);
  expect(result.code).toBe(0);
});

test('/status, the query API and the operator know each by its name', () => {
  expect(status).toMatchObject({
    ...{ state: 'ended: everything is final', minutes: 3 * EACH, passedOn: 3 * EACH },
    feeds: [
      { feed: 'stocks', market: 'stocks', minutes: EACH, streams: {}, passedOn: EACH },
      { feed: 'stocks-delayed', market: 'stocks', minutes: 0, bars: {}, passedOn: 2 * EACH },
      { feed: 'crypto', market: 'crypto', minutes: EACH, bars: { '5m': 6 * SYMBOLS } },
      { feed: 'futures', market: 'futures', ingester: expect.stringMatching(/^http:/) },
    ],
  });
  expect(page.feeds.map(({ feed }) => feed)).toEqual(['stocks', 'crypto', 'futures']);
  expect(redriven.errors).toBe(
    'the pipeline answers: feed stocks-delayed of it has no minutes, and nothing that is made of them',
  );
  expect(asked.out).toMatch(/^local, feed stocks-delayed, task /);
  // Both of its sinks have written whatever came.
  for (const [n, sink] of ['events', 's3'].entries()) {
    expect(asked.out).toMatch(new RegExp(`^sinks\\.${n}\\.name +${sink}$`, 'm'));
    expect(asked.out).toMatch(new RegExp(`^sinks\\.${n}\\.written +${2 * EACH}$`, 'm'));
  }
});

test('npm run sessions tells what came of each session, and npm run research ends with 2 and one line at a file of others', () => {
  expect({ code: sessions.code, errors: sessions.errors }).toEqual({ code: 0, errors: '' });
  expect(JSON.parse(sessions.out)).toContainEqual(
    expect.objectContaining({
      ...{ feed: 'stocks', date: '2025-11-20', session: 'regular', received: EACH, published: EACH },
      ...{ symbols: SYMBOLS, uncovered: 0, firstMinute: OPEN, lastMinute: OPEN + (MINUTES - 1) * MINUTE },
    }),
  );
  expect([refused.code, refused.errors]).toEqual([
    2,
    expect.stringMatching(/^--db \S+ holds theirs, which are not ours: name a file of its own$/),
  ]);
});

test('one beside a delayed feed has its minutes up to its own end', async () => {
  const span = ['--from', '2025-11-20T20:45:00Z', '--to', '2025-11-20T21:20:00Z'];
  const options = ['--symbols', '2', '--speed', '600', '--sinks', 'stdout', '--exit'];
  const { stdout } = await start(['--feeds', 'stocks,stocks@delayed:trades', ...span, ...options]);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^70 minutes in, \d+ bars out, 0 uncovered/);
});
