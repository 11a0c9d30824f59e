/** Exports of a query API over a socket: every bar once, digit for digit, in three forms; what is broken off goes on, and what cannot be is one line. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { convert } from '../../../local/research/export-form.ts';
import { columns } from '../../../runtime/api/bars/csv.ts';
import { parquetOf } from '../../../runtime/archive/parquet.ts';
import type { AskedApi } from '../../runtime/api/support/asked.ts';
import { rolledApi } from '../../runtime/api/support/rolled-api.ts';
import { valuesOf } from '../../support/duck-db.ts';
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

const run = (...args: string[]) => runWithin('unlimited', args);

/** @param blocks to which each file that it writes may grow */
async function runWithin(blocks: string, args: readonly string[]) {
  const all = [
    '-c',
    `ulimit -f ${blocks}; exec "$0" "$@"`,
    process.execPath,
    program,
    '--local',
    '--port',
    String(port),
    ...args,
  ];
  const {
    code = 0,
    stdout,
    stderr,
  } = await promisify(execFile)('sh', all).then(
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

const cellOf = (value: unknown) =>
  `${value}`.includes('"') ? `"${`${value}`.replaceAll('"', '""')}"` : `${value}`;
/** The volume of a record by its own digits. */
const digitsIn = (text: string) => /"volume":([\d.]+)/.exec(text)?.[1] ?? '';

test('the same as Parquet, with the columns of the archive and the timeframe', async () => {
  const out = join(folder, 'all.parquet');
  expect(await run('--timeframe', '15m', '--out', out)).toMatchObject({ code: 0 });
  const empty = join(folder, 'archive.parquet');
  writeFileSync(empty, parquetOf([], 'test'));
  const archived = await valuesOf(`SELECT column_name, column_type FROM (DESCRIBE FROM '${empty}')`);
  archived.splice(1, 0, ['timeframe', 'VARCHAR']);
  expect(await valuesOf(`SELECT column_name, column_type FROM (DESCRIBE FROM '${out}')`)).toEqual(archived);
  const rows = await valuesOf(
    `SELECT symbol, timeframe, epoch_ms(start), close, coalesce(volume_exact, volume::VARCHAR), volume, vwap, version FROM '${out}'`,
  );
  const digits = (volume: unknown) => `${volume}`.replace(/\.0+$/, '');
  expect(new Set(rows.map(row => String(row.with(4, digits(row[4])))))).toEqual(
    new Set(
      wanted('15m').map(text => {
        const { symbol, timeframe, start, close, volume, vwap, version } = JSON.parse(text);
        const exact = digits(digitsIn(text));
        return String([symbol, timeframe, start, close, exact, volume, vwap ?? null, version]);
      }),
    ),
  );
});

test('of volumes that no double holds all digits are kept', async () => {
  const lines = join(folder, 'long.ndjson');
  const volumes = ['900719925474099301.000000000000000001', '0.123456789012345678', '300.25'];
  writeFileSync(lines, volumes.map(volume => `{"symbol":"A","start":0,"volume":${volume}}\n`).join(''));
  await convert(lines, join(folder, 'long.csv'), 'csv');
  await convert(lines, join(folder, 'long.parquet'), 'parquet');
  const csv = await valuesOf(
    `SELECT volume FROM read_csv('${join(folder, 'long.csv')}', all_varchar = true)`,
  );
  const parquet = await valuesOf(
    `SELECT coalesce(volume_exact, volume::VARCHAR) FROM '${join(folder, 'long.parquet')}'`,
  );
  expect([csv.flat(), parquet.flat()]).toEqual([volumes, volumes]);
});

test('the same as CSV, with the columns that the API has', async () => {
  const out = join(folder, 'all.csv');
  expect(await run('--timeframe', '15m', '--out', out)).toMatchObject({ code: 0 });
  const [header, ...rows] = readFileSync(out, 'utf8').trim().split('\n');
  expect(header).toBe(columns.join(','));
  const bars = wanted('15m').map(text => {
    const bar = JSON.parse(text);
    return columns.map(name => cellOf(name === 'volume' ? digitsIn(text) : (bar[name] ?? ''))).join(',');
  });
  // Prices are the same numbers, however they are written.
  const plain = (row: string) => row.replaceAll(/(,-?\d+)\.0(?=,)/g, '$1');
  expect(rows.map(plain).toSorted()).toEqual(bars.map(plain).toSorted());
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

test.each(['ndjson', 'parquet'])(
  'finds no room for its %s, says so in one line, and goes on when there is some',
  async form => {
    const out = join(folder, `full.${form}`);
    const args = ['--timeframe', '5m', '--out', out];
    const { code, stderr } = await runWithin('8', args);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^--out \S+: the disk is full: make room, and start it again: it goes on where it was \(.*\)$/,
      ),
    ]);
    expect(existsSync(out)).toBe(false);
    const again = await run(...args);
    expect([again.code, last(again.stdout)]).toEqual([0, `${out}: ${wanted('5m').length} bars of 6 symbols`]);
  },
);

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
