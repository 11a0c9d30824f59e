/** The vendor's REST where it lies, lags, or speaks of futures: what is taken for an answer. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Versions } from '../../../../runtime/ingester/lease/versions.ts';
import { RestClient } from '../../../../runtime/vendor/rest/client.ts';
import { RestHistory, type RestHistoryOptions } from '../../../../runtime/vendor/rest/rest-history.ts';
import { HostileRest, type Lie, lies } from '../../../support/hostile-rest.ts';
import { MINUTE, OPEN } from '../../ingester/support/records.ts';

const never = new AbortController().signal;
const at = (minute: number) => OPEN + minute * MINUTE;

let now: number;
let rest: HostileRest;
let used: RestClient[];

beforeEach(async () => {
  now = at(60);
  rest = await HostileRest.start(() => now);
  used = [];
});
afterEach(async () => {
  for (const client of used) client[Symbol.dispose]();
  await rest[Symbol.asyncDispose]();
});

function historyOf(changes: Partial<RestHistoryOptions> = {}): RestHistory {
  const client = new RestClient({
    ...{ url: rest.url, apiKey: 'top-secret' },
    budget: { perSecond: 1_000, atOnce: 4, sleep: async () => undefined },
  });
  used.push(client);
  const versions = new Versions(() => now, 0);
  return new RestHistory({ client, market: 'stocks', versions, now: () => now, delay: 0, ...changes });
}

const asked = (history: RestHistory, symbol = 'AAPL', to = 10) =>
  history.minutes(symbol, at(0), at(to), never);

describe('the minutes of a symbol', () => {
  test.each(Object.keys(lies) as Lie[])(
    'are not had from %s: it is asked again, and given up after four attempts',
    async lie => {
      rest.trade('AAPL', [at(0), at(1)]);
      const history = historyOf();
      rest.liesAbout.set('/AAPL/', lie);
      await expect(asked(history)).rejects.toThrow('the answer proves nothing: ');
      expect(history.status()).toMatchObject({ requests: 4, retried: 3 });
      rest.liesAbout.clear();
      expect((await asked(history)).bars).toHaveLength(2);
    },
  );

  test('are had from a delayed plan only where its delay explains what it does not know', async () => {
    rest.status = 'DELAYED';
    rest.trade('AAPL', [at(0), at(50)]);
    expect((await asked(historyOf(), 'AAPL', 45)).bars).toHaveLength(1);
    await expect(asked(historyOf(), 'AAPL', 46)).rejects.toThrow('status is DELAYED');
    const late = { delay: 5 * MINUTE };
    expect((await asked(historyOf(late), 'AAPL', 55)).bars).toHaveLength(2);
    await expect(asked(historyOf(late), 'AAPL', 56)).rejects.toThrow('status is DELAYED');
  });

  test('are told apart from those whose rows were refused', async () => {
    rest.trade('AAPL', [at(0), at(2)]);
    rest.trade('AAPL', [at(1)], { high: 1 });
    const { bars, refused, isRefused } = await asked(historyOf());
    expect([bars.length, refused.length]).toEqual([2, 1]);
    expect([0, 1, 2, 3].map(minute => isRefused(at(minute)))).toEqual([false, true, false, false]);
  });

  test.each([
    ['no time', 'soon'],
    ['seconds', at(1) / 1_000],
    ['no number that there is', 1e300],
  ])(
    'may all have been refused where a row has %s for its minute, but for those with a bar',
    async (_, t) => {
      rest.trade('AAPL', [at(0)]);
      rest.trade('AAPL', [at(1)], { t });
      const { isRefused } = await asked(historyOf());
      expect([0, 1, 2, 3].map(minute => isRefused(at(minute)))).toEqual([false, true, true, true]);
    },
  );
});

describe('how far it has come', () => {
  test('is the start of the latest bar, whatever the plan, in one small answer', async () => {
    rest.trade('SPY', [at(3), at(57), at(58), at(59)]);
    rest.lag = 90_000;
    expect(await historyOf().latest('SPY', at(50), never)).toBe(at(57));
    expect(rest.asked).toEqual([expect.stringContaining('sort=desc&limit=1')]);
    rest.status = 'DELAYED';
    expect(await historyOf().latest('SPY', at(50), never)).toBe(at(57));
    expect(await historyOf().latest('QQQ', at(50), never)).toBeUndefined();
  });

  test('is not asked again where nothing proves it', async () => {
    rest.liesAbout.set('/SPY/', 'an error');
    await expect(historyOf().latest('SPY', at(50), never)).rejects.toThrow('status is ERROR');
    expect(rest.asked).toHaveLength(1);
  });
});

describe('futures', () => {
  const futures = { market: 'futures' } as const;

  test('are asked for by their own path, in nanoseconds, and read by their own columns', async () => {
    rest.trade('ESZ5', [at(0), at(1)], { volume: 7 });
    const { bars, refused } = await asked(historyOf(futures), 'ESZ5');
    expect(rest.asked).toEqual([
      `/futures/v1/aggs/ESZ5?resolution=1min&window_start.gte=${at(0)}000000&window_start.lt=${at(10)}000000&limit=50000&sort=window_start.asc`,
    ]);
    expect(refused).toEqual([]);
    expect(bars).toEqual(
      [0, 1].map(minute => ({
        ...{ type: 'bar', symbol: 'ESZ5', start: at(minute) },
        ...{ open: 10, high: 12, low: 9, close: 11, volume: '7', trades: 3 },
        ...{ session: 'regular', version: now, source: 'backfill' },
      })),
    );
  });

  test('of another contract are no answer', async () => {
    rest.trade('ESZ5', [at(0)], { ticker: 'NQZ5' });
    await expect(asked(historyOf(futures), 'ESZ5')).rejects.toThrow('it is of NQZ5, not of ESZ5');
  });

  test('come over pages, by the addresses that the vendor gives', async () => {
    rest.trade('ESZ5', [at(0), at(1), at(2)]);
    const more = `window_start.gte=${at(1)}000000&window_start.lt=${at(10)}000000`;
    const next_url = `${rest.url}/futures/v1/aggs/ESZ5?cursor=x&${more}`;
    rest.liesAbout.set('/ESZ5', ({ status, results }) => {
      const rows = Array.isArray(results) ? results : [];
      return rest.asked.length === 1 ? { status, results: rows.slice(0, 1), next_url } : { status, results };
    });
    const { bars } = await asked(historyOf(futures), 'ESZ5');
    expect(rest.asked.slice(1)).toEqual([next_url.replace(rest.url, '')]);
    expect(bars.map(({ start }) => start)).toEqual([at(0), at(1), at(2)]);
  });

  test('are listed as contracts; what no symbol can be called is left out and counted', async () => {
    rest.listed.push('ESZ5', 'ZC:BF H6-K6-N6', 'ESZ5-ESH6', 'ESZ5');
    const history = historyOf(futures);
    expect(await history.symbols(never)).toEqual(['ESZ5', 'ESZ5-ESH6']);
    expect(rest.asked).toEqual(['/futures/v1/contracts?active=true&limit=1000']);
    expect(history.status().unreadable).toBe(1);
  });
});

test('a list of symbols that counts more than it has is no answer', async () => {
  rest.listed.push('AAPL');
  rest.liesAbout.set('/tickers', truth => ({ ...truth, count: 1_000 }));
  await expect(historyOf().symbols(never)).rejects.toThrow('it has 1 rows and counts 1000');
});
