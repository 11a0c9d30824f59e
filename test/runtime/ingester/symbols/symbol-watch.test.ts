/** Lists of symbols that somebody else keeps: how they are read, and that a bad one changes nothing. */
import { describe, expect, test } from '@jest/globals';
import { symbolSourceOf } from '../../../../runtime/ingester/symbols/symbol-source.ts';
import { SymbolWatch } from '../../../../runtime/ingester/symbols/symbol-watch.ts';
import { processTime } from '../../../../runtime/platform/time.ts';
import { symbolListOf } from '../../../../runtime/vendor/symbol-list.ts';
import { MemoryLogger } from '../support/log.ts';

const signal = new AbortController().signal;

describe('a list of symbols', () => {
  test.each([
    ['*', '*'],
    ['["AAPL", "BRK.B", "AAPL"]', ['AAPL', 'BRK.B']],
    ['AAPL\r\n\n  TpC \n', ['AAPL', 'TpC']],
    ['AAPL,MSFT', ['AAPL', 'MSFT']],
    ['AAPL, MSFT BRK.B\tTpC,\n', ['AAPL', 'MSFT', 'BRK.B', 'TpC']],
    ['["AAPL,MSFT", " TpC"]', ['AAPL', 'MSFT', 'TpC']],
  ])('reads %j', (text, symbols) => {
    expect(symbolListOf(text, 10)).toEqual({ symbols });
  });

  test('keeps the first of too many', () => {
    const shortage = 'the plan allows 2 symbols: the last 1 of the list are left out';
    expect(symbolListOf('A\nB\nC', 2)).toEqual({ symbols: ['A', 'B'], shortage });
  });

  test('may spell tickers as the vendor does elsewhere, and holds none that cannot be of the market', () => {
    expect(symbolListOf('X:BTCUSD\nBTC-USD', 10, 'crypto')).toEqual({ symbols: ['BTC-USD'] });
    expect(() => symbolListOf('["BTCUSD"]', 10, 'crypto')).toThrow(
      'holds "BTCUSD": symbol is "BTCUSD": use \'BTC-USD\', as the feed of crypto spells it',
    );
  });

  test.each([
    ['', 'is empty'],
    ['[]', 'is empty'],
    ['["AAPL"', 'begins with [ but is not a JSON array'],
    ['["AAPL", 7]', 'holds 7: symbol is 7'],
    ['AAPL\n*', 'holds "*": symbol is "*": * stands alone'],
    ['AAPL MSFT*', 'holds "MSFT*"'],
    [' , ', 'is empty'],
    ['[""]', 'is empty'],
    ['A\u009b\u202e', 'holds "A\\u009b\\u202e"'],
  ])('is refused whole when it is %j', (text, reason) => {
    expect(() => symbolListOf(text, 10)).toThrow(reason);
  });
});

test('a list of symbols that is nested without end is refused in a line', () => {
  const deep = `[${'['.repeat(10_000)}${']'.repeat(10_000)}]`;
  expect(() => symbolListOf(deep, 10)).toThrow(/^the list of symbols holds \[\[.{1,200}$/);
});

describe('a source of symbols', () => {
  test('is a parameter, an object or a stream', () => {
    expect(symbolSourceOf('ssm:/barflow/symbols')).toEqual({ parameter: '/barflow/symbols' });
    expect(symbolSourceOf('s3://my-lists/us/all.json')).toEqual({ bucket: 'my-lists', key: 'us/all.json' });
    expect(symbolSourceOf('redis:stream:scanner:filtered')).toEqual({
      redisStream: 'stream:scanner:filtered',
    });
    expect(() => symbolSourceOf('file:///tmp/x')).toThrow(
      'use ssm:<parameter>, s3://<bucket>/<key> or redis:<stream>',
    );
  });
});

describe('the watch over a list', () => {
  function watching(texts: (string | Error)[], limit = 3) {
    const changes: unknown[] = [];
    const logger = new MemoryLogger();
    const watch = new SymbolWatch({
      read: async () => {
        const next = texts.shift() ?? '';
        if (next instanceof Error) throw next;
        return next;
      },
      limit,
      market: 'stocks',
      time: processTime,
      onChange: symbols => changes.push(symbols),
      logger,
    });
    return { watch, changes, logger };
  }

  test('tells of a list only when it has changed', async () => {
    const { watch, changes } = watching(['A\nB', 'A\nB', 'A\nC']);
    for (let n = 0; n < 3; n++) await watch.look(signal);
    expect(changes).toEqual([
      ['A', 'B'],
      ['A', 'C'],
    ]);
    expect(watch.problem).toBeUndefined();
  });

  test('leaves the list before in use when one cannot be read or used, says so once, and takes up the next good one', async () => {
    const bad = 'A\nB*';
    const { watch, changes, logger } = watching(['A', bad, bad, new Error('no such parameter'), 'A', 'B']);
    for (let n = 0; n < 3; n++) await watch.look(signal);
    expect(watch.problem).toContain('holds "B*"');
    expect(logger.lines).toHaveLength(1);
    await watch.look(signal);
    expect(watch.problem).toBe('no such parameter');
    await watch.look(signal);
    expect(watch.problem).toBeUndefined();
    expect(changes).toEqual([['A']]);
    await watch.look(signal);
    expect(changes).toEqual([['A'], ['B']]);
  });

  test('keeps the first of more symbols than the plan allows and goes on saying so', async () => {
    const { watch, changes } = watching(['A\nB\nC\nD\nE', 'A\nB\nC\nD\nE']);
    for (let n = 0; n < 2; n++) await watch.look(signal);
    expect(changes).toEqual([['A', 'B', 'C']]);
    expect(watch.problem).toBe('the plan allows 3 symbols: the last 2 of the list are left out');
  });
});
