/** Prices and features over a query API: all pages of all symbols, to the last digit, and the API's own words where it refuses. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ApiError, type ApiOptions, getIntradayFeatures, getIntradayPrices } from '../../../kit/api/index.ts';
import { barText } from '../../../kit/index.ts';
import type { AskedApi } from '../../runtime/api/support/asked.ts';
import { rolledApi } from '../../runtime/api/support/rolled-api.ts';
import { Random } from '../../support/random.ts';
import { OPEN, type RolledMarket, SYMBOLS, THROUGH } from '../../support/rolled-market.ts';

let api: AskedApi;
let market: RolledMarket;
let server: Server;
let options: ApiOptions;
let questions: URL[];
/** What is answered before the API is asked. */
let failures: { readonly status: number; readonly body: string }[];

beforeAll(async () => {
  ({ api, market } = await rolledApi(new Random(8)));
  server = createServer(async ({ url = '' }, response) => {
    questions.push(new URL(url, 'http://h'));
    const failure = failures.shift();
    // Small pages, so that there are many.
    const { status, body } = failure ?? (await api.ask(`${url}&limit=9`));
    response.writeHead(status).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  options = { endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` };
});
beforeEach(() => {
  questions = [];
  failures = [];
});
afterAll(async () => {
  await new Promise(resolve => server.close(resolve));
  await api[Symbol.asyncDispose]();
});

test('prices are every finished bar of the range, byte for byte as the stream has it', async () => {
  const prices = await getIntradayPrices(SYMBOLS, OPEN, THROUGH, { ...options, timeframe: '5m' });
  const texts = [...prices.values()].flatMap(bars =>
    bars.flatMap(bar => (bar.timeframe === '1m' ? [] : [barText(bar)])),
  );
  const wanted = [...market.texts.values()].filter(text => {
    const { timeframe, start, final } = JSON.parse(text);
    return timeframe === '5m' && start >= OPEN && final;
  });
  expect(texts.toSorted()).toEqual(wanted.toSorted());
  expect([...prices.keys()]).toEqual(SYMBOLS);
  expect(questions.length).toBeGreaterThan(3);
  for (const bars of prices.values())
    expect(bars.map(({ start }) => start)).toEqual(bars.map(({ start }) => start).toSorted((a, b) => a - b));
});

test('prices of minutes are what the minutes say', async () => {
  const prices = await getIntradayPrices(['AAPL', 'A"B'], new Date(OPEN), new Date(THROUGH), options);
  const told = [...prices.values()]
    .flat()
    .map(({ symbol, start, close, volume }) => ({ symbol, start, close, volume }));
  const wanted = market.minutes
    .filter(({ symbol, start }) => ['AAPL', 'A"B'].includes(symbol) && start < THROUGH)
    .map(({ symbol, start, close, volume }) => ({ symbol, start, close, volume }));
  const key = ({ symbol, start }: { symbol: string; start: number }) => `${symbol} ${start}`;
  const sorted = (rows: typeof told) => rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  expect(sorted(told)).toEqual(sorted(wanted));
  expect(told.length).toBeGreaterThan(100);
});

test('features are those that are asked for, of every minute with a bar', async () => {
  const rows = await getIntradayFeatures(['AAPL', 'NOBODY'], OPEN, THROUGH, {
    ...options,
    names: ['intraday_vwap'],
  });
  const minutes = market.minutes.filter(({ symbol, start }) => symbol === 'AAPL' && start < THROUGH);
  expect(rows.get('NOBODY')).toEqual([]);
  expect(rows.get('AAPL')?.map(({ start }) => start)).toEqual(
    minutes.map(({ start }) => start).toSorted((a, b) => a - b),
  );
  expect(rows.get('AAPL')?.[0]).toMatchObject({
    symbol: 'AAPL',
    session: 'regular',
    intraday_vwap: expect.any(Number),
  });
  expect(rows.get('AAPL')?.[0]).not.toHaveProperty('intraday_rsi_14');
});

test('more symbols than a question takes are several questions, and repeated ones are one', async () => {
  const many = Array.from({ length: 60 }, (_, n) => `N${n}`);
  const prices = await getIntradayPrices([...many, ...many], OPEN, THROUGH, options);
  expect(prices.size).toBe(60);
  expect(new Set(questions.map(url => url.searchParams.get('symbols')?.split(',').length))).toEqual(
    new Set([50, 10]),
  );
});

test('what has no room now is asked again, and what is refused is an error with the words of the API', async () => {
  failures.push({ status: 429, body: '{"message":"Too Many Requests"}' }, { status: 503, body: 'none' });
  expect((await getIntradayPrices(['AAPL'], OPEN, THROUGH, { ...options, timeframe: '4h' })).size).toBe(1);
  const refused = getIntradayPrices(['AAPL'], 1, THROUGH, options);
  await expect(refused).rejects.toThrow(ApiError);
  await expect(refused).rejects.toThrow(/^the API refuses \(400\): .*bars of 1m reach back 8 days/);
  await expect(getIntradayPrices(['NOBODY'], OPEN, THROUGH, options)).rejects.toMatchObject({ status: 404 });
});

test('a signal ends it, and nothing more is asked', async () => {
  const ended = new AbortController();
  failures.push({ status: 503, body: 'none' });
  const asked = getIntradayPrices(['AAPL'], OPEN, THROUGH, { ...options, signal: ended.signal });
  while (questions.length === 0) await new Promise(resolve => setImmediate(resolve));
  ended.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  expect(questions).toHaveLength(1);
});
