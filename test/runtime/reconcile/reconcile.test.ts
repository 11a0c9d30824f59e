/** A day's bars, as the roll-up's log has them, beside a vendor that answers over HTTP. */
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { endedDay, reconcile } from '../../../runtime/reconcile/reconcile.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { encodeBody } from '../../../runtime/tables/chunks/chunk-body.ts';
import { ChunkLog } from '../../../runtime/tables/chunks/chunk-log.ts';
import { RestClient } from '../../../runtime/vendor/rest/client.ts';
import { TwinDynamoDb } from '../../support/twin-dynamodb.ts';

const OPEN = Date.parse('2025-11-20T14:30:00Z');
const EVENING = Date.parse('2025-11-21T01:30:00Z');
const HOUR = 60 * MINUTE;
const windows = new Windows(calendarOf('stocks'), 'clock');
const signal = new AbortController().signal;
const prices = (index: number) => ({ open: 10 + index, high: 12 + index, low: 9 + index, close: 11 + index });
const servers: Server[] = [];
const clients: RestClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client[Symbol.dispose]();
  for (const server of servers.splice(0)) server.close();
});

/** A log with ten minutes of AAPL from the open on; the fifth is marked uncovered where `blind` says so. */
async function logOf({ blind = false } = {}): Promise<ChunkLog> {
  const log = new ChunkLog(new TwinDynamoDb().client(), 'state');
  const { start: blockStart } = windows.blockOf(OPEN);
  const minutes = Array.from({ length: 10 }, (_, index) => ({
    symbol: 'AAPL',
    start: OPEN + index * MINUTE,
    version: index + 1,
    volume: '100',
    ...prices(index),
  })).filter((_, index) => !blind || index !== 4);
  const marks = blind ? [{ minute: OPEN + 4 * MINUTE, covered: false, version: 1 }] : [];
  const place = { slot: slotOf('AAPL'), blockStart, n: 0, first: 1n, last: 9n, slotThrough: 0, expires: 9e9 };
  await log.append({ ...place, body: encodeBody({ minutes, marks }, blockStart) }, signal);
  return log;
}

/** The same ten minutes as the vendor has them, folded to whatever length is asked for. */
function vendorAnswer(url: string, change: (close: number) => number): object {
  const [, length = 1] = /range\/(\d+)\/minute/.exec(url)?.map(Number) ?? [];
  const results = [];
  for (let index = 0; index < 10; index += length) {
    const last = Math.min(index + length, 10) - 1;
    const start = Math.floor((OPEN + index * MINUTE) / (length * MINUTE)) * length * MINUTE;
    const [from, to] = [prices(index), prices(last)];
    const count = last - index + 1;
    results.push({ t: start, o: from.open, h: to.high, l: from.low, c: change(to.close), v: count * 100 });
  }
  return { status: 'OK', ticker: 'AAPL', resultsCount: results.length, results };
}

async function restOf(answer: (url: string) => { status: number; body: string }): Promise<RestClient> {
  const server = createServer((request, response) => {
    const { status, body } = answer(request.url ?? '');
    response.writeHead(request.headers.authorization === 'Bearer top-secret' ? status : 401).end(body);
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const tries = { attempts: 3, backoff: { first: 1, longest: 1 } };
  const client = new RestClient({
    ...{ url: `http://127.0.0.1:${port}`, apiKey: 'top-secret' },
    ...{ budget: { perSecond: 1_000, atOnce: 1 }, failed: tries, busy: tries },
  });
  clients.push(client);
  return client;
}

const withCloses = (change: (close: number) => number) =>
  restOf(url => ({ status: 200, body: JSON.stringify(vendorAnswer(url, change)) }));

async function run(rest: RestClient, log: ChunkLog, at = EVENING) {
  const day = endedDay(windows.calendar, at);
  return day && reconcile({ market: 'stocks', windows, symbols: ['AAPL'], log, rest }, day, at, signal);
}

describe('the comparison of a day', () => {
  test('finds nothing where minutes, 5m and hour bars agree', async () => {
    const report = await run(await withCloses(close => close), await logOf());
    expect(report).toEqual({
      date: '2025-11-20',
      symbols: ['AAPL'],
      compared: 10 + 2 + 1,
      uncovered: 0,
      mismatches: [],
    });
  });

  test('names every bar that differs', async () => {
    const report = await run(await withCloses(close => (close === 20 ? 21 : close)), await logOf());
    expect(report?.mismatches.map(({ minutes, what }) => [minutes, what])).toEqual([
      [1, 'close: ours 20, theirs 21'],
      [5, 'close: ours 20, theirs 21'],
      [60, 'close: ours 20, theirs 21'],
    ]);
  });

  test('leaves out what is marked as uncovered', async () => {
    const report = await run(await withCloses(close => close), await logOf({ blind: true }));
    expect(report).toMatchObject({ compared: 9 + 1, uncovered: 3, mismatches: [] });
  });

  test('is not made on a day without a session', async () => {
    const saturday = Date.parse('2025-11-22T17:00:00Z');
    expect(await run(await withCloses(close => close), await logOf(), saturday)).toBeUndefined();
  });
});

test.each([
  ['stocks', '2025-11-21T01:30:00Z', '2025-11-20'],
  ['futures', '2025-11-20T22:30:00Z', '2025-11-20'],
  ['crypto', '2025-11-21T00:30:00Z', '2025-11-20'],
] as const)(
  'of %s the day that is compared is the same for six hours, whatever the delay',
  (market, first, date) => {
    const { calendar } = new Windows(calendarOf(market), 'clock');
    for (let hour = 0; hour <= 6; hour++)
      for (const delay of [0, 15, 60])
        expect(endedDay(calendar, Date.parse(first) + hour * HOUR - delay * MINUTE)?.date).toBe(date);
  },
);

/** A page with one bar, changed as a test needs it. */
function withBar(changes: object): string {
  return JSON.stringify({
    status: 'OK',
    ticker: 'AAPL',
    results: [{ t: OPEN, o: 10, h: 12, l: 9, c: 11, v: 100, ...changes }],
  });
}

describe('a vendor that does not answer is no mismatch', () => {
  test('when it refuses the key, at once', async () => {
    let asked = 0;
    const rest = await restOf(() => ({ status: 403, body: `${++asked} not entitled` }));
    await expect(run(rest, await logOf())).rejects.toThrow(
      /has no answer: the vendor's REST refuses the key: 403 1 not entitled/,
    );
    expect(asked).toBe(1);
  });

  test('when it stays down, after the attempts it is given', async () => {
    let asked = 0;
    const rest = await restOf(() => ({ status: 503, body: String(++asked) }));
    await expect(run(rest, await logOf())).rejects.toThrow(/has no answer: 503/);
    expect(asked).toBe(3);
  });

  test.each([
    [
      '{"status":"OK","ticker":"AAPL","results":[{"t":"soon"}]}',
      'results.0.t: Invalid type: Expected number but received "soon"',
    ],
    ['{"status":"OK","results":{}}', 'results: Invalid type: Expected Array but received Object'],
    ['[]', 'status: Invalid key: Expected "status" but received undefined'],
    ['{"status":"ERROR"}', 'status is ERROR: use OK or DELAYED'],
    ['{"status":"OK","ticker":"AAPL"}', 'it has no rows and does not say that there are none'],
    ['{"status":"OK","ticker":"MSFT","resultsCount":0}', 'it is of MSFT, not of AAPL'],
    ['{"status":"OK","ticker":"AAPL","resultsCount":2,"results":[]}', 'it has 0 rows and counts 2'],
    [withBar({ h: 8 }), 'results.0: prices beyond high and low'],
    [withBar({ v: -1 }), 'results.0.v: Invalid value: Expected >=0 but received -1'],
    ['<html>', 'it is not JSON'],
  ])('when it answers nonsense, which one line names with the remedy: %s', async (body, fault) => {
    const rest = await restOf(() => ({ status: 200, body }));
    const error: Error = await run(rest, await logOf()).then(
      () => new Error('it was no nonsense'),
      reason => reason,
    );
    expect(error.message).toContain(`/v2/aggs/ticker/AAPL/range/1/minute/`);
    expect(error.message).toContain(` answers nonsense: ${fault}`);
    expect(error.message).toMatch(/; see what the vendor changed$/);
    expect(error.stack).toBe(`RestUnavailable: ${error.message}`);
    expect(error.stack?.split('\n')).toHaveLength(1);
  });

  test('when its pages lead in a circle', async () => {
    const rest = await restOf(() => ({
      status: 200,
      body: '{"status":"OK","ticker":"AAPL","results":[],"next_url":"/v2/again"}',
    }));
    await expect(run(rest, await logOf())).rejects.toThrow('its pages lead in a circle');
  });

  test('when it sends us to another host, where the key does not go', async () => {
    const rest = await restOf(() => ({
      status: 200,
      body: '{"status":"OK","ticker":"AAPL","results":[],"next_url":"http://elsewhere.example/v2"}',
    }));
    await expect(run(rest, await logOf())).rejects.toThrow(/the key is sent nowhere else/);
  });
});
