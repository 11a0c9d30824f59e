/** What the flat-file reader says about files that it cannot use. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readFlatFiles } from '../../../local/flat-files/flat-file.ts';
import { at, good, HEADER, rows, T0, useFiles } from './flat-files.ts';

const { rowsOf, read } = useFiles();

describe('files of which no name can be a symbol’s', () => {
  const odd = good.replace('AAPL', 'ZC:BF H6-K6-N6');
  const leftOut = '2 rows are left out, for no symbol can have their names: ZC:BF H6-K6-N6';

  test('are refused by themselves, with what they hold', async () => {
    for (const options of [{}, { symbols: ['AAPL'] }, { from: T0 }])
      await expect(rowsOf(rows(odd, odd), options)).rejects.toThrow(`day.csv: no row is left: ${leftOut}`);
  });

  test('are said so beside others', async () => {
    const { summaries } = await read({ 'odd.csv': rows(odd, odd), 'day.csv': rows(good) });
    expect(summaries[0]).toBe(`odd.csv: nothing asked for is in it; ${leftOut}`);
  });
});

describe('a broken file is refused whole, at its line', () => {
  const cases: [what: string, content: string | Uint8Array, message: string][] = [
    ['is empty', '', `day.csv:1: the file is empty: its first line must name the columns, such as ${HEADER}`],
    ['has no rows', `${HEADER}\n`, 'day.csv:2: no row follows the header'],
    [
      'has another header',
      'ticker,open\n',
      'day.csv:1: header is "ticker,open": it has no window_start: use a first line that names the columns ticker, window_start, open, high, low, close and, but for indices, volume, transactions',
    ],
    [
      'has a header with semicolons',
      rows(good).replaceAll(',', ';'),
      'its columns are separated by semicolons',
    ],
    ['has a header with tabs', rows(good).replaceAll(',', '\t'), 'its columns are separated by tabs'],
    ['has a header in capitals', rows(good).toUpperCase(), 'its names are in capitals, not in small letters'],
    [
      'is UTF-16',
      Buffer.from(`\ufeff${rows(good)}`, 'utf16le'),
      'day.csv:1: row is "\\ufffd\\ufffdt\\u0000i\\u0000c\\u0000": this is UTF-16: save the file as UTF-8',
    ],
    ['is UTF-16 without a mark', Buffer.from(rows(good), 'utf16le'), 'this is UTF-16'],
    [
      'is UTF-16 the other way round',
      Buffer.from(`\ufeff${rows(good)}`, 'utf16le').swap16(),
      'this is UTF-16',
    ],
    ['is nothing but zeros', Buffer.alloc(3_000_000), 'day.csv:1: row is "\\u0000\\u0000'],
    ['is nothing but packed zeros', gzipSync(Buffer.alloc(3_000_000)), 'these are zero bytes, as a download'],
    ['is no text', Buffer.from('PK\u0003\u0004\u0000\u0000\u0000\u0000\b\u0000'), 'day.csv:1: row is "PK'],
    ['has a column twice', `${HEADER},open\n${good},1\n`, 'it has open twice'],
    ['names its volume otherwise', rows(good).replace('volume', 'vol'), 'it has no volume'],
    ['has too few fields', rows(good, '', 'AAPL,1'), 'day.csv:4: row is "AAPL,1": use 8 fields'],
    ['has a quote that is not closed', rows(good, `"${good}`), 'day.csv:3: row is'],
    [
      'has a quote that is never closed in a long file',
      rows(good, `"${good}`, ...Array.from({ length: 30_000 }, () => good)),
      'day.csv:3: row is "": close every quote',
    ],
    ['has a quote inside a field', rows(good, good.replace('AAPL', '"AA"PL')), 'day.csv:3: row is'],
    [
      'has a ticker that is garbled',
      rows(good.replace('AAPL', 'A\u0007')),
      'day.csv:2: symbol is "A\\u0007"',
    ],
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
      'holds days instead of minutes',
      rows(
        `AAA,1486050,123.76,123.75,124.23,122.57,1747022400000000000,24819`,
        'BBB,2,5,5,5,5,1747022400000000000,3',
      ),
      'day.csv: every row starts when the market is closed, 2025-05-12 04:00 to 2025-05-12 04:00 UTC, as in no file of minutes: this is one of days (day_aggs)',
    ],
    [
      'holds several days instead of minutes',
      rows('AAA,1,2,2,2,2,1747022400000000000,3', 'AAA,1,2,2,2,2,1747108800000000000,3'),
      'this is one of days',
    ],
  ];
  test.each(cases)('when it %s', async (_, content, message) => {
    await expect(rowsOf(content)).rejects.toThrow(message);
  });

  test('when the broken row lies outside what was asked for', async () => {
    const late = good.replace(at(0), at(9)).replace('4989', 'many');
    await expect(rowsOf(rows(good, late), { to: T0 + 60_000 })).rejects.toThrow(
      'day.csv:3: volume is "many"',
    );
  });

  test('when its gzip archive is cut short or damaged', async () => {
    const lines = Array.from({ length: 3_000 }, (_, n) => good.replace(at(0), at(n)));
    const whole = gzipSync(rows(...lines));
    const cut = rowsOf(whole.subarray(0, whole.length / 2), {}, 'cut.csv.gz');
    await expect(cut).rejects.toThrow(
      /cut\.csv\.gz:\d+: the gzip archive is damaged or ends early \(unexpected end of file\)/,
    );
    await expect(rowsOf(Buffer.from('1f8b0000', 'hex'), {}, 'damaged.csv')).rejects.toThrow(
      'damaged.csv:1: the gzip archive is damaged',
    );
  });
});

describe('what cannot be had is named', () => {
  test('a file that does not exist', async () => {
    await expect(readFlatFiles(['none.csv'], { market: 'stocks' })).rejects.toThrow(
      /^none\.csv: cannot be read: ENOENT/,
    );
  });

  test('symbols that the file does not have, with those it has', async () => {
    const found = rowsOf(rows(good, good.replace('AAPL', 'MSFT')), { symbols: ['AAPL', 'TSLA', 'aapl'] });
    await expect(found).rejects.toThrow('day.csv: has no symbol TSLA, aapl: use some of AAPL, MSFT');
    await expect(rowsOf(rows(good), { symbols: ['AM.AAPL'] })).rejects.toThrow(
      "day.csv: has no symbol AM.AAPL: use 'AAPL', as the feed of stocks spells it",
    );
  });

  test('of several files a symbol that only one has is enough', async () => {
    const contents = { 'a.csv': rows(good), 'm.csv': rows(good.replace('AAPL', 'MSFT')) };
    const { rows: found, summaries } = await read(contents, { symbols: ['MSFT'] });
    expect(found.symbols).toEqual(['MSFT']);
    expect(summaries[0]).toBe('a.csv: nothing asked for is in it');
  });

  test('a range without minutes, with the range of the file', async () => {
    await expect(rowsOf(rows(good), { from: T0 + 60_000 })).rejects.toThrow(
      'day.csv: nothing asked for is in it from 2025-11-20T14:31:00.000Z to its last: its minutes start 2025-11-20T14:30:00.000Z to 2025-11-20T14:30:00.000Z',
    );
  });
});
