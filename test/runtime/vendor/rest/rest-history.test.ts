/** The vendor's REST over real HTTP: minutes of a symbol, symbols of a market, and all that goes wrong on the way. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { Versions } from '../../../../runtime/ingester/lease/versions.ts';
import { HistoryRefused } from '../../../../runtime/vendor/history.ts';
import { RestClient, type RestClientOptions } from '../../../../runtime/vendor/rest/client.ts';
import { RestHistory, type RestHistoryOptions } from '../../../../runtime/vendor/rest/rest-history.ts';
import { Fixture, MINUTE, OPEN, replayOf } from '../../../local/simulator/fixture.ts';
import { type Reply, ScriptedRest } from '../../ingester/support/rest.ts';

const source = replayOf(
  ['AAPL', OPEN, 10, '100'],
  ['AAPL', OPEN + MINUTE, 11, '101.5'],
  ['AAPL', OPEN + 3 * MINUTE, 12, '102'],
  ['TpC', OPEN, 5, '1'],
);
const NOW = OPEN + 10 * MINUTE;
const never = new AbortController().signal;

let open = new AsyncDisposableStack();
const fixture = new Fixture();
let used: RestClient[] = [];

type Changes = Partial<RestHistoryOptions & RestClientOptions>;
afterEach(async () => {
  for (const client of used) client[Symbol.dispose]();
  used = [];
  await fixture.close();
  await open.disposeAsync();
  open = new AsyncDisposableStack();
});

const waits: number[] = [];
let wall = 0;

/** One that waits no real time between requests. */
function historyAt(url: string, changes: Changes = {}): RestHistory {
  waits.length = 0;
  wall = 0;
  const client = new RestClient({
    url,
    apiKey: 'top-secret',
    budget: {
      perSecond: 1_000,
      atOnce: 4,
      wall: () => wall,
      sleep: async ms => {
        waits.push(ms);
        wall += ms;
      },
    },
    ...changes,
  });
  used.push(client);
  const versions = new Versions(() => NOW, 0);
  return new RestHistory({ client, market: 'stocks', versions, now: () => NOW, delay: 0, ...changes });
}

async function simulated(changes: Changes = {}) {
  const { vendor } = await fixture.vendor({ source, now: NOW, key: 'top-secret' });
  return { vendor, history: historyAt(vendor.restUrl, changes) };
}

async function scripted(...replies: (Reply | undefined)[]) {
  const rest = await ScriptedRest.start((_, number) => replies[number] ?? page([]));
  open.use(rest);
  return { rest, history: historyAt(rest.url) };
}

const starts = async (history: RestHistory, from = OPEN, to = OPEN + 10 * MINUTE) =>
  (await history.minutes('AAPL', from, to, never)).bars.map(({ start }) => (start - OPEN) / MINUTE);

/** One page about AAPL, as the vendor writes it. */
const page = (results: readonly unknown[], more: object = {}) => ({
  body: { status: 'OK', ticker: 'AAPL', resultsCount: results.length, results, ...more },
});

const row = (minute: number, changes: object = {}) => ({
  t: OPEN + minute * MINUTE,
  ...{ o: 10, h: 12, l: 9, c: 11, v: 100, vw: 10.5, n: 7 },
  ...changes,
});

describe('the minutes of a symbol', () => {
  test('are those that start in the range, as backfilled bars', async () => {
    const { history } = await simulated();
    expect(await starts(history, OPEN + MINUTE, OPEN + 3 * MINUTE)).toEqual([1]);
    expect(await starts(history)).toEqual([0, 1, 3]);
    const { bars, refused } = await history.minutes('AAPL', OPEN + MINUTE, OPEN + 2 * MINUTE, never);
    expect(refused).toEqual([]);
    expect(bars).toEqual([
      {
        type: 'bar',
        symbol: 'AAPL',
        start: OPEN + MINUTE,
        ...{ open: 11, high: 12, low: 10, close: 11, volume: '101.5' },
        session: 'regular',
        version: NOW + 2,
        source: 'backfill',
      },
    ]);
  });

  test('carry a version from before the request, so that a re-send that comes meanwhile is newer', async () => {
    const versions = new Versions(() => NOW, 0);
    const { history } = await simulated({ versions });
    const asked = history.minutes('AAPL', OPEN, NOW, never);
    const resent = versions.next();
    for (const { version } of (await asked).bars) expect(version).toBeLessThan(resent);
  });

  test('are none for a symbol that did not trade, or is not known', async () => {
    const { history } = await simulated();
    expect((await history.minutes('ZZZ', OPEN, NOW, never)).bars).toEqual([]);
  });

  test.each(['unordered', 'duplicates'] as const)(
    'are in order and once each when rows come as %s',
    async fault => {
      const { vendor, history } = await simulated();
      vendor.restFaults.plan(fault);
      expect(await starts(history)).toEqual([0, 1, 3]);
    },
  );

  test('are collected over pages, whatever their order, with the key on every page', async () => {
    let url = '';
    const rest = await ScriptedRest.start((_, number) =>
      number === 0 ? page([row(3), row(4)], { next_url: `${url}/v2/next?cursor=x` }) : page([row(1), row(2)]),
    );
    open.use(rest);
    url = rest.url;
    expect(await starts(historyAt(url))).toEqual([1, 2, 3, 4]);
    expect(rest.asked[1]).toBe('/v2/next?cursor=x');
    expect(rest.keys).toEqual(['Bearer top-secret', 'Bearer top-secret']);
    expect(rest.asked.join()).not.toContain('top-secret');
  });

  test('are not asked for at another place than the vendor’s own, which would get the key', async () => {
    const next_url = 'http://127.0.0.1:9/v2/next';
    const { rest, history } = await scripted(page([row(1)], { next_url }));
    await expect(starts(history)).rejects.toThrow('the next page is at http://127.0.0.1:9');
    expect(rest.asked).toHaveLength(1);
  });

  test('that break a rule are refused one by one, with their text, field and reason', async () => {
    const { history } = await scripted(page([row(1), row(2, { h: 8 }), row(99)]));
    const { bars, refused } = await history.minutes('AAPL', OPEN, NOW, never);
    expect(bars).toHaveLength(1);
    expect(refused.map(({ reason }) => reason)).toEqual([
      'high is 8: below low, 9',
      expect.stringContaining('were asked for'),
    ]);
    expect(refused[0]).toMatchObject({ raw: JSON.stringify(row(2, { h: 8 })), where: 'stocks REST, AAPL' });
  });

  test('that are refused keep no more of their text than can be written, however deep it is nested', async () => {
    const depth = 100_000;
    const [deep] = JSON.stringify(row(2, { h: 8, deep: '?' })).split('"?"');
    const rows = `${JSON.stringify(row(1))},${deep}${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const text = `{"status":"OK","ticker":"AAPL","resultsCount":2,"results":[${rows}]}`;
    const { history } = await scripted({ body: undefined, text });
    const { bars, refused } = await history.minutes('AAPL', OPEN, NOW, never);
    expect(bars).toHaveLength(1);
    expect(refused.map(({ reason }) => reason)).toEqual(['high is 8: below low, 9']);
    expect(refused[0]?.raw).toContain('"h":8,');
    expect(refused[0]?.raw).toContain('[[[["nested too deep"]]]]');
  });

  test('are asked for unadjusted, ascending, in the largest pages and with the symbol’s own spelling', async () => {
    const { rest, history } = await scripted();
    await history.minutes('BRK.B', OPEN, NOW, never).catch(() => undefined);
    expect(rest.asked.slice(0, 1)).toEqual([
      `/v2/aggs/ticker/BRK.B/range/1/minute/${OPEN}/${NOW - 1}?adjusted=false&sort=asc&limit=50000`,
    ]);
  });
});

describe('the symbols of the market', () => {
  test('come page by page, in the feed’s spelling', async () => {
    const { history } = await simulated();
    expect(await history.symbols(never)).toEqual(['AAPL', 'TpC']);
    const rest = await ScriptedRest.start(() => ({
      body: {
        status: 'OK',
        count: 3,
        results: [{ ticker: 'X:BTCUSD' }, { ticker: 'X:PEPEUSDT', base_currency_symbol: 'PEPE' }, {}],
      },
    }));
    open.use(rest);
    const crypto = historyAt(rest.url, { market: 'crypto' });
    expect(await crypto.symbols(never)).toEqual(['BTC-USD', 'PEPE-USDT']);
  });

  test('are none of those that hold the key, which are counted as unreadable', async () => {
    const results = ['AAPL', 'top-secret', 'Xtop-secretX', '%74op-secret'].map(ticker => ({ ticker }));
    const { history } = await scripted({ body: { status: 'OK', count: 4, results } });
    expect(await history.symbols(never)).toEqual(['AAPL']);
    expect(history.status().unreadable).toBe(3);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['401', 'Unknown API Key'],
    ['403', 'You are not entitled to this data.'],
  ] as const)(
    '%s is final: nobody is asked again for five minutes, and the status says why',
    async (fault, words) => {
      const { vendor, history } = await simulated();
      vendor.restFaults.plan(fault, { times: 1 });
      await expect(starts(history)).rejects.toThrow(HistoryRefused);
      expect(history.status().refusal).toContain(`the vendor's REST refuses the key: ${fault} ${words}`);
      await expect(starts(history)).rejects.toThrow(words);
      expect(vendor.seen.requests).toBe(1);
      wall += 300_000;
      expect(await starts(history)).toEqual([0, 1, 3]);
      expect(history.status()).not.toHaveProperty('refusal');
    },
  );

  test('429 makes everybody rest and is asked again until it is answered', async () => {
    const { vendor, history } = await simulated();
    vendor.restFaults.plan('429', { times: 3 });
    expect(await starts(history)).toEqual([0, 1, 3]);
    expect(history.status()).toMatchObject({ requests: 4, retried: 3 });
    const pauses = waits.filter(ms => ms >= 500);
    expect(pauses).toHaveLength(3);
    for (const [n, pause] of pauses.entries()) expect(pause).toBeLessThanOrEqual(1_000 * 2 ** n);
  });

  test('429 without end is given up after eight attempts', async () => {
    const { vendor, history } = await simulated();
    vendor.restFaults.plan('429', { times: 1_000 });
    await expect(starts(history)).rejects.toThrow("429 You've exceeded the maximum requests per minute");
    expect(vendor.seen.requests).toBe(8);
  });

  test.each(['500', 'truncated'] as const)(
    '%s is asked again, and given up after four attempts',
    async fault => {
      const { vendor, history } = await simulated();
      vendor.restFaults.plan(fault, { times: 3 });
      expect(await starts(history)).toEqual([0, 1, 3]);
      vendor.restFaults.plan(fault, { times: 1_000 });
      await expect(starts(history)).rejects.toThrow();
      expect(vendor.seen.requests).toBe(8);
    },
  );

  test('no answer at all is given up in time and asked again', async () => {
    const { vendor, history } = await simulated({ patience: 1_000 });
    vendor.restFaults.plan('hang', { times: 1 });
    expect(await starts(history)).toEqual([0, 1, 3]);
    expect(history.status().retried).toBe(1);
  });

  test('a page that has fewer rows than it says is not taken for whole', async () => {
    const { history } = await scripted(page([row(1)], { resultsCount: 2 }), page([row(1), row(2)]));
    expect(await starts(history)).toEqual([1, 2]);
  });

  test('nobody there is given up, and the key is in no message', async () => {
    const { history } = await scripted({ status: 400, body: { error: 'bad key top-secret' } });
    await expect(starts(history)).rejects.toThrow('400 bad key <the key>');
    await expect(starts(historyAt('http://127.0.0.1:9'))).rejects.toThrow('ECONNREFUSED');
  });

  test('a signal ends the waiting at once, with its reason', async () => {
    const { vendor, history } = await simulated();
    vendor.restFaults.plan('hang', { times: 1 });
    const stop = new AbortController();
    const asked = history.minutes('AAPL', OPEN, NOW, stop.signal);
    stop.abort(new Error('told to stop'));
    await expect(asked).rejects.toThrow('told to stop');
  });
});
