/** Exports of a query API over a socket: every bar once, digit for digit, in three forms; what is broken off goes on, and what cannot be is one line. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AskedApi } from '../../runtime/api/support/asked.ts';
import { rolledApi } from '../../runtime/api/support/rolled-api.ts';
import { Random } from '../../support/random.ts';
import type { RolledMarket } from '../../support/rolled-market.ts';

const program = join(import.meta.dirname, '../../../local/research/export.ts');
const folder = mkdtempSync(join(tmpdir(), 'barflow-export-'));
let api: AskedApi;
let market: RolledMarket;
let server: Server;
let port: number;
/** Questions about bars that are answered before the server says that it cannot. */
let patience = Number.POSITIVE_INFINITY;
let questions = 0;

beforeAll(async () => {
  ({ api, market } = await rolledApi(new Random(21)));
  server = createServer(async ({ url = '' }, response) => {
    if (url.startsWith('/v1/bars')) questions++;
    if (questions > patience) {
      response.writeHead(400).end('{"detail":"no more of this"}');
      return;
    }
    // Small pages, so that there are many.
    const { status, body } = await api.ask(url.replace('limit=10000', 'limit=7'));
    response.writeHead(status).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});

afterAll(async () => {
  await new Promise(resolve => server.close(resolve));
  await api[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]) {
  const all = [program, '--local', '--port', String(port), ...args];
  const {
    code = 0,
    stdout,
    stderr,
  } = await promisify(execFile)(process.execPath, all).then(
    ended => ({ ...ended, code: 0 }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code, stdout, stderr: stderr.trim() };
}

/** What it says at the end: before that it tells of its progress, where it takes long. */
const last = (stdout: string) => stdout.trimEnd().split('\n').at(-1);

const wanted = (timeframe: string) =>
  [...market.texts.values()].filter(text => JSON.parse(text).timeframe === timeframe).sort();

test('every finished bar is a line, byte for byte as the stream has it', async () => {
  const out = join(folder, 'all.ndjson');
  const { code, stdout } = await run('--timeframe', '5m', '--out', out);
  expect([code, last(stdout)]).toEqual([0, `${out}: ${wanted('5m').length} bars of 6 symbols`]);
  const lines = readFileSync(out, 'utf8').trim().split('\n');
  expect(lines.toSorted()).toEqual(wanted('5m'));
  const keys = lines.map(line => JSON.parse(line)).map(({ symbol, start }) => `${symbol} ${start}`);
  expect(keys).toEqual(keys.toSorted());
  expect(existsSync(`${out}.part`) || existsSync(`${out}.part.json`)).toBe(false);
});

test.each(['parquet', 'csv'])('the same as %s', async form => {
  const out = join(folder, `all.${form}`);
  expect(await run('--timeframe', '15m', '--out', out)).toMatchObject({ code: 0 });
  const duckDb = await DuckDBInstance.create();
  const connection = await duckDb.connect();
  const read = await connection.runAndReadAll(
    `SELECT symbol, start, close, version FROM '${out}' ORDER BY ALL`,
  );
  const rows = read
    .getRowsJson()
    .map(([symbol, start, close, version]) => [symbol, Number(start), Number(close), Number(version)]);
  connection.closeSync();
  duckDb.closeSync();
  const bars = wanted('15m').map(text => JSON.parse(text));
  expect(rows).toHaveLength(bars.length);
  expect(new Set(rows.map(String))).toEqual(
    new Set(bars.map(({ symbol, start, close, version }) => String([symbol, start, close, version]))),
  );
});

test('what was broken off goes on where it was, and asks nothing twice', async () => {
  const out = join(folder, 'resumed.ndjson');
  const args = ['--timeframe', '5m', '--symbols', 'AAPL,SYM34', '--out', out];
  questions = 0;
  patience = 4;
  expect(await run(...args)).toMatchObject({ code: 2, stderr: 'the API refuses (400): no more of this' });
  expect(existsSync(out)).toBe(false);
  // A line that was written and not yet noted.
  writeFileSync(`${out}.part`, '{"half', { flag: 'a' });
  expect(await run('--timeframe', '15m', '--symbols', 'AAPL', '--out', out)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/is of another export: go on with that one as it was, or remove it/),
  });
  [questions, patience] = [0, Number.POSITIVE_INFINITY];
  const { code, stdout } = await run(...args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^goes on after 28 bars of 0 symbols\n/);
  const asked = wanted('5m').filter(text => /"symbol":"(AAPL|SYM34)"/.test(text));
  expect(readFileSync(out, 'utf8').trim().split('\n').toSorted()).toEqual(asked);
});

test('a range without bars is a file without rows', async () => {
  const out = join(folder, 'none.parquet');
  const args = [
    '--timeframe',
    '1h',
    '--symbols',
    'AAPL',
    '--from',
    '2025-11-01T00:00:00Z',
    '--to',
    '2025-11-02T00:00:00Z',
  ];
  const { code, stdout } = await run(...args, '--out', out);
  expect([code, last(stdout)]).toEqual([0, `${out}: 0 bars of 1 symbols`]);
});

describe('is refused in one line', () => {
  test.each<[string, string[], RegExp]>([
    ['without a file', ['--timeframe', '5m'], /^into which file\? Give --out/],
    ['without a timeframe', ['--out', 'x.csv'], /^bars of which length\? Give --timeframe/],
    ['a form that is none', ['--timeframe', '5m', '--out', 'x.xlsx'], /xlsx/],
    [
      'a symbol that nobody has seen',
      ['--timeframe', '5m', '--symbols', 'NOPE', '--out', join(folder, 'n.csv')],
      /^the API refuses \(404\): .*NOPE/,
    ],
    [
      'a folder that is not there',
      ['--timeframe', '5m', '--symbols', 'AAPL', '--out', join(folder, 'none/x.csv')],
      /cannot be written/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stderr } = await run(...args);
    expect([code, stderr.split('\n').length]).toEqual([2, 1]);
    expect(stderr).toMatch(message);
  });

  test('a file of that name that is there', async () => {
    const out = join(folder, 'there.csv');
    writeFileSync(out, 'mine');
    expect(await run('--timeframe', '5m', '--out', out)).toMatchObject({
      code: 2,
      stderr: `--out ${out} is there already: name another file, or remove it`,
    });
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });
});
