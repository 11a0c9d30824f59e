/** What a person chose: in the address, in the browser's store, and what becomes of nonsense in either. */
import { describe, expect, test } from '@jest/globals';
import { type Choices, keepChoices, readChoices, searchOf } from '../../../page/model/choices.ts';
import { DEFAULTS, readConfig } from '../../../page/model/config.ts';
import type { Keeper } from '../../../page/model/keeper.ts';
import { Store } from '../../../page/model/store.ts';
import { Watchlist } from '../../../page/model/watchlist.ts';

class Drawer implements Keeper {
  readonly kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
}

/** As where a person forbids it. */
const FORBIDDEN: Keeper = {
  getItem() {
    throw new Error('denied');
  },
  setItem() {
    throw new Error('denied');
  },
};

const FIRST: Choices = {
  ...{ feed: undefined, symbol: undefined, timeframe: '5m', zone: 'exchange', theme: 'auto' },
  showsTable: false,
};

describe('choices', () => {
  test('are sensible before anything was chosen, and where nothing can be kept', () => {
    expect(readChoices('', undefined)).toEqual(FIRST);
    expect(readChoices('', FORBIDDEN)).toEqual(FIRST);
    expect(() => keepChoices(FIRST, FORBIDDEN)).not.toThrow();
  });

  test('are kept, and an address goes before them', () => {
    const keeper = new Drawer();
    const chosen: Choices = {
      ...{ feed: 'stocks', symbol: 'BRK.B', timeframe: '1h', zone: 'UTC', theme: 'dark' },
      showsTable: true,
    };
    keepChoices(chosen, keeper);
    expect(readChoices('', keeper)).toEqual(chosen);
    const named = readChoices('?feed=fx&symbol=EUR%2FUSD&timeframe=1m', keeper);
    expect(named).toEqual({ ...chosen, feed: 'fx', symbol: 'EUR/USD', timeframe: '1m' });
  });

  test('are an address that gives them back', () => {
    const chosen: Choices = { ...FIRST, feed: 'stocks', symbol: '"a&b=c', timeframe: '4h' };
    expect(readChoices(searchOf(chosen), undefined)).toEqual(chosen);
    expect(searchOf(FIRST)).toBe('?timeframe=5m');
  });

  test.each(['7', 'null', '{"timeframe":"2m","zone":3,"theme":"pink","symbol":[]}', '{'])(
    'are sensible whatever was kept: %s',
    kept => {
      const keeper = new Drawer();
      keeper.setItem('barflow', kept);
      expect(readChoices('?timeframe=99m', keeper)).toEqual(FIRST);
    },
  );

  test.each(['', 'A B', 'A,B', '\ufffd', 'A'.repeat(65)])(
    'have no symbol that none can be, neither of the address nor of what was kept: %j',
    symbol => {
      const keeper = new Drawer();
      keepChoices({ ...FIRST, symbol }, keeper);
      expect(readChoices('', keeper)).toEqual(FIRST);
      keepChoices({ ...FIRST, symbol: 'BRK.B' }, keeper);
      expect(readChoices(searchOf({ ...FIRST, symbol }), keeper).symbol).toBe('BRK.B');
    },
  );
});

describe('a watchlist', () => {
  test('belongs to a feed and keeps its order', () => {
    const keeper = new Drawer();
    const list = new Watchlist(keeper);
    for (const symbol of ['TSLA', '__proto__', 'AAPL', 'TSLA']) list.toggle('stocks', symbol);
    expect([...list.of('stocks')]).toEqual(['__proto__', 'AAPL']);
    expect([...new Watchlist(keeper).of('stocks')]).toEqual(['__proto__', 'AAPL']);
    expect([...list.of('coins'), ...list.of(undefined)]).toEqual([]);
  });

  test('works where nothing can be kept, and with what should not have been', () => {
    const list = new Watchlist(FORBIDDEN);
    list.toggle('stocks', 'AAPL');
    expect([...list.of('stocks')]).toEqual(['AAPL']);
    const keeper = new Drawer();
    keeper.setItem('barflow watchlist stocks', '[1,"AAPL",null]');
    expect([...new Watchlist(keeper).of('stocks')]).toEqual(['AAPL']);
  });
});

test('a store tells its followers of what differs, and of nothing else', () => {
  const store = new Store<{ a: number; b: string }>({ a: 1, b: 'x' });
  const told: unknown[] = [];
  store.follow((now, before) => told.push([now, before]));
  store.set({ a: 1 });
  store.set({ a: 2 });
  expect(told).toEqual([
    [
      { a: 2, b: 'x' },
      { a: 1, b: 'x' },
    ],
  ]);
});

test('what the document does not say is as by default', () => {
  expect(readConfig('{}')).toEqual(DEFAULTS);
  expect(readConfig('{"pollSeconds":1,"wholeSeconds":-3,"patienceSeconds":"2","runbook":"/r"}')).toEqual({
    ...DEFAULTS,
    pollSeconds: 1,
    runbook: '/r',
  });
});
