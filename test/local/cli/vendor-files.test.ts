/** The vendor's files of other markets, with what else is in them, through `npm start -- --import`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { record } from '../../support/command.ts';

const HEADER = 'ticker,volume,open,close,high,low,window_start,transactions';
const minutes = [0, 1, 2, 3, 4].map(n => `${1_747_060_200_000 + n * 60_000}000000`);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vendor-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, ...lines: string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

const symbolsIn = (records: readonly string[]) => [
  ...new Set(records.map(line => JSON.parse(line).symbol).filter(symbol => symbol !== undefined)),
];

test('pairs of coins are published as the feed spells them, and found by that', async () => {
  const rows = minutes.map(start => `X:BTC-USD,0.5,10,10.1,10.2,9.9,${start},3`);
  const file = await fileOf('crypto.csv', HEADER, ...rows, ...rows.map(row => row.replace('BTC', 'ETH')));
  const { code, lastLine, ...streams } = await record([
    '--import',
    file,
    '--market',
    'crypto',
    '--symbols',
    'BTC-USD',
  ]);
  expect([code, lastLine]).toEqual([0, '5 minutes in, 5 bars out, 0 uncovered, 0 quarantined']);
  expect([symbolsIn(streams.minutes), symbolsIn(streams.bars)]).toEqual([['BTC-USD'], ['BTC-USD']]);
});

test('futures are imported from their own columns, and a combination among them is left out and said', async () => {
  const header =
    'ticker,exchange,session_end_date,window_start,open,high,low,close,volume,dollar_volume,transactions';
  const contract = (start: string) => `ESM5,4,2025-05-12,${start},5800,5802,5799,5801,100,580050,50`;
  const own = await fileOf('futures.csv', header, ...minutes.map(contract));
  const beside = (start: string) =>
    ['ZCH6', 'ZC:BF H6-K6-N6'].map(ticker => `${ticker},100,1,1,1,1,${start},3`);
  const mixed = await fileOf('mixed.csv', HEADER, ...minutes.flatMap(beside));
  const { code, lastLine, stdout, ...streams } = await record([
    '--import',
    own,
    '--import',
    mixed,
    '--market',
    'futures',
  ]);
  expect([code, lastLine]).toEqual([0, '10 minutes in, 10 bars out, 0 uncovered, 0 quarantined']);
  expect(symbolsIn(streams.bars).sort()).toEqual(['ESM5', 'ZCH6']);
  expect(stdout).toContain('5 rows are left out, for no symbol can have their names: ZC:BF H6-K6-N6');
});

test('a ticker that no feed of the market can have is imported and replayed under its own name', async () => {
  const file = await fileOf(
    'foreign.csv',
    HEADER,
    ...minutes.map(start => `ADAUSDT,0.5,10,10.1,10.2,9.9,${start},3`),
  );
  for (const way of [['--import'], ['--speed', '600', '--replay']]) {
    const { code, lastLine, bars } = await record([...way, file, '--market', 'crypto']);
    expect([code, lastLine]).toEqual([0, '5 minutes in, 5 bars out, 0 uncovered, 0 quarantined']);
    expect(symbolsIn(bars)).toEqual(['ADAUSDT']);
  }
});

test('a file of days is refused in one line that says what it is', async () => {
  const day = '1747022400000000000';
  const file = await fileOf(
    '2025-05-12.csv',
    HEADER,
    `AAA,1486050,123.76,123.75,124.23,122.57,${day},24819`,
    `BBB,2209,5,5.1,5.2,4.9,${day},31`,
  );
  const { code, stderr, minutes: published } = await record(['--import', file]);
  expect([code, published]).toEqual([2, []]);
  expect(stderr).toMatch(
    /^\S+2025-05-12.csv: every row starts when the market is closed, .*: this is one of days \(day_aggs\).*\n$/,
  );
});
