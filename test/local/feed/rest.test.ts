/** The simulated vendor's REST: pages, errors and faults as the real one has them. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { SimulatedMarket } from '../../../local/feed/market.ts';
import type { Vendor } from '../../../local/feed/vendor.ts';
import { busyMarket, Fixture, MINUTE, OPEN, replayOf, utc } from './fixture.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

const at = (n: number) => OPEN + n * MINUTE;

interface Body {
  readonly status: string;
  readonly error?: string;
  readonly results?: readonly { readonly t: number; readonly v: number; readonly ticker: string }[];
  readonly count?: number;
  readonly next_url?: string;
  readonly serverTime?: string;
}

const KEY = { authorization: 'Bearer key' };

async function get<T = Body>(vendor: Vendor, path: string, headers: Record<string, string> = KEY) {
  const response = await fetch(path.startsWith('http') ? path : `${vendor.restUrl}${path}`, { headers });
  const body: T = JSON.parse(await response.text());
  return { status: response.status, body };
}

/** All pages of an address, by following `next_url`. */
async function pages(vendor: Vendor, path: string) {
  const found: Body[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const { body }: { body: Body } = await get(vendor, next);
    found.push(body);
    next = body.next_url;
  }
  return found;
}

const starts = (body: Body) => (body.results ?? []).map(({ t }) => (t - OPEN) / MINUTE);
const range = (symbol: string, from: number, to: number, span = '1/minute') =>
  `/v2/aggs/ticker/${symbol}/range/${span}/${from}/${to}`;

describe('minute bars', () => {
  test('are those of the socket, up to the last burst', async () => {
    const { vendor, clock } = await fixture.vendor();
    clock.set({ now: at(3) + 5_000 });
    const { status, body } = await get(vendor, `${range('AAPL', OPEN, at(60))}?adjusted=false`);
    const [first] = vendor.truth(OPEN, at(1)).filter(bar => bar.symbol === 'AAPL');
    expect(status).toBe(200);
    expect(starts(body)).toEqual([0, 1, 2]);
    expect(body).toMatchObject({
      ticker: 'AAPL',
      adjusted: false,
      queryCount: 3,
      resultsCount: 3,
      status: 'OK',
      request_id: expect.any(String),
    });
    expect(body.next_url).toBeUndefined();
    expect(body.results?.[0]).toEqual({
      v: Number(first?.volume),
      vw: first?.vwap,
      o: first?.open,
      c: first?.close,
      h: first?.high,
      l: first?.low,
      t: OPEN,
      n: first?.trades,
    });
  });

  test('have no results, rather than empty ones, when there are none', async () => {
    const { vendor } = await fixture.vendor();
    const { body } = await get(vendor, range('NOPE', OPEN, at(60)));
    expect(body).toMatchObject({ ticker: 'NOPE', queryCount: 0, resultsCount: 0, status: 'OK' });
    expect('results' in body).toBe(false);
  });

  test('include corrections as soon as their burst is out', async () => {
    const source = replayOf(['A', at(0), 10, '1'], ['A', at(0), 10, '2.5']);
    const { vendor, clock } = await fixture.vendor({ source });
    clock.set({ now: at(1) + 5_000 });
    const before = await get(vendor, range('A', at(0), at(1)));
    clock.set({ now: at(2) + 5_000 });
    const after = await get(vendor, range('A', at(0), at(1)));
    expect([before.body.results?.[0]?.v, after.body.results?.[0]?.v]).toEqual([1, 2.5]);
    expect(Object.keys(after.body.results?.[0] ?? {})).toEqual(['v', 'o', 'c', 'h', 'l', 't']);
  });

  test('include minutes that the socket has skipped', async () => {
    const { vendor, clock } = await fixture.vendor();
    vendor.faults.skip(OPEN);
    clock.set({ now: at(1) + 5_000 });
    expect(starts((await get(vendor, range('AAPL', OPEN, at(60)))).body)).toEqual([0]);
  });

  test('come in pages of `limit`, whose next address is absolute and names no key', async () => {
    const { vendor, clock } = await fixture.vendor();
    clock.set({ now: at(25) + 5_000 });
    const found = await pages(vendor, `${range('AAPL', OPEN, at(60))}?limit=10&apiKey=key`);
    expect(found.map(starts)).toEqual([
      [...Array(10).keys()],
      [...Array(10).keys()].map(n => n + 10),
      [20, 21, 22, 23, 24],
    ]);
    expect(found[0]?.next_url).toMatch(
      new RegExp(`^${vendor.restUrl}/v2/aggs/ticker/AAPL/range/1/minute/${OPEN}/${at(60)}\\?cursor=[\\w-]+$`),
    );
    expect(found[0]?.next_url).not.toContain('key');
  });

  test('descend when asked to, over pages too', async () => {
    const { vendor, clock } = await fixture.vendor();
    clock.set({ now: at(5) + 5_000 });
    const found = await pages(vendor, `${range('AAPL', OPEN, at(60))}?limit=2&sort=desc`);
    expect(found.map(starts)).toEqual([[4, 3], [2, 1], [0]]);
  });

  test('of a date are those of the exchange, and both ends are included', async () => {
    const { vendor, clock } = await fixture.vendor({
      source: new SimulatedMarket({ market: 'stocks', symbols: 1 }),
    });
    clock.set({ now: utc('2025-11-20T15:00:05Z') });
    const { body } = await get(
      vendor,
      '/v2/aggs/ticker/SPY/range/1/minute/2025-11-19/2025-11-19?limit=50000',
    );
    expect(body.results?.length).toBeGreaterThan(600);
    expect(body.results?.[0]?.t).toBeGreaterThanOrEqual(utc('2025-11-19T09:00:00Z'));
    expect(body.results?.at(-1)?.t).toBeLessThan(utc('2025-11-20T01:00:00Z'));
    const exact = await get(vendor, range('SPY', at(0), at(2)));
    expect(starts(exact.body)).toEqual([0, 1, 2]);
  });
});

describe('longer bars', () => {
  test('of hours sit on the clock hour, and the limit counts their minutes', async () => {
    const { vendor, clock } = await fixture.vendor();
    clock.set({ now: at(180) + 5_000 });
    const found = await pages(vendor, `${range('SPY', OPEN, at(179), '1/hour')}?limit=100`);
    expect(found.map(starts)).toEqual([
      [-30, 30],
      [90, 150],
    ]);
    expect(found[0]).toMatchObject({ queryCount: 120, resultsCount: 2 });
  });

  test('are folded from their minutes', async () => {
    const source = replayOf(['A', at(0), 10, '1.5'], ['A', at(1), 12, '2'], ['A', at(4), 8, '3']);
    const { vendor, clock } = await fixture.vendor({ source });
    clock.set({ now: at(6) });
    const { body } = await get(vendor, range('A', at(0), at(9), '5/minute'));
    expect(body.results).toEqual([{ v: 6.5, o: 10, c: 8, h: 13, l: 7, t: at(0) }]);
  });

  test('of days are local, and the previous one is at its own address', async () => {
    const { vendor } = await fixture.vendor();
    const { body } = await get(vendor, '/v2/aggs/ticker/SPY/range/1/day/2025-11-17/2025-11-19');
    expect(body.results?.map(({ t }) => new Date(t).toISOString())).toEqual([
      '2025-11-17T05:00:00.000Z',
      '2025-11-18T05:00:00.000Z',
      '2025-11-19T05:00:00.000Z',
    ]);
    const previous = await get(vendor, '/v2/aggs/ticker/SPY/prev');
    expect(previous.body).toMatchObject({ resultsCount: 1, results: [{ T: 'SPY', ...body.results?.[2] }] });
  });
});

describe('crypto', () => {
  test('is spelled X:BTCUSD, and the pair of the socket is taken too', async () => {
    const { vendor, clock } = await fixture.vendor({
      market: 'crypto',
      source: replayOf(['BTC-USD', at(0), 90_000, '0.5']),
    });
    clock.set({ now: at(2) });
    const [vendors, sockets] = await Promise.all([
      get(vendor, range('X:BTCUSD', at(0), at(1))),
      get(vendor, range('BTC-USD', at(0), at(1))),
    ]);
    expect(vendors.body.results).toEqual(sockets.body.results);
    expect(vendors.body.results).toHaveLength(1);
  });
});

describe('reference', () => {
  test('lists every ticker in pages', async () => {
    const source = new SimulatedMarket({ market: 'stocks', symbols: 2_500 });
    const { vendor } = await fixture.vendor({ source });
    const found = await pages(vendor, '/v3/reference/tickers?market=stocks&active=true&limit=1000');
    expect(found.map(({ count, status }) => [count, status])).toEqual([
      [1000, 'OK'],
      [1000, 'OK'],
      [500, 'OK'],
    ]);
    const tickers = found.flatMap(({ results }) => results?.map(({ ticker }) => ticker));
    expect(new Set(tickers)).toEqual(new Set(source.symbols));
    expect(found[0]?.results?.[0]).toMatchObject({
      market: 'stocks',
      locale: 'us',
      type: 'CS',
      active: true,
    });
  });

  test.each([
    ['2025-11-20T15:00:00Z', 'open', false, false],
    ['2025-11-20T10:00:00Z', 'extended-hours', true, false],
    ['2025-11-28T19:00:00Z', 'extended-hours', false, true],
    ['2025-11-27T15:00:00Z', 'closed', false, false],
  ])('says at %s that the market is %s', async (now, market, earlyHours, afterHours) => {
    const { vendor } = await fixture.vendor({ now: utc(now) });
    const { body } = await get(vendor, '/v1/marketstatus/now');
    expect(body).toMatchObject({
      market,
      earlyHours,
      afterHours,
      exchanges: { nyse: market, nasdaq: market, otc: market },
      currencies: { crypto: 'open' },
    });
    expect(Date.parse(body.serverTime ?? '')).toBe(utc(now));
    expect(body.serverTime).toMatch(/-05:00$/);
  });

  test('lists the special days to come as a bare array', async () => {
    const { vendor } = await fixture.vendor();
    const { body } = await get<{ date: string }[]>(vendor, '/v1/marketstatus/upcoming');
    expect(body.slice(0, 3)).toEqual([
      { date: '2025-11-27', exchange: 'NYSE', name: 'Thanksgiving', status: 'closed' },
      { date: '2025-11-27', exchange: 'NASDAQ', name: 'Thanksgiving', status: 'closed' },
      {
        date: '2025-11-28',
        exchange: 'NYSE',
        name: 'Thanksgiving',
        status: 'early-close',
        open: '2025-11-28T14:30:00.000Z',
        close: '2025-11-28T18:00:00.000Z',
      },
    ]);
    expect(body.at(-1)?.date).toBe('2026-09-07');
  });
});

describe('errors', () => {
  test('an unknown or missing key is 401, in the header or in the query', async () => {
    const { vendor } = await fixture.vendor({ key: 'right' });
    const address = range('AAPL', OPEN, at(1));
    const unknown = { status: 'ERROR', request_id: expect.any(String), error: 'Unknown API Key' };
    expect(await get(vendor, address, { authorization: 'Bearer wrong' })).toEqual({
      status: 401,
      body: unknown,
    });
    expect(await get(vendor, address, {})).toEqual({ status: 401, body: unknown });
    expect((await get(vendor, address, { authorization: 'Bearer right' })).status).toBe(200);
    expect((await get(vendor, `${address}?apiKey=right`, {})).status).toBe(200);
  });

  test.each([
    [
      '/v2/aggs/ticker/A/range/1/minute/yesterday/2025-11-20',
      400,
      "from is 'yesterday': use YYYY-MM-DD or milliseconds since 1970",
    ],
    [
      '/v2/aggs/ticker/A/range/0/minute/2025-11-20/2025-11-20',
      400,
      "multiplier is '0': use a whole number from 1 on",
    ],
    [
      '/v2/aggs/ticker/A/range/1/eon/2025-11-20/2025-11-20',
      400,
      "timespan is 'eon': use minute, hour or day",
    ],
    [
      '/v2/aggs/ticker/A/range/1/minute/2025-11-20/2025-11-20?limit=50001',
      400,
      "limit is '50001': use a whole number from 1 to 50000",
    ],
    ['/v2/aggs/ticker/A/range/1/minute/2025-11-20/2025-11-20?sort=up', 400, "sort is 'up': use asc or desc"],
    ['/v2/aggs/ticker/%E0/prev', 400, "'%E0' in the path is not URL encoded"],
    ['/v9/nothing', 404, undefined],
  ])('%s is %i', async (path, status, error) => {
    const { vendor } = await fixture.vendor();
    const found = await get(vendor, path);
    expect([found.status, found.body.error]).toEqual([status, error]);
  });
});

describe('faults', () => {
  test.each([
    ['401', { status: 'ERROR', request_id: expect.any(String), error: 'Unknown API Key' }],
    [
      '403',
      {
        status: 'NOT_AUTHORIZED',
        request_id: expect.any(String),
        message: expect.stringMatching(/^You are not entitled to this data\./),
      },
    ],
    [
      '429',
      {
        status: 'ERROR',
        request_id: expect.any(String),
        error: expect.stringMatching(/^You've exceeded the maximum requests per minute,/),
      },
    ],
    ['500', { status: 'ERROR', request_id: expect.any(String), error: expect.any(String) }],
  ] as const)('%s hits so many requests', async (fault, body) => {
    const { vendor } = await fixture.vendor();
    vendor.restFaults.plan(fault, { times: 2 });
    const address = range('AAPL', OPEN, at(1));
    const answers = [await get(vendor, address), await get(vendor, address), await get(vendor, address)];
    expect(answers.map(({ status }) => status)).toEqual([Number(fault), Number(fault), 200]);
    expect(answers[0]?.body).toEqual(body);
    expect(vendor.seen.requests).toBe(3);
  });

  test('last so long in event time, and only for some paths if told so', async () => {
    const { vendor, clock } = await fixture.vendor();
    vendor.restFaults.plan('429', { forMs: 60_000, path: '/AAPL/' });
    const status = async (symbol: string) => (await get(vendor, range(symbol, OPEN, at(1)))).status;
    expect([await status('AAPL'), await status('MSFT'), await status('AAPL')]).toEqual([429, 200, 429]);
    clock.set({ now: OPEN + 60_000 });
    expect(await status('AAPL')).toBe(200);
  });

  test('hang until the client gives up', async () => {
    const { vendor } = await fixture.vendor();
    vendor.restFaults.plan('hang');
    const giveUp = new AbortController();
    const hanging = fetch(`${vendor.restUrl}/v1/marketstatus/now`, {
      headers: { authorization: 'Bearer key' },
      signal: giveUp.signal,
    });
    expect((await get(vendor, '/v1/marketstatus/now')).status).toBe(200);
    giveUp.abort(new Error('enough'));
    await expect(hanging).rejects.toThrow('enough');
  });

  test('break a body off in the middle', async () => {
    const { vendor } = await fixture.vendor();
    vendor.restFaults.plan('truncated');
    await expect(get(vendor, '/v1/marketstatus/upcoming')).rejects.toThrow();
    expect((await get(vendor, '/v1/marketstatus/upcoming')).status).toBe(200);
  });

  test('mix up, repeat and swap what pages hold', async () => {
    const { vendor, clock } = await fixture.vendor({ source: busyMarket() });
    clock.set({ now: at(5) + 5_000 });
    const address = `${range('AAPL', OPEN, at(60))}?limit=3`;
    vendor.restFaults.plan('unordered');
    expect((await pages(vendor, address)).map(starts)).toEqual([
      [1, 0, 2],
      [3, 4],
    ]);
    vendor.restFaults.plan('duplicates');
    expect((await pages(vendor, address)).map(starts)).toEqual([
      [0, 0, 1, 1, 2, 2],
      [3, 4],
    ]);
    vendor.restFaults.plan('pages-reversed');
    expect((await pages(vendor, address)).map(starts)).toEqual([
      [2, 3, 4],
      [0, 1],
    ]);
  });
});
