/** `npm start` as a user meets it: whole runs in processes of their own. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { BarColumns } from '../../../runtime/archive/bar-columns.ts';
import { parquetOf } from '../../../runtime/archive/parquet.ts';
import { rolledTimeframes } from '../../../runtime/markets/timeframe.ts';
import { hasRedis, RedisServer } from '../../runtime/ingester/support/redis-server.ts';
import { kept, type Recorded, record, start } from '../../support/command.ts';
import { freePorts } from '../../support/free-ports.ts';

const HEADER = 'ticker,volume,open,close,high,low,window_start,transactions';
const OPEN = Date.UTC(2025, 10, 20, 14, 30);
const MINUTES = 35;

/**
 * Two symbols, of which one skips every third minute; the tenth minute comes twice, and there is a hole of two hours. By
 * ticker and then by time, as the vendor sorts them.
 */
function flatRows(): string[] {
  const [liquid, thin]: [string[], string[]] = [[], []];
  for (let i = 0; i < MINUTES; i++) {
    const start = OPEN + (i < 25 ? i : i + 120) * 60_000;
    const row = (symbol: string, volume: number) =>
      `${symbol},${volume},${10 + i},${11 + i},${12 + i},${9 + i},${start}000000,${i + 1}`;
    liquid.push(row('AAPL', 100 + i));
    if (i % 3 !== 0) thin.push(row('TpC', 7 + i));
    if (i === 10) liquid.push(row('AAPL', 999));
  }
  return [...liquid, ...thin];
}

const fileOf = (rows: readonly string[]) => [HEADER, ...rows, ''].join('\n');

let folder: string;
let file: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'barflow-files-'));
  file = at('good.csv');
  await writeFile(file, fileOf(flatRows()));
});
afterAll(() => rm(folder, { recursive: true }));

/** Distinct (symbol, start, version) of the minute bars, and how many records there are. */
function versionsOf(records: readonly string[]) {
  const bars = records.map(line => JSON.parse(line)).filter(({ type }) => type === 'bar');
  return {
    records: bars.length,
    distinct: new Set(bars.map(b => `${b.symbol} ${b.start} ${b.version}`)).size,
  };
}

/** Bars without what depends on when and how the minutes came. */
function contents(bars: readonly string[]) {
  return kept(bars).map(line => {
    const { version: _, vwap: __, trades: ___, ...content } = JSON.parse(line);
    return content;
  });
}

/** What is last said of every minute, as a file of the archive. */
function archived(minutes: readonly string[]): Uint8Array {
  const bars = kept(minutes)
    .map(line => JSON.parse(line))
    .filter(({ type }) => type === 'bar');
  const columns = new BarColumns();
  for (const [symbol, those] of Map.groupBy(bars, bar => String(bar.symbol)))
    columns.add(
      symbol,
      those.map(bar => ({ ...bar, volume: String(bar.volume) })),
    );
  return parquetOf([columns], 'Barflow test');
}

describe('a file', () => {
  let once: Recorded;
  beforeAll(async () => {
    once = await record(['--import', file]);
  });

  test('is imported whole, and the last line says what came of it', () => {
    expect(once.code).toBe(0);
    expect(once.lastLine).toMatch(/^58 minutes in, \d+ bars out, 0 uncovered, 0 quarantined$/);
    expect(versionsOf(once.minutes)).toEqual({ records: 59, distinct: 59 });
    expect(once.lastLine).toContain(` ${kept(once.bars).length} bars out`);
  });

  test('imported twice into one pipeline changes no bar, and two runs are equal to the last byte', async () => {
    const twice = await record(['--import', file, '--import', file]);
    expect(twice.code).toBe(0);
    expect(kept(twice.bars)).toEqual(kept(once.bars));
  });

  test('makes the same records to the last byte in whatever order its rows are, also as several files', async () => {
    const byTime = flatRows().sort((a, b) => a.slice(-24).localeCompare(b.slice(-24)));
    const parts = [byTime.slice(30), byTime.slice(0, 30)].map((rows, n) => ({
      path: at(`part${n}.csv`),
      rows,
    }));
    for (const { path, rows } of parts) await writeFile(path, fileOf(rows));
    const { minutes, bars } = await record(parts.flatMap(({ path }) => ['--import', path]));
    expect(minutes).toEqual(once.minutes);
    expect(kept(bars)).toEqual(kept(once.bars));
  });

  test('of a block that is not over is imported whole, too: it arrives when that is', async () => {
    const tomorrow = Math.floor(Date.now() / 86_400_000 + 1) * 86_400_000;
    const path = at('tomorrow.csv');
    await writeFile(path, fileOf([`BTC-USD,1.5,100,101,102,99,${tomorrow}000000,3`]));
    const { code, lastLine } = await record(['--import', path, '--market', 'crypto']);
    expect({ code, lastLine }).toEqual({
      code: 0,
      lastLine: '1 minutes in, 5 bars out, 0 uncovered, 0 quarantined',
    });
  });

  test('replayed through the socket makes the same bars, leaping over the hole', async () => {
    const replayed = await record(['--replay', file, '--speed', '600']);
    expect(replayed.stderr).toBe('');
    expect(replayed.lastLine).toBe(once.lastLine);
    expect(replayed.code).toBe(0);
    expect(versionsOf(replayed.minutes)).toEqual({ records: 59, distinct: 59 });
    expect(contents(replayed.bars)).toEqual(contents(once.bars));
  });

  test('can be one of the archive, and be cut to a range and to some symbols', async () => {
    const options = ['--symbols', 'AAPL', '--from', '2025-11-20T14:30:00Z', '--to', '2025-11-20T14:40:00Z'];
    const path = at('bars.parquet');
    await writeFile(path, archived(once.minutes));
    const { lastLine, bars: cut } = await record(['--import', path, ...options]);
    // Two of the shortest, and one of each other timeframe.
    const bars = 1 + rolledTimeframes.length;
    expect(lastLine).toBe(`10 minutes in, ${bars} bars out, 0 uncovered, 0 quarantined`);
    const fives = ({ symbol, timeframe, start }: Record<string, unknown>) =>
      symbol === 'AAPL' && timeframe === '5m' && Number(start) < OPEN + 10 * 60_000;
    expect(contents(cut).filter(fives)).toEqual(contents(once.bars).filter(fives));
  });
});

describe('the simulated market', () => {
  test('runs to the end of the range, loses nothing and covers everything', async () => {
    await using redis = hasRedis ? await RedisServer.start() : undefined;
    // Around the close, so that one is recorded.
    const range = ['--from', '2025-11-20T20:45:00Z', '--to', '2025-11-20T21:15:00Z'];
    const args = ['--symbols', '20', '--speed', '600', ...range, ...(redis ? ['--redis', redis.url] : [])];
    const recorded = await record(args);
    if (redis) await expectLatest(redis, recorded);
    const { code, stdout, lastLine, minutes } = recorded;
    expect(lastLine).toMatch(/^\d+ minutes in, \d+ bars out, 0 uncovered, 0 quarantined$/);
    expect(code).toBe(0);
    expect(versionsOf(minutes).records).toBeGreaterThan(100);
    // So fast nobody is told of alarms.
    expect(stdout).not.toContain('alarms are judged');
  });
});

/** In Redis stands what the streams say last, and what else came of every symbol. */
async function expectLatest(redis: RedisServer, { minutes, bars }: Recorded): Promise<void> {
  const read = async (key: string) => JSON.parse(`${await redis.ask('GET', key)}`);
  const parsed = (lines: readonly string[]) => lines.map(line => JSON.parse(line));
  const byTime = parsed(kept(minutes.filter(line => line.includes('"type":"bar"')))).toSorted(
    (a, b) => a.start - b.start,
  );
  const days = parsed(kept(bars)).filter(({ timeframe }) => timeframe === '5m');
  const last = new Map(byTime.map(bar => [bar.symbol, bar]));
  expect(last.size).toBe(20);
  for (const [symbol, minute] of last) {
    expect(await read(`stock:agg1m:${symbol}`)).toEqual(minute);
    const own = days.filter(bar => bar.symbol === symbol).toSorted((a, b) => a.start - b.start);
    expect(await read(`stock:agg5m:${symbol}`)).toEqual({ day: '2025-11-20', bars: own });
    const [fmv, trade, quote] = await Promise.all(
      ['fmv', 'trade', 'quote'].map(key => read(`stock:${key}:${symbol}`)),
    );
    expect([fmv.price, trade.p, quote.sym]).toEqual([minute.close, minute.close, symbol]);
  }
  expect(await read('stock:prev_close:SPY')).toMatchObject({ date: '2025-11-20', source: 'fmv' });
}

const textAt = (url: string) => fetch(url).then(reply => reply.text());
const kinesisAt = (endpoint: string) =>
  new KinesisClient({
    ...{ region: 'us-east-1', endpoint, requestHandler: new NodeHttpHandler() },
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });

describe('a running pipeline', () => {
  test('tells where its streams and its ingester are, for any AWS SDK and in fixed places, and is gone after Ctrl-C', async () => {
    const port = await freePorts(4);
    const { promise: told, resolve: tell } = Promise.withResolvers<ChildProcess>();
    const run = start(['--symbols', '5', '--speed', '600'], {
      port,
      onOutput: (stdout, child) => {
        if (stdout.includes(' 5m ')) tell(child);
      },
    });
    const child = await told;
    let apiAddress: string | undefined;
    try {
      const { feed, aws, ingester, api } = JSON.parse(await textAt(`http://127.0.0.1:${port}/status`));
      const kinesis = kinesisAt(aws.kinesis);
      const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName: aws.streams.bars }));
      kinesis.destroy();
      expect([feed, Shards?.length, aws.region, aws.dynamodb, ingester]).toEqual([
        'stocks',
        1,
        'us-east-1',
        `http://127.0.0.1:${port + 3}`,
        `http://127.0.0.1:${port + 1}`,
      ]);
      expect(await textAt(`${ingester}/stats`)).toContain('{');
      // The page's server signs; whoever asks the API itself has to.
      expect(await textAt(`http://127.0.0.1:${port}/v1/status`)).toContain('"feed":"stocks"');
      expect((await fetch(`${api}/v1/status`)).status).toBe(403);
      apiAddress = api;
    } finally {
      child.kill('SIGINT');
    }
    const { code, stdout, lastLine } = await run;
    expect([code, lastLine]).toEqual([0, expect.stringContaining('minutes in')]);
    await expect(fetch(`http://127.0.0.1:${port}/status`)).rejects.toThrow();
    expect(stdout).toMatch(new RegExp(`StocksMinutes.*StocksBars.* at http://127.0.0.1:${port + 2},`));
    expect(stdout).toContain(`http://127.0.0.1:${port + 1}/stats`);
    expect(stdout).toContain(`page: http://127.0.0.1:${port}/\n`);
    expect(stdout).toContain(
      `\nquery API: http://127.0.0.1:${port}/v1/ without signatures, ${apiAddress} with them\n`,
    );
  });

  test('that imports tells what is yet to be kept, and of no health, which nothing watches', async () => {
    let answer: Promise<string> | undefined;
    const { code } = await start(['--import', file], {
      onOutput: (stdout, child) => {
        if (!stdout.includes('Ctrl-C ends')) return;
        const url = /http:\S+\/status/.exec(stdout)?.[0] ?? '';
        answer ??= textAt(url).finally(() => child.kill('SIGINT'));
      },
    });
    expect(code).toBe(0);
    expect(JSON.parse((await answer) ?? '{}')).toMatchObject({ minutes: 58, toKeep: 0, watched: false });
    expect(await answer).not.toContain('health');
  });

  test('whose folder for records is lost ends with one line', async () => {
    const out = at('lost');
    const { code, stderr } = await start(['--symbols', '5', '--speed', '600', '--out', out], {
      onOutput: stdout => {
        if (stdout.includes(' 5m ')) rmSync(out, { recursive: true, force: true });
      },
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`--out '${out}' cannot be written any more`)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('whose disk for records is full ends with one line', async () => {
    const out = at('full');
    await mkdir(out);
    await symlink('/dev/full', join(out, 'bars.ndjson'));
    const { code, stderr } = await start(['--import', file, '--exit', '--out', out]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('ENOSPC: no space left on device')]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('what cannot be done', () => {
  test.each([
    ['--sped', '5', "Unknown option '--sped'"],
    ['--import', 'nowhere.csv', 'nowhere.csv: cannot be read'],
    [
      '--redis',
      'redis://:hunter2@127.0.0.1:1',
      '--redis: redis://127.0.0.1:1 cannot be reached: start the server',
    ],
  ])('%s %s is answered in one line', async (option, value, answer) => {
    const { code, stderr } = await start([option, value]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(answer)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    ['wrong header', 'ticker,volume\n', ':1: header is "ticker,volume"'],
    ['bell in a row', `${HEADER}\nAAPL,1,1,1,1,\u009b\u0007,${OPEN}000000,1\n`, ':2: low is'],
    ['broken row', `${HEADER}\nAAPL,1,1,1,1,x,${OPEN}000000,1\n`, ':2: low is "x"'],
  ])('a file with a %s is refused before anything is published', async (name, content, answer) => {
    const bad = at(`${name}.csv`);
    await writeFile(bad, content);
    const { code, stderr, minutes } = await record(['--import', file, '--import', bad]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${bad}${answer}`)]);
    expect(stderr.trim()).not.toMatch(/\p{Cc}/u);
    expect(minutes).toEqual([]);
  });

  test('a truncated archive is refused', async () => {
    const bad = at('cut.csv.gz');
    await writeFile(bad, gzipSync(fileOf(flatRows())).subarray(0, 200));
    const { code, stderr } = await record(['--replay', bad]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('damaged or ends early')]);
  });

  test('a simulation of hours in which the market is closed is refused with its next open', async () => {
    const { code, stderr } = await start([
      '--from',
      '2025-11-22T10:00Z',
      '--to',
      '2025-11-22T11:00Z',
      '--exit',
    ]);
    const answer =
      'the stocks market is closed in the range asked for: it next opens at 2025-11-24T09:00:00.000Z';
    expect([code, stderr]).toEqual([2, `${answer}\n`]);
  });

  test('a reader that has seen enough ends the run without a stack trace', async () => {
    const { code, stderr } = await start(['--symbols', '5', '--speed', '600'], {
      onOutput: (stdout, child) => {
        if (stdout.includes(' 5m ')) child.stdout?.destroy();
      },
    });
    expect([code, stderr]).toEqual([0, '']);
  });

  test.each([
    ['a file', () => file],
    ['below /proc', () => '/proc/barflow/out'],
  ])('a folder that is %s is named with the remedy', async (_, place) => {
    const { code, stderr } = await start(['--import', file, '--out', place()]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`--out '${place()}' cannot be used`)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a port that is taken is said before anything else is looked at', async () => {
    const port = await freePorts(1);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const { code, stdout, stderr } = await start(['--import', 'nowhere.csv'], { port });
    const answer = `port ${port} is taken: choose another with --port, or 0 for any free one\n`;
    expect([code, stdout, stderr]).toEqual([2, '', answer]);
    server.close();
  });

  test('a symbol that the file does not have is refused with those it has', async () => {
    const { code, stderr } = await record(['--import', file, '--symbols', 'MSFT']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('has no symbol MSFT: use some of AAPL, TpC')]);
  });

  test('the live feed without a key names the variable and what it is for', async () => {
    const { code, stderr } = await start(['--live'], { env: { POLYGON_API_KEY: '' } });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('POLYGON_API_KEY is missing: it lets the ingester in'),
    ]);
  });
});

test('--help explains every option and ends with 0', async () => {
  const { code, stdout } = await start(['--help']);
  expect(code).toBe(0);
  for (const option of ['--replay', '--import', '--live', '--speed', '--out', '--redis', '--exit', '--port'])
    expect(stdout).toContain(option);
});
