/** What a stage follows, and on how many shards. */
import { describe, expect, test } from '@jest/globals';
import { environments } from '../../../lib/environments.ts';
import { followed, imported } from '../../../local/cli/followed.ts';

const names = (count: number) =>
  Array.from({ length: count }, (_, n) => `Z${n}`.replace(/\d/g, d => 'ABCDEFGHIJ'[Number(d)] ?? ''));

describe('what is followed', () => {
  test('is by name where a task can hold the list', () => {
    expect(followed('stocks', ['AAPL', 'MSFT'])).toEqual({ symbols: ['AAPL', 'MSFT'], shards: 1 });
  });

  test('is everything where a market is whole, with shards as in prod, or one for an import', () => {
    const market = names(11_000);
    expect(followed('stocks', market)).toEqual({
      symbols: '*',
      shards: environments['prod']?.feeds[0]?.shards,
    });
    expect(imported('stocks', market, false)).toEqual({ symbols: '*', shards: 1 });
    expect(imported('stocks', names(2_000), false)).toEqual({ symbols: '*', shards: 1 });
  });

  test('is kept for page and API by an import that stays to be asked, not by one that ends by itself', () => {
    expect(imported('stocks', ['AAPL'], false)).not.toHaveProperty('store');
    expect(imported('stocks', ['AAPL'], true)).toMatchObject({ store: false });
  });

  test('is everything where a name is of another market', () => {
    expect(followed('stocks', ['BTC-USD'])).toEqual({ symbols: '*', shards: 1 });
  });
});
