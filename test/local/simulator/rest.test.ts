/** What else the simulated vendor's REST answers: reference, errors and faults as the real one has them. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import type { RestFault } from '../../../local/simulator/rest-faults.ts';
import { busyMarket, Fixture, OPEN, utc } from './fixture.ts';
import { at, get, pages, range, starts } from './rest-client.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

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
      '/v2/aggs/ticker/A/range/1/minute/2025-02-30/2025-11-20',
      400,
      "from is '2025-02-30': use YYYY-MM-DD or milliseconds since 1970",
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

  test('make of status 200 an answer that proves nothing', async () => {
    const { vendor, clock } = await fixture.vendor({ source: busyMarket() });
    clock.set({ now: at(2) + 5_000 });
    const address = range('AAPL', OPEN, at(60));
    const { body: truth } = await get(vendor, address);
    const spoilt = async (fault: RestFault) => {
      vendor.restFaults.plan(fault);
      const { status, body } = await get<Record<string, unknown>>(vendor, address);
      expect(status).toBe(200);
      return body;
    };
    expect(await spoilt('error')).toMatchObject({ status: 'ERROR' });
    expect(await spoilt('nothing')).toEqual({});
    expect(await spoilt('miscounted')).toMatchObject({ resultsCount: 2, results: truth.results?.slice(1) });
    expect(await spoilt('lacks-last')).toMatchObject({
      resultsCount: 1,
      results: truth.results?.slice(0, 1),
    });
    expect(await spoilt('other-ticker')).toMatchObject({ ticker: 'OTHER', resultsCount: 2 });
    expect(await spoilt('other-ticker')).not.toMatchObject({ results: truth.results });
  });

  test('let it lag behind the socket', async () => {
    const { vendor, clock } = await fixture.vendor({ source: busyMarket() });
    clock.set({ now: at(5) + 5_000 });
    vendor.restFaults.lag = 90_000;
    expect(starts((await get(vendor, range('AAPL', OPEN, at(60)))).body)).toEqual([0, 1, 2]);
    vendor.restFaults.clear();
    expect(starts((await get(vendor, range('AAPL', OPEN, at(60)))).body)).toEqual([0, 1, 2, 3, 4]);
    vendor.restFaults.lag = 90_000;
    expect(starts((await get(vendor, range('AAPL', OPEN, at(60)))).body)).toEqual([0, 1, 2, 3, 4]);
  });
});
