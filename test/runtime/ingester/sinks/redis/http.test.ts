/** The same sink over HTTP, as Upstash is spoken to, before a real Redis server. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Redis } from '@upstash/redis';
import type { RedisOutlet } from '../../../../../runtime/ingester/sinks/redis/redis.ts';
import { processTime } from '../../../../../runtime/platform/time.ts';
import { MemoryLogger } from '../../support/log.ts';
import { bar } from '../../support/records.ts';
import { describeWithRedis, RedisServer } from '../../support/redis-server.ts';
import { fairValueOf, minuteOf, redisSink, tradeOf } from '../../support/redis-sink.ts';
import { atOnce, timeWith } from '../../support/test-time.ts';
import { UpstashEndpoint } from '../../support/upstash-endpoint.ts';

const NOON = 1_763_658_000_000;

describeWithRedis('the redis sink over HTTP', () => {
  let server: RedisServer;
  let endpoint: UpstashEndpoint;
  let sink: RedisOutlet;
  const logger = new MemoryLogger();

  beforeAll(async () => {
    server = await RedisServer.start();
    endpoint = await UpstashEndpoint.start(server.url);
  });
  beforeEach(async () => {
    await server.ask('FLUSHALL');
    endpoint.refusal = undefined;
    sink = redisSink({ url: endpoint.url, token: endpoint.token, logger });
    // The server knows the scripts from now on.
    await sink.write([tradeOf('X', NOON, 1), minuteOf('X', NOON, 1), fairValueOf('X', NOON, 1)]);
    await server.ask('FLUSHALL');
    endpoint.requests = 0;
  });
  afterAll(async () => {
    await sink.close();
    await endpoint[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const failure = async (of: RedisOutlet) => {
    const given = [tradeOf('AAPL', NOON, 1)];
    const { left, error } = await of.write(given);
    expect(left).toEqual(given);
    return error?.message ?? '';
  };

  test('writes a flush in one request, a key once, and what the vendor’s own client reads as it was written', async () => {
    const trades = Array.from({ length: 100 }, (_, n) => tradeOf(`S${n % 10}`, NOON + n, n));
    expect(await sink.write([...trades, minuteOf('S1', NOON, 175.5)])).toEqual({ left: [], unfit: [] });
    expect(endpoint.requests).toBe(1);
    const user = new Redis({
      ...{ url: endpoint.url, token: endpoint.token },
      ...{ automaticDeserialization: false, enableTelemetry: false },
    });
    expect(await user.get('stock:trade:S3')).toBe(trades[93]?.text);
    expect(JSON.parse(`${await user.get('stock:agg1m:S1')}`)).toMatchObject({ start: NOON, close: 175.5 });
    const entries: unknown = await user.xrange('stream:realtime:trades', '-', '+');
    expect(entries).toHaveLength(100);
    expect(Object(entries)[93]).toEqual([
      expect.any(String),
      expect.arrayContaining(['symbol', 'S3', 'conditions', '14,41', 'tape', '3']),
    ]);
  });

  test('asks for the close of the day before once', async () => {
    const evening = Date.parse('2025-11-20T21:00Z');
    await sink.write([fairValueOf('AAPL', evening, 189.22)]);
    expect(endpoint.requests).toBe(2);
    await sink.write([fairValueOf('AAPL', evening + 1, 189.5)]);
    expect(endpoint.requests).toBe(3);
    await sink.write([fairValueOf('AAPL', Date.parse('2025-11-21T09:00Z'), 190)]);
    expect(JSON.parse(`${await server.ask('GET', 'stock:fmv:AAPL')}`)).toMatchObject({ prevClose: 189.22 });
  });

  test('goes in several requests, in their order, where one would be too large', async () => {
    const trades = Array.from({ length: 6_000 }, (_, n) => tradeOf(`S${n}`, NOON + n, n));
    expect(await sink.write(trades)).toEqual({ left: [], unfit: [] });
    expect(endpoint.requests).toBeGreaterThan(1);
    expect(await server.ask('GET', 'stock:trade:S5999')).toBe(trades[5_999]?.text);
  });

  test('adds nothing twice when an answer is lost', async () => {
    const trades = [tradeOf('AAPL', NOON, 1), tradeOf('AAPL', NOON, 2)];
    endpoint.refusal = 'lost';
    expect((await sink.write(trades)).left).toEqual(trades);
    endpoint.refusal = undefined;
    expect(await sink.write(trades)).toEqual({ left: [], unfit: [] });
    expect(await server.ask('XLEN', 'stream:realtime:trades')).toBe(2);
  });

  test.each([
    ['limit', /takes no more: look at the limits of its plan.*max requests limit exceeded/],
    ['html', /is no REST endpoint of Redis: look at the address/],
    ['nothing', /is no REST endpoint of Redis: look at the address/],
    ['ok', /speaks no Redis: look at scheme, host and port/],
    ['cut', /has cut the connection: look whether it runs/],
  ] as const)(
    'says what to do about %s, opens its circuit, and goes on when it is mended',
    async (refusal, message) => {
      endpoint.refusal = refusal;
      for (let n = 0; n < 3; n++) {
        const said = await failure(sink);
        expect(said).toMatch(message);
        // Neither what opens the server, nor what was sent.
        expect(said).not.toMatch(new RegExp(`${endpoint.token}|EVALSHA`));
      }
      expect(sink.state).toBe('open');
      endpoint.refusal = undefined;
      expect(await sink.write([tradeOf('AAPL', NOON, 1)])).toEqual({ left: [], unfit: [] });
      expect(sink.state).toBe('closed');
    },
  );

  test('counts nothing as written where a script is answered as it never answers', async () => {
    // Of a minute that was fetched there is no entry whose answer would tell.
    const fetched = { ...minuteOf('AAPL', NOON, 1), minute: bar({ start: NOON, source: 'backfill' }) };
    const given = [fetched, fairValueOf('AAPL', NOON, 1)];
    endpoint.refusal = 'ok';
    for (const event of given) expect((await sink.write([event])).left).toEqual([event]);
    endpoint.refusal = undefined;
    expect(await sink.write(given)).toEqual({ left: [], unfit: [] });
  });

  test('names a wrong token, and what is in the way, and passes over what is not its own', async () => {
    const wrong = redisSink({ url: endpoint.url, token: 'hunter2', logger });
    const message = await failure(wrong);
    expect(message).toMatch(/refuses the password: .* or with https the token/);
    expect(message).not.toContain('hunter2');
    await server.ask('RPUSH', 'stock:trade:LIST', 'mine');
    await server.ask('SET', 'stock:trade:TEXT', 'mine');
    const events = ['LIST', 'TEXT', 'AAPL'].map(symbol => tradeOf(symbol, NOON, 1));
    expect((await sink.write(events)).unfit).toHaveLength(2);
    expect(await server.ask('GET', 'stock:trade:AAPL')).toBe(events[2]?.text);
    await wrong.close();
  });

  test('waits for no endpoint that hangs', async () => {
    server.signal('SIGSTOP');
    const impatient = redisSink({
      ...{ url: endpoint.url, token: endpoint.token, logger },
      time: timeWith({ connection: atOnce }, processTime.now),
    });
    expect(await failure(impatient)).toMatch(/does not answer within/);
    server.signal('SIGCONT');
  });
});
