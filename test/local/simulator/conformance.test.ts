/** The vendor's official JavaScript client, over real sockets, takes the simulated vendor for the real one. */

import { afterEach, describe, expect, test } from '@jest/globals';
import {
  AggregatesV1SortEnum,
  GetForexAggregatesTimespanEnum,
  GetFuturesV1ContractsTypeEnum,
  GetIndicesAggregatesTimespanEnum,
  GetStocksAggregatesTimespanEnum,
  ListOptionsContractsContractTypeEnum,
  ListTickersMarketEnum,
  ListTickersOrderEnum,
  ListTickersSortEnum,
  ListTickersTypeEnum,
  restClient,
  websocketClient,
} from '@massive.com/client-js';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { markets } from '../../../runtime/markets/market.ts';
import { ElementTexts } from '../../../runtime/vendor/channels/element-texts.ts';
import { passedOnRows } from '../../../runtime/vendor/channels/table.ts';
import { RestClient } from '../../../runtime/vendor/rest/client.ts';
import { vendorBars } from '../../../runtime/vendor/rest/plain-bars.ts';
import { everyChannel, receiving } from './every-channel.ts';
import { busyMarket, Fixture, MINUTE, OPEN } from './fixture.ts';

const fixture = new Fixture();
afterEach(() => fixture.close());

test('every channel of every market is among those that official clients receive', () => {
  const received = everyChannel.map(([market, , kinds]) => [market, [...kinds].sort()]);
  const rows = markets.map(market => [market, passedOnRows[market].map(({ kind }) => kind).sort()]);
  expect(Object.fromEntries(received)).toEqual(Object.fromEntries(rows));
});

describe('the official client', () => {
  test.each(everyChannel)(
    'of %s receives every channel of a symbol, and Barflow passes on the same texts',
    async (market, symbol, kinds) => {
      const { vendor, clock, passed } = await receiving(fixture, market, symbol, kinds);
      const socket = websocketClient('key', `ws://127.0.0.1:${vendor.port}`)[market]();
      const statuses: string[] = [];
      const texts: string[] = [];
      const acknowledged: string[] = [];
      const { promise: got, resolve } = Promise.withResolvers<void>();
      socket.onmessage = ({ data }: { data: unknown }) => {
        const frame: { ev: string; status: string; message: string }[] = JSON.parse(String(data));
        const elements = new ElementTexts(String(data));
        // As its documentation does: it looks at the first event of a frame and subscribes as soon as it is let in.
        const [{ status = undefined } = {}] = frame;
        if (status !== undefined) statuses.push(status);
        if (status === 'auth_success')
          socket.send(
            JSON.stringify({ action: 'subscribe', params: kinds.map(kind => `${kind}.${symbol}`).join() }),
          );
        for (const [n, { ev, message }] of frame.entries())
          if (ev !== 'status') texts.push(elements.at(n));
          else if (message.startsWith('subscribed')) acknowledged.push(message);
        if (status === 'success') clock.set({ now: OPEN + MINUTE + 5_000 });
        if (texts.length >= kinds.length) resolve();
      };
      await got;
      socket.close();
      expect(statuses).toEqual(['connected', 'auth_success', 'success']);
      expect(acknowledged).toEqual(kinds.map(kind => `subscribed to: ${kind}.${symbol}`));
      const events = await passed();
      expect(events.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
      expect(events.map(({ text }) => text).sort()).toEqual(texts.sort());
      for (const event of events) {
        expect(event).toMatchObject({ symbol, topic: `${event.kind}.${symbol}` });
        expect(event.ts >= OPEN && event.ts < OPEN + MINUTE).toBe(true);
      }
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

  test('finds tickers by every filter that it has', async () => {
    const { vendor } = await fixture.vendor();
    const rest = restClient('key', vendor.restUrl);
    const found = async (query: Parameters<typeof rest.listTickers>[0]) =>
      ((await rest.listTickers(query)).results ?? []).map(({ ticker }) => ticker);
    const all = await found({});
    expect(all).toEqual(busyMarket().symbols.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(await found({ ticker: 'MSFT' })).toEqual(['MSFT']);
    expect(await found({ tickerGte: 'AAPL', tickerLt: 'AMZN' })).toEqual(['AAPL', 'AMD']);
    expect(await found({ tickerGt: 'AAPL', tickerLte: 'AMZN' })).toEqual(['AMD', 'AMZN']);
    expect(await found({ search: 'msf' })).toEqual(['MSFT']);
    expect(await found({ type: ListTickersTypeEnum.Etf })).toEqual(['SPY']);
    expect(await found({ market: ListTickersMarketEnum.Crypto })).toEqual([]);
    expect(await found({ active: false })).toEqual([]);
    expect(
      await found({ order: ListTickersOrderEnum.Desc, sort: ListTickersSortEnum.Ticker, limit: 2 }),
    ).toEqual(all.toReversed().slice(0, 2));
  });

  test('follows the pages of a search with its filters', async () => {
    const { vendor } = await fixture.vendor();
    const rest = restClient('key', vendor.restUrl, { pagination: true });
    const { results = [] } = await rest.listTickers({ search: 'a', tickerGt: 'AAPL', limit: 2 });
    const wanted = busyMarket().symbols.filter(symbol => symbol > 'AAPL');
    expect(results.map(({ ticker }) => ticker).sort()).toEqual(wanted.toSorted());
  });

  test('gets index bars without volume, currency bars under their ticker, and contracts of options', async () => {
    const [asked, key] = [{ multiplier: 1, from: `${OPEN}`, to: `${OPEN + MINUTE - 1}` }, 'key'];
    const started = async (market: 'indices' | 'forex' | 'options') => {
      const source = new SimulatedMarket({ market, symbols: 3, quietest: 50 });
      const { vendor, clock } = await fixture.vendor({ market, source });
      clock.set({ now: OPEN + 2 * MINUTE });
      const client = new RestClient({
        ...{ url: vendor.restUrl, apiKey: key, budget: { perSecond: 100, atOnce: 1 } },
      });
      const { signal } = new AbortController();
      const at = OPEN + 60 * MINUTE;
      const ours = (symbol: string) =>
        vendorBars(client, { market, symbol, minutes: 1, from: OPEN, to: OPEN + MINUTE, at }, signal);
      return { rest: restClient(key, vendor.restUrl), ours, client };
    };
    const indices = await started('indices');
    const { results = [] } = await indices.rest.getIndicesAggregates({
      ...{ indicesTicker: 'I:SPX', timespan: GetIndicesAggregatesTimespanEnum.Minute, ...asked },
    });
    expect(results).toEqual([expect.objectContaining({ t: OPEN })]);
    expect(results[0]).not.toHaveProperty('v');
    expect(await indices.ours('I:SPX')).toMatchObject([{ start: OPEN, volume: 0 }]);
    const forex = await started('forex');
    const pairs = await forex.rest.getForexAggregates({
      ...{ forexTicker: 'C:EURUSD', timespan: GetForexAggregatesTimespanEnum.Minute, ...asked },
    });
    expect(pairs).toMatchObject({ ticker: 'C:EURUSD', resultsCount: 1 });
    expect(await forex.ours('EUR/USD')).toMatchObject([{ start: OPEN, close: pairs.results?.[0]?.c }]);
    const options = await started('options');
    const { results: contracts = [] } = await options.rest.listOptionsContracts({
      contractType: ListOptionsContractsContractTypeEnum.Put,
    });
    expect(contracts).toMatchObject([
      { ticker: 'O:SPY251219P00650000', underlying_ticker: 'SPY', strike_price: 650 },
    ]);
    expect(await options.ours('O:SPY251219P00650000')).toHaveLength(1);
    for (const { client } of [indices, forex, options]) client[Symbol.dispose]();
  });

  describe('for futures', () => {
    const source = new SimulatedMarket({ market: 'futures', symbols: 3, quietest: 400 });

    test('gets aggregates, the latest ones or those of a range, page after page', async () => {
      const { vendor, clock } = await fixture.vendor({ market: 'futures', source });
      clock.set({ now: OPEN + 25 * MINUTE + 5_000 });
      const rest = restClient('key', vendor.restUrl, { pagination: true });
      const ns = (minute: number) => `${OPEN + minute * MINUTE}000000`;
      const { results } = await rest.aggregatesV1({
        ...{ ticker: 'ESZ5', resolution: '1min', limit: 10, sort: AggregatesV1SortEnum.WindowStartAsc },
        ...{ windowStartGte: ns(0), windowStartLt: ns(25) },
      });
      results.sort((a, b) => a.window_start - b.window_start);
      expect(results.map(row => row.window_start)).toEqual(
        Array.from({ length: 25 }, (_, n) => (OPEN + n * MINUTE) * 1e6),
      );
      const [truth] = source.history('ESZ5', OPEN, OPEN + MINUTE, OPEN + 25 * MINUTE);
      expect(results[0]).toMatchObject({
        ...{ ticker: 'ESZ5', open: truth?.open, high: truth?.high, low: truth?.low, close: truth?.close },
        ...{ volume: Number(truth?.volume), transactions: truth?.trades, session_end_date: '2025-11-20' },
      });
      const once = restClient('key', vendor.restUrl);
      const latest = await once.aggregatesV1({ ticker: 'ESZ5', resolution: '1min', limit: 2 });
      expect(latest.results.map(row => row.window_start / 1e6)).toEqual([
        OPEN + 24 * MINUTE,
        OPEN + 23 * MINUTE,
      ]);
      const session = await once.aggregatesV1({ ticker: 'ESZ5', resolution: '1session', limit: 1 });
      expect(session.results[0]?.window_start).toBe(Date.parse('2025-11-19T23:00:00Z') * 1e6);
    });

    test('gets contracts, products, exchanges, schedules and the market’s state', async () => {
      const { vendor } = await fixture.vendor({ market: 'futures', source });
      const rest = restClient('key', vendor.restUrl);
      const contracts = async (query: Parameters<typeof rest.getFuturesV1Contracts>[0]) =>
        (await rest.getFuturesV1Contracts(query)).results.map(({ ticker }) => ticker);
      expect(await contracts({ active: true, limit: 10 })).toEqual(['CLZ5', 'ESZ5', 'NQZ5']);
      expect(await contracts({ productCode: 'ES' })).toEqual(['ESZ5']);
      expect(await contracts({ type: GetFuturesV1ContractsTypeEnum.Combo })).toEqual([]);
      expect(await contracts({ tickerAnyOf: 'NQZ5,CLZ5', sort: 'ticker.desc' })).toEqual(['NQZ5', 'CLZ5']);
      const { results: products } = await rest.getFuturesV1Products({ productCode: 'CL' });
      expect(products).toMatchObject([{ product_code: 'CL' }]);
      const { results: states } = await rest.getFuturesV1MarketStatus({ productCode: 'ES' });
      expect(states).toMatchObject([{ product_code: 'ES', market_event: 'open' }]);
      const { results: events } = await rest.getFuturesV1Schedules({ productCode: 'ES' });
      expect(events).toContainEqual(
        expect.objectContaining({ event: 'close', timestamp: '2025-11-20T22:00:00.000Z' }),
      );
      const { results: exchanges } = await rest.getFuturesV1Exchanges({});
      expect(exchanges).toMatchObject([{ mic: 'XCME' }]);
    });

    test('is told that its plan has neither trades nor quotes', async () => {
      const { vendor } = await fixture.vendor({ market: 'futures', source });
      const rest = restClient('key', vendor.restUrl);
      for (const asked of [
        rest.getFuturesV1TradesTicker({ ticker: 'ESZ5' }),
        rest.getFuturesV1QuotesTicker({ ticker: 'ESZ5' }),
        rest.getFuturesV1Snapshot({}),
      ])
        await expect(asked).rejects.toMatchObject({ response: { status: 403 } });
    });

    test('is refused what does not exist, in the vendor’s words', async () => {
      const { vendor } = await fixture.vendor({ market: 'futures', source });
      const rest = restClient('key', vendor.restUrl);
      await expect(rest.aggregatesV1({ ticker: 'ESZ5', resolution: '90min' })).rejects.toMatchObject({
        response: { status: 400, data: { error: expect.stringContaining('use 1min to 59min') } },
      });
      for (const windowStart of ['soon', '2025-02-30'])
        await expect(rest.aggregatesV1({ ticker: 'ESZ5', windowStart })).rejects.toMatchObject({
          response: {
            status: 400,
            data: { error: expect.stringContaining('use YYYY-MM-DD or nanoseconds') },
          },
        });
    });
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
