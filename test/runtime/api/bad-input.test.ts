/** What the API makes of questions that nobody should ask: each is refused with what was got and what is allowed, and nothing of how it is made leaks. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeRolledBar } from '../../../runtime/records/decode.ts';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';
import { AskedApi } from './support/asked.ts';

const OPEN = Date.parse('2025-11-20T14:30:00Z');
const bars = '/v1/bars?symbols=AAPL&timeframe=5m';
let api: AskedApi;

beforeAll(async () => {
  const rollup = new RollupOnTwins();
  const minutes = Array.from({ length: 10 }, (_, index) => minuteBar(OPEN + index * 60_000));
  await rollup.deliver(...minutes, '2025-11-20T14:40:00Z');
  api = await AskedApi.start();
  await api.put('state', rollup.log());
  await api.store(
    rollup.texts().flatMap(text => {
      const bar = decodeRolledBar(text);
      return 'type' in bar ? [] : [bar, { ...bar, symbol: 'APPL.U' }, { ...bar, symbol: 'MSFT' }];
    }),
  );
});

afterAll(() => api[Symbol.asyncDispose]());

interface Told {
  readonly status: number;
  readonly detail: string;
  readonly parameter?: string;
  readonly nearest?: readonly string[];
}

async function problemOf(address: string, asking = {}): Promise<Told> {
  const { status, body, headers } = await api.ask(address, asking);
  expect(headers['content-type']).toBe('application/problem+json');
  const told: Told = JSON.parse(body);
  expect(told.status).toBe(status);
  // Neither a stack, nor a path, nor the name of a table, a class or a service.
  expect(body).not.toMatch(/at .*:\d+|node:|\/runtime\/|Dynamo|state|ValiError|Error\b/);
  return told;
}

describe('refused with the parameter, what was got and what is allowed:', () => {
  test.each<[string, string, string | undefined, RegExp]>([
    ['no symbols', '/v1/bars?timeframe=5m', 'symbols', /symbols is missing: use 1 to 50 symbols/],
    ['an empty list', '/v1/bars?symbols=&timeframe=5m', 'symbols', /symbols is missing/],
    ['an empty symbol', '/v1/bars?symbols=AAPL,,MSFT&timeframe=5m', 'symbols', /use 1 to 50 symbols/],
    ['a symbol with a space', '/v1/bars?symbols=A+B&timeframe=5m', 'symbols', /"A B"/],
    ['a symbol beyond ASCII', '/v1/bars?symbols=%F0%9F%90%82&timeframe=5m', 'symbols', /"\\ud83d/],
    ['what is not UTF-8', '/v1/bars?symbols=%FF%FE&timeframe=5m', 'symbols', /use 1 to 50 symbols/],
    [
      'too many symbols',
      `/v1/bars?symbols=${Array.from({ length: 51 }, (_, i) => `S${i}`)}&timeframe=5m`,
      'symbols',
      /use 1 to 50/,
    ],
    ['no timeframe', '/v1/bars?symbols=AAPL', 'timeframe', /timeframe is missing: use one of 1m, 5m/],
    [
      'an unknown timeframe',
      '/v1/bars?symbols=AAPL&timeframe=2m',
      'timeframe',
      /timeframe is "2m": use one of 1m, 5m/,
    ],
    [
      'times backwards',
      `${bars}&from=2025-11-20T16:00:00Z&to=2025-11-20T15:00:00Z`,
      'to',
      /use an instant after from, 2025-11-20T16/,
    ],
    [
      'seconds in place of milliseconds',
      `${bars}&from=1763649000`,
      'from',
      /epoch milliseconds, which have 12 or 13 digits/,
    ],
    ['no time between', `${bars}&from=1763649000000&to=1763649000000`, 'to', /use an instant after from/],
    [
      'a day of no calendar',
      `${bars}&from=2025-02-30T00:00:00Z`,
      'from',
      /"2025-02-30T00:00:00Z": use ISO 8601/,
    ],
    ['a time without a zone', `${bars}&from=2025-11-20T15:00:00`, 'from', /use ISO 8601 with a zone/],
    ['nanoseconds', `${bars}&to=1763649000000000000`, 'to', /epoch milliseconds/],
    ['limit 0', `${bars}&limit=0`, 'limit', /use a whole number from 1 to 10000/],
    ['a limit over the most', `${bars}&limit=10001`, 'limit', /use a whole number from 1 to 10000/],
    ['a limit in words', `${bars}&limit=1e3`, 'limit', /use a whole number from 1 to 10000/],
    [
      'more than the most together',
      '/v1/bars?symbols=A,B,C&timeframe=5m&limit=3334',
      'limit',
      /at most 3333 for 3 symbols/,
    ],
    ['another order', `${bars}&order=random`, 'order', /use asc or desc/],
    ['another truth', `${bars}&open=yes`, 'open', /use true or false/],
    ['another form', `${bars}&format=xml`, 'format', /use json or csv/],
    ['another feed', `${bars}&feed=prod`, 'feed', /feed is "prod": use stocks/],
    ['what is given twice', `${bars}&timeframe=15m`, 'timeframe', /give it once/],
    ['a prefix with a space', '/v1/symbols?prefix=A%20', 'prefix', /first characters of a symbol/],
    [
      'a header in a value',
      '/v1/bars?symbols=AAPL%0d%0aSet-Cookie:%20a=b&timeframe=5m',
      'symbols',
      /AAPL\\r\\nSet-Cookie/,
    ],
    [
      'an unknown feature',
      '/v1/features?symbols=AAPL&names=intraday_vwap,intraday_macd',
      'names',
      /intraday_macd": use some of intraday_vwap, intraday_rsi_14/,
    ],
    ['a feature without its name', '/v1/features?symbols=AAPL&names=,', 'names', /use some of/],
    ['more features than there may be', '/v1/features?symbols=A,B&limit=5001', 'limit', /at most 5000 for 2/],
    [
      'features of longer bars',
      '/v1/features?symbols=AAPL&timeframe=5m',
      undefined,
      /no parameter "timeframe"/,
    ],
    ['a script in a value', '/v1/bars?symbols=AAPL&timeframe=%3Cscript%3E', 'timeframe', /"<script>"/],
  ])('%s', async (_, address, parameter, detail) => {
    expect(await problemOf(address)).toMatchObject({
      ...{ status: 400, ...(parameter !== undefined && { parameter }) },
      detail: expect.stringMatching(detail),
    });
  });

  test('10,000 symbols, however short', async () => {
    const symbols = Array.from({ length: 10_000 }, (_, index) => `S${index}`).join(',');
    expect(await problemOf(`/v1/bars?symbols=${symbols}&timeframe=5m`)).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^the query has \d+ characters: use at most 8000$/),
    });
  });

  test('a parameter that there is not, with those that there are', async () => {
    expect(await problemOf(`${bars}&timefram=5m`)).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^there is no parameter "timefram": use symbols, timeframe, from/),
    });
    expect((await problemOf('/v1/status?feed=stocks')).detail).toMatch(/this route takes none/);
  });

  test('a body', async () => {
    const detail = 'the request has a body: ask by path and query alone';
    expect(await problemOf(bars, { body: '{}' })).toMatchObject({ status: 400, detail });
  });
});

describe('a cursor', () => {
  const question = `${bars}&limit=1`;
  const next = async () => (await api.json<{ nextCursor: string }>(question)).nextCursor;

  test('leads on, in whatever form the pages are', async () => {
    const page = await api.json<{ bars: { AAPL: readonly unknown[] } }>(`${question}&cursor=${await next()}`);
    expect(page.bars.AAPL).toHaveLength(1);
    expect((await api.ask(`${question}&cursor=${await next()}&format=csv`)).status).toBe(200);
  });

  test.each([
    ['of other symbols', '/v1/bars?symbols=MSFT&timeframe=5m&limit=1'],
    ['of another timeframe', '/v1/bars?symbols=AAPL&timeframe=15m&limit=1'],
    ['of another order', `${question}&order=desc`],
    ['of another page size', `${bars}&limit=2`],
    ['of another range', `${question}&from=1763649000000`],
    ['of a question that has the open window', `${question}&open=true`],
    ['of another route', '/v1/symbols?limit=1'],
  ])('%s is refused', async (_, address) => {
    expect(await problemOf(`${address}&cursor=${await next()}`)).toMatchObject({
      ...{ status: 400, parameter: 'cursor' },
      detail: expect.stringMatching(/use the nextCursor of an answer to the same question/),
    });
  });

  test('that was forged is refused', async () => {
    const [digest] = JSON.parse(Buffer.from(await next(), 'base64url').toString());
    const forged = [
      ...[[], [digest], [digest, []], [digest, [-1]], [digest, [1.5]], [digest, [1e300]], [digest, ['1']]],
      ...[[digest, [1, 2]], [digest, [1], 3], ['x', [1]], { 0: digest, 1: [1] }, null, digest],
    ].map(content => Buffer.from(JSON.stringify(content)).toString('base64url'));
    for (const cursor of [...forged, 'x', '%00', '../../etc/passwd', '{}', 'A'.repeat(4_001)])
      expect(await problemOf(`${question}&cursor=${cursor}`)).toMatchObject({
        status: 400,
        parameter: 'cursor',
      });
  });
});

describe('a symbol that nobody has ever seen', () => {
  test('is not there, with those that are spelled nearly so', async () => {
    expect(await problemOf('/v1/bars?symbols=AAPPL&timeframe=5m')).toMatchObject({
      ...{ status: 404, parameter: 'symbols', nearest: ['AAPL'] },
      detail: 'feed \'stocks\' has no symbol "AAPPL": did you mean AAPL?',
    });
    expect((await problemOf('/v1/bars?symbols=aapl&timeframe=1m')).nearest).toEqual(['AAPL']);
    expect((await problemOf('/v1/latest?symbols=ZZZZ')).detail).toMatch(/GET \/v1\/symbols lists all/);
  });

  test.each([
    '__proto__',
    'constructor',
    'toString',
    '"',
    "'; DROP TABLE bars; --".replaceAll(' ', ''),
    '<script>',
    'A%2FB',
    '..%2F..',
    '%25',
  ])('called %s is none either, and among others has an empty list', async symbol => {
    const name = decodeURIComponent(symbol);
    expect(await problemOf(`/v1/bars?symbols=${symbol}&timeframe=5m`)).toMatchObject({ status: 404 });
    const answer = await api.json<{ bars: object }>(`/v1/bars?symbols=AAPL,${symbol}&timeframe=5m`);
    expect(Object.entries(answer.bars).map(([key, { length }]) => [key, length])).toEqual([
      ['AAPL', 2],
      [name, 0],
    ]);
    const { latest } = await api.json<{ latest: object }>(`/v1/latest?symbols=AAPL,${symbol}`);
    expect(Object.keys(latest)).toEqual(['AAPL', name]);
  });

  test('is another thing than a known one without bars in the range', async () => {
    expect(await api.json(`${bars}&from=2030-01-01T00:00:00Z`)).toMatchObject({ bars: { AAPL: [] } });
  });
});

describe('what is not there', () => {
  test.each([
    '/',
    '/v1',
    '/v1/bars/',
    '/v1/bars%2FAAPL',
    '/v1/Bars',
    '/v1/../bars',
    '/constructor',
    '/v1/trades',
  ])('%s is no route', async path => {
    expect(await problemOf(path)).toMatchObject({
      status: 404,
      detail: expect.stringMatching(/use GET \/v1\/bars/),
    });
  });

  test.each(['bars', '__proto__', '..%2F..%2Fpackage.json', 'bar.schema.json%2F'])(
    '%s is no schema',
    async name => {
      expect(await problemOf(`/v1/schemas/${name}`)).toMatchObject({
        ...{ status: 404, parameter: 'name' },
        detail: expect.stringMatching(/use minute-bar\.schema\.json, bar\.schema\.json/),
      });
    },
  );
});

describe('a range of minutes', () => {
  test('that begins before the log is refused with where the older ones are', async () => {
    const told = await problemOf('/v1/bars?symbols=AAPL&timeframe=1m&from=2025-11-01T00:00:00Z');
    expect(told).toMatchObject({ status: 400, parameter: 'from' });
    expect(told.detail).toMatch(
      /reach back 8 days, to 2025-11-12T21:00:00.000Z now; older ones are in the archive/,
    );
  });

  test('that begins where the log does is answered, however long ago that was', async () => {
    const at = Date.parse('2026-06-01T00:00:00Z');
    const from = '2025-11-20T13:00:00Z';
    api.wall = OPEN;
    const { bars: got } = await api.json<{ bars: { AAPL: readonly unknown[] } }>(
      `/v1/bars?symbols=AAPL&timeframe=1m&from=${from}`,
      { at },
    );
    expect(got.AAPL).toHaveLength(10);
  });

  test('is empty, and refused, once the log has expired, though the table still has a part of it', async () => {
    const wall = api.wall;
    api.wall = Date.parse('2026-06-01T00:00:00Z');
    api.startCold();
    const address = '/v1/bars?symbols=AAPL&timeframe=1m';
    expect(await api.json(address)).toMatchObject({ bars: { AAPL: [] } });
    expect((await problemOf(`${address}&from=2025-11-20T13:00:00Z`, { at: api.wall })).detail).toMatch(
      /archive/,
    );
    api.wall = wall;
    api.startCold();
  });
});

describe('where the service fails', () => {
  test('the answer says no more than that, and the log tells the rest', async () => {
    api.startCold([{ barsTable: 'a-table-that-is-gone' }]);
    const { detail, status } = await problemOf(bars);
    expect([status, detail]).toEqual([500, 'the answer could not be made: ask again']);
    expect(JSON.stringify(api.errors)).toContain('request-1');
    api.startCold();
  });

  test('for want of room in the tables, the answer says when to ask again', async () => {
    const name = 'full';
    api.client.middlewareStack.add(
      () => () =>
        Promise.reject(Object.assign(new Error('slow down, state'), { name: 'ThrottlingException' })),
      { step: 'initialize', name },
    );
    const { status, headers, body } = await api.ask(bars);
    expect([status, headers['retry-after'], headers['cache-control']]).toEqual([429, '1', 'no-cache']);
    expect(body).toContain(
      '"detail":"the tables have no room for more questions now: ask again in a second"',
    );
    expect(body).not.toMatch(/state|slow down|Throttling/);
    api.client.middlewareStack.remove(name);
    expect((await api.ask(bars)).status).toBe(200);
  });

  test('a feed must be named where there are several, and another one’s tables are not told', async () => {
    api.startCold([{}, { feed: 'crypto', market: 'crypto' }]);
    expect((await problemOf(bars)).detail).toBe('feed is missing: use stocks or crypto');
    expect((await api.ask(`${bars}&feed=stocks`)).status).toBe(200);
    api.startCold();
  });
});
