/** The vendor's official JavaScript client, over real sockets, takes the simulated vendor for the real one. */

import { afterEach, describe, expect, test } from '@jest/globals';
import { GetStocksAggregatesTimespanEnum, restClient, websocketClient } from '@massive.com/client-js';
import { SimulatedMarket } from '../../../local/feed/market.ts';
import { Fixture, MINUTE, OPEN } from './fixture.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

describe('the official client', () => {
  test.each([
    ['stocks', 'AM', ['AAPL', 'BRK.B']],
    ['crypto', 'XA', ['BTC-USD', 'DOT-USD']],
    ['futures', 'AM', ['ESZ5', 'ZCZ5']],
  ] as const)(
    'connects, authenticates, subscribes and receives minute bars of %s',
    async (market, topic, symbols) => {
      const source = new SimulatedMarket({ market, symbols: 20, quietest: 50 });
      const { vendor, clock } = await fixture.vendor({ market, source });
      const socket = websocketClient('key', `ws://127.0.0.1:${vendor.port}`)[market]();
      const frames: { ev: string; status?: string; sym?: string; pair?: string }[][] = [];
      const { promise: got, resolve } = Promise.withResolvers<void>();
      socket.onmessage = ({ data }: { data: unknown }) => {
        const frame = JSON.parse(String(data));
        frames.push(frame);
        // As its documentation does: it looks at the first event of a frame and subscribes as soon as it is let in.
        const [{ status }] = frame;
        if (status === 'auth_success')
          socket.send(
            JSON.stringify({
              action: 'subscribe',
              params: symbols.map(symbol => `${topic}.${symbol}`).join(),
            }),
          );
        if (status === 'success') clock.set({ now: OPEN + MINUTE + 5_000 });
        if (frames.flat().filter(({ ev }) => ev === topic).length === 2) resolve();
      };
      await got;
      socket.close();
      const firsts = frames.map(([first]) => first?.status ?? first?.sym ?? first?.pair);
      expect(firsts).toEqual(['connected', 'auth_success', 'success', ...symbols]);
    },
  );

  test('gets aggregates over REST, page after page', async () => {
    const { vendor, clock } = await fixture.vendor();
    clock.set({ now: OPEN + 25 * MINUTE + 5_000 });
    const rest = restClient('key', vendor.restUrl, { pagination: true });
    const query = {
      stocksTicker: 'AAPL',
      multiplier: 1,
      timespan: GetStocksAggregatesTimespanEnum.Minute,
      from: `${OPEN}`,
      to: `${OPEN + 60 * MINUTE}`,
      limit: 10,
    } as const;
    const { results, ticker } = await rest.getStocksAggregates({ ...query, adjusted: false });
    expect(ticker).toBe('AAPL');
    const starts = (results ?? []).map(({ t }) => t).toSorted((a, b) => a - b);
    expect(starts).toEqual(Array.from({ length: 25 }, (_, n) => OPEN + n * MINUTE));
  });

  test('reads market status, holidays and the list of tickers', async () => {
    const { vendor } = await fixture.vendor();
    const rest = restClient('key', vendor.restUrl);
    expect(await rest.getMarketStatus()).toMatchObject({ market: 'open' });
    expect(await rest.getMarketHolidays()).toContainEqual(
      expect.objectContaining({ date: '2025-12-25', status: 'closed' }),
    );
    expect(await rest.listTickers({ limit: 5 })).toMatchObject({ count: 5, status: 'OK' });
  });

  test('is refused with a wrong key', async () => {
    const { vendor } = await fixture.vendor({ key: 'right' });
    const rest = restClient('wrong', vendor.restUrl);
    await expect(rest.getMarketStatus()).rejects.toMatchObject({
      response: { status: 401, data: { error: 'Unknown API Key' } },
    });
    const socket = websocketClient('wrong', `ws://127.0.0.1:${vendor.port}`).stocks();
    const messages: string[] = [];
    socket.onmessage = ({ data }: { data: unknown }) =>
      void messages.push(JSON.parse(String(data))[0].status);
    await new Promise<void>(resolve => {
      socket.onclose = () => resolve();
    });
    expect(messages).toEqual(['connected', 'auth_failed']);
  });
});
