/** What the flat-file reader accepts, however it is written. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { at, good, HEADER, rows, T0, useFiles } from './flat-files.ts';

const { rowsOf } = useFiles();

describe('a good file', () => {
  test('gives its rows, volume exact and transactions only where there are any', async () => {
    expect(await rowsOf(rows(good, `BRK.B,10.250,7,7,7,7,${at(0)},`))).toEqual([
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
    const found = await rowsOf(rows(good, other, good, good, later, later));
    expect(found.map(row => [row.symbol, row.occurrence])).toEqual([
      ['AAPL', 1],
      ['AAPL', 2],
      ['AAPL', 3],
      ['MSFT', 1],
      ['AAPL', 1],
      ['AAPL', 2],
    ]);
  });

  test('may be packed once or twice or not at all, whatever its name says', async () => {
    const packed = gzipSync(rows(good));
    expect(await rowsOf(packed, {}, 'day.csv.gz')).toHaveLength(1);
    expect(await rowsOf(packed, {}, 'packed.csv')).toHaveLength(1);
    expect(await rowsOf(gzipSync(packed), {}, 'twice.csv.gz')).toHaveLength(1);
    expect(await rowsOf(rows(good), {}, 'plain.csv.gz')).toHaveLength(1);
    await expect(rowsOf(gzipSync(gzipSync(packed)), {}, 'thrice.csv.gz')).rejects.toThrow(
      'this is packed by gzip more than twice',
    );
  });

  test('may have Windows line ends, a byte order mark, quotes and blank lines, and lack the last line end', async () => {
    const plain = await rowsOf(rows(good, good));
    const quoted = good.replace('AAPL', '"AAPL"').replace(/,81$/, ',"81"');
    const texts = [
      rows(good, good).replaceAll('\n', '\r\n'),
      `\uFEFF${rows(good, good)}`,
      `${HEADER}\n${good}\n${good}`,
      `\n  \n${HEADER}\n\r\n${good}\n\n \n${good}\n\n`,
      rows(quoted, quoted),
      rows(quoted, quoted).replaceAll('\n', '\r\n'),
    ];
    for (const text of texts) expect(await rowsOf(text)).toEqual(plain);
  });

  test('may write counts and instants as tables do', async () => {
    const tabled = good
      .replace(/81$/, '81.0')
      .replace(at(0), `${at(0)}.0`)
      .replace('4989', '4989.0');
    expect(await rowsOf(rows(tabled))).toEqual(await rowsOf(rows(good)));
  });

  test('is cut to the minutes that start in [from, to) and to the symbols asked for', async () => {
    const day = rows(...[0, 1, 2, 3].flatMap(n => [good.replace(at(0), at(n)), `MSFT,1,2,2,2,2,${at(n)},`]));
    const found = await rowsOf(day, { from: T0 + 60_000, to: T0 + 180_000, symbols: ['MSFT'] });
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
    const found = await rowsOf(gzipSync(rows(...lines)), {}, 'long.csv.gz');
    expect(found).toHaveLength(20_000);
    const volumes = found.map(row => Number(row.volume)).sort((a, b) => a - b);
    expect(volumes).toEqual(lines.map((_, n) => n));
  });

  test('keeps volumes to the last digit, however many there are', async () => {
    const volumes = [
      '0',
      '0.000000000000000001',
      '123456789012345',
      '999999999999999999999999999',
      '1.23456789012345678',
    ];
    const found = await rowsOf(rows(...volumes.map((volume, n) => `AAPL,${volume},1,1,1,1,${at(n)},`)));
    expect(found.map(row => row.volume)).toEqual(volumes);
  });

  test('of futures may hold negative prices', async () => {
    const oil = `CLK20,5,-1,-37.63,2.5,-40.32,${at(0)},3`;
    expect(await rowsOf(rows(oil), { market: 'futures' })).toMatchObject([{ low: -40.32 }]);
    await expect(rowsOf(rows(oil))).rejects.toThrow(
      'day.csv:2: open is -1: prices of stocks are not negative',
    );
  });
});

describe('columns are known by their names', () => {
  const futures =
    'ticker,exchange,session_end_date,window_start,open,high,low,close,volume,dollar_volume,transactions';

  test('as the files of futures have them', async () => {
    const row = `ESM5,4,2025-11-20,${at(0)},5800,5802,5799,5801,100,580050,50`;
    expect(await rowsOf([futures, row].join('\n'), { market: 'futures' })).toEqual([
      {
        symbol: 'ESM5',
        start: T0,
        open: 5800,
        high: 5802,
        low: 5799,
        close: 5801,
        volume: '100',
        trades: 50,
        occurrence: 1,
      },
    ]);
  });

  test('as the files of indices have them, without volume', async () => {
    const index = `ticker,open,close,high,low,window_start\nI:SPX,1,2,3,0.5,${at(0)}`;
    expect(await rowsOf(index)).toEqual([
      { symbol: 'SPX', start: T0, open: 1, high: 3, low: 0.5, close: 2, volume: '0', occurrence: 1 },
    ]);
  });

  test('in any order, among others that may hold anything', async () => {
    const mixed = [
      'note,transactions, window_start ,low,high,close,open,volume,ticker',
      `"late, ""by""\na day",81,${at(0)},212.35,212.5,212.45,212.4,4989,AAPL`,
      `,81,${at(1)},212.35,212.5,212.45,212.4,4989,`,
    ];
    expect(await rowsOf(mixed.slice(0, 2).join('\n'))).toEqual(await rowsOf(rows(good)));
    await expect(rowsOf(mixed.join('\n'))).rejects.toThrow('day.csv:4: symbol is ""');
  });
});
