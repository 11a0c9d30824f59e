/** What the flat-file reader accepts, and what it says about everything else. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FlatFileOptions, readFlatFile } from '../../../local/feed/flat-file.ts';

const HEADER = 'ticker,volume,open,close,high,low,window_start,transactions';
const T0 = Date.parse('2025-11-20T14:30:00Z');
const at = (minute: number) => `${T0 + minute * 60_000}000000`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flat-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string | Uint8Array, options: Partial<FlatFileOptions> = {}, name = 'day.csv') {
  const path = join(folder, name);
  await writeFile(path, content);
  try {
    return [...(await readFlatFile(path, { market: 'stocks', ...options }))];
  } catch (error) {
    throw new Error(String(error).replaceAll(`${folder}/`, ''));
  }
}

const rows = (...lines: string[]) => [HEADER, ...lines, ''].join('\n');
const good = `AAPL,4989,212.4,212.45,212.5,212.35,${at(0)},81`;

describe('a good file', () => {
  test('gives its rows in order, volume exact and transactions only where there are any', async () => {
    expect(await read(rows(good, `BRK.B,10.250,7,7,7,7,${at(0)},`))).toEqual([
      {
        symbol: 'AAPL',
        start: T0,
        open: 212.4,
        high: 212.5,
        low: 212.35,
        close: 212.45,
        volume: '4989',
        trades: 81,
        occurrence: 1,
      },
      { symbol: 'BRK.B', start: T0, open: 7, high: 7, low: 7, close: 7, volume: '10.25', occurrence: 1 },
    ]);
  });

  test('numbers the rows of one symbol and minute, for they are re-sends', async () => {
    const other = good.replace('AAPL', 'MSFT');
    const later = good.replace(at(0), at(1));
    const found = await read(rows(good, other, good, good, later, later));
    expect(found.map(row => [row.symbol, row.occurrence])).toEqual([
      ['AAPL', 1],
      ['MSFT', 1],
      ['AAPL', 2],
      ['AAPL', 3],
      ['AAPL', 1],
      ['AAPL', 2],
    ]);
  });

  test('may be gzipped, have Windows line ends and lack the last line end', async () => {
    expect(await read(gzipSync(rows(good)), {}, 'day.csv.gz')).toHaveLength(1);
    expect(await read(rows(good, good).replaceAll('\n', '\r\n'))).toHaveLength(2);
    expect(await read(`${HEADER}\n${good}`)).toHaveLength(1);
  });

  test('is cut to the minutes that start in [from, to) and to the symbols asked for', async () => {
    const day = rows(...[0, 1, 2, 3].flatMap(n => [good.replace(at(0), at(n)), `MSFT,1,2,2,2,2,${at(n)},`]));
    const found = await read(day, { from: T0 + 60_000, to: T0 + 180_000, symbols: ['MSFT'] });
    expect(found.map(row => [row.symbol, (row.start - T0) / 60_000])).toEqual([
      ['MSFT', 1],
      ['MSFT', 2],
    ]);
  });

  test('longer than one chunk of the disk is read whole', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, n) => `S${n % 500},${n},1,1,1,1,${at(Math.floor(n / 500))},`,
    );
    const found = await read(gzipSync(rows(...lines)), {}, 'long.csv.gz');
    expect(found).toHaveLength(20_000);
    expect(found.map(row => row.volume)).toEqual(lines.map((_, n) => String(n)));
  });

  test('of futures may hold negative prices', async () => {
    const oil = `CLK20,5,-1,-37.63,2.5,-40.32,${at(0)},3`;
    expect(await read(rows(oil), { market: 'futures' })).toMatchObject([{ low: -40.32 }]);
    await expect(read(rows(oil))).rejects.toThrow('day.csv:2: open is -1: prices of stocks are not negative');
  });
});

describe('a broken file is refused whole, at its line', () => {
  const cases: [what: string, content: string, message: string][] = [
    ['is empty', '', `day.csv:1: the file is empty: its first line must be ${HEADER}`],
    ['has no rows', `${HEADER}\n`, 'day.csv:2: no row follows the header'],
    ['has another header', 'ticker,open\n', `day.csv:1: header is "ticker,open": use exactly ${HEADER}`],
    ['has too few fields', rows(good, 'AAPL,1'), 'day.csv:3: row is "AAPL,1": use 8 fields'],
    ['has an empty line', rows(good, '', good), 'day.csv:3: row is "": an empty line may only end the file'],
    ['has no ticker', rows(good.replace('AAPL', '')), 'day.csv:2: symbol is "": use 1 to 64 printable'],
    [
      'has a price that is no number',
      rows(good.replace('212.4,', 'n/a,')),
      'day.csv:2: open is "n/a": use a decimal number',
    ],
    ['has an empty price', rows(good.replace('212.45', '')), 'day.csv:2: close is "": use a decimal number'],
    [
      'has a high below its low',
      rows(good.replace('212.5', '212.3')),
      'day.csv:2: high is 212.3: below low, 212.35',
    ],
    [
      'has a low above its open',
      rows(good.replace('212.35', '212.44')),
      'day.csv:2: low is 212.44: above open, 212.4',
    ],
    [
      'has a negative volume',
      rows(good.replace('4989', '-1')),
      'day.csv:2: volume is "-1": use a decimal from 0 on',
    ],
    [
      'has milliseconds',
      rows(good.replace(at(0), String(T0))),
      `day.csv:2: window_start is "${T0}": not on a full minute`,
    ],
    [
      'has seconds inside a minute',
      rows(good.replace(at(0), `${T0 + 1_000}000000`)),
      'not on a full minute (a multiple of 60000000000 ns)',
    ],
    ['has nanoseconds off the minute', rows(good.replace(at(0), `${T0}000001`)), 'not on a full minute'],
    [
      'has a time that is text',
      rows(good.replace(at(0), '2025-11-20')),
      'window_start is "2025-11-20": use nanoseconds',
    ],
    [
      'has half a transaction',
      rows(good.replace(',81', ',81.5')),
      'day.csv:2: transactions is "81.5": use a whole number',
    ],
    [
      'goes back in time',
      rows(good.replace(at(0), at(2)), good),
      `day.csv:3: window_start is "${at(0)}": minutes must ascend, 2025-11-20T14:30:00.000Z comes after 2025-11-20T14:32:00.000Z`,
    ],
  ];
  test.each(cases)('when it %s', async (_, content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });

  test('when the broken row lies outside what was asked for', async () => {
    const late = good.replace(at(0), at(9)).replace('4989', 'many');
    await expect(read(rows(good, late), { to: T0 + 60_000 })).rejects.toThrow('day.csv:3: volume is "many"');
  });

  test('when its gzip archive is cut short or damaged', async () => {
    const lines = Array.from({ length: 3_000 }, (_, n) => good.replace(at(0), at(n)));
    const whole = gzipSync(rows(...lines));
    const cut = read(whole.subarray(0, whole.length / 2), {}, 'cut.csv.gz');
    await expect(cut).rejects.toThrow(
      /cut\.csv\.gz:\d+: the gzip archive is damaged or ends early \(unexpected end of file\)/,
    );
    await expect(read(rows(good), {}, 'plain.csv.gz')).rejects.toThrow(
      'plain.csv.gz:1: the gzip archive is damaged',
    );
  });
});

describe('what cannot be had is named', () => {
  test('a file that does not exist', async () => {
    await expect(readFlatFile(join(folder, 'none.csv'), { market: 'stocks' })).rejects.toThrow(
      /none\.csv: cannot be read: ENOENT/,
    );
  });

  test('symbols that the file does not have, with those it has', async () => {
    const found = read(rows(good, good.replace('AAPL', 'MSFT')), { symbols: ['AAPL', 'TSLA', 'aapl'] });
    await expect(found).rejects.toThrow('day.csv: has no symbol TSLA, aapl: use some of AAPL, MSFT');
  });

  test('a range without minutes, with the range of the file', async () => {
    await expect(read(rows(good), { from: T0 + 60_000 })).rejects.toThrow(
      'day.csv: nothing asked for is in it from 2025-11-20T14:31:00.000Z to its last: its minutes start 2025-11-20T14:30:00.000Z to 2025-11-20T14:30:00.000Z',
    );
  });
});
