/** The bars that the simulated vendor's REST tells: of minutes, of longer spans, of coins. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { Fixture, OPEN, replayOf, utc } from './fixture.ts';
import { at, get, pages, range, starts } from './rest-client.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

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
