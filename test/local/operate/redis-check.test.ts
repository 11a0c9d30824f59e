/** Whether a Redis server can be written to, and what is in it: asked of real ones, over both ways to them. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { redisFaults, redisLines } from '../../../local/operate/redis-lines.ts';
import { lookAt } from '../../../local/operate/redis-look.ts';
import { RedisConnection } from '../../../runtime/platform/redis/connection.ts';
import { processTime } from '../../../runtime/platform/time.ts';
import { MemoryLogger } from '../../runtime/ingester/support/log.ts';
import { describeWithRedis, RedisServer } from '../../runtime/ingester/support/redis-server.ts';
import { fairValueOf, minuteOf, redisSink, tradeOf } from '../../runtime/ingester/support/redis-sink.ts';
import { UpstashEndpoint } from '../../runtime/ingester/support/upstash-endpoint.ts';
import { operate } from '../../support/operate.ts';

const EVENING = Date.parse('2025-11-20T21:00Z');

describeWithRedis('npm run redis:check', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(async () => {
    await server.ask('FLUSHALL');
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  async function fill(): Promise<void> {
    const sink = redisSink({ url: server.url, logger: new MemoryLogger() });
    const trades = ['AAPL', 'MSFT'].map(symbol => tradeOf(symbol, EVENING, 1));
    await sink.write([
      ...trades,
      minuteOf('AAPL', EVENING - 60_000, 189),
      fairValueOf('AAPL', EVENING, 189.22),
    ]);
    await sink.close();
  }
  const check = (REDIS_URL: string, ...args: string[]) => operate('redis-check', args, { REDIS_URL });

  test('tells what the server is and which of our keys are there, in 80 columns, and ends with 0', async () => {
    await fill();
    await server.ask('SET', 'somebody:elses', 'x');
    const { code, out, errors } = await check(server.url);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out).toMatch(
      new RegExp(`^${server.url}: (?:Redis|Valkey) \\d+\\.[\\d.]+, answers in [\\d.]+ ms\n`),
    );
    expect(out).toMatch(/memory [\d.]+ MB of any amount, noeviction; \d+ keys/);
    expect(out).toMatch(/^stock:trade +2 2025-11-20 21:00:00$/m);
    expect(out).toMatch(/^stock:agg1m +1 2025-11-20 20:59:00$/m);
    expect(out).toMatch(/^stock:prev_close +1 2025-11-20 21:00:00$/m);
    expect(out).toMatch(/^stream:realtime:trades +2 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/m);
    expect(out).not.toContain('somebody');
    expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
  });

  /** The same without a process. */
  async function look(url: string, token?: string) {
    const connection = new RedisConnection(url, processTime, token);
    try {
      const report = await connection.use(lookAt);
      return { report, faults: redisFaults(report), out: redisLines(url, 1, report).join('\n') };
    } finally {
      connection.close();
    }
  }

  test('names what is in the way, and ends with 1', async () => {
    await fill();
    for (let n = 0; n < 7; n++) await server.ask('RPUSH', `stock:quote:L${n}`, 'mine');
    await server.ask('SET', 'stream:realtime:quotes', 'mine');
    const { code, out } = await check(server.url, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ inTheWay: { count: 8 }, isReplica: false });
    const { out: lines } = await look(server.url);
    expect(lines).toContain('8 in our way, with other content: rename or delete, or use another database');
    expect(lines).toContain('  stock:quote:L4\n  and 3 more');
  });

  test('says so of a replica and of a server that is full', async () => {
    await server.ask('REPLICAOF', '127.0.0.1', '1');
    const replica = await look(server.url);
    await server.ask('REPLICAOF', 'NO', 'ONE');
    expect(replica.faults).toEqual([expect.stringContaining('it is a replica')]);
    await server.ask('CONFIG', 'SET', 'maxmemory', '1');
    const full = await look(server.url);
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const forgetful = await look(server.url);
    await server.ask('CONFIG', 'SET', 'maxmemory', '0');
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    expect(full.faults).toEqual([expect.stringContaining('its memory is nearly full')]);
    expect([forgetful.faults, forgetful.out]).toEqual([
      [],
      expect.stringContaining('lets it forget any key'),
    ]);
  });

  test.each([
    ['redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1', 'Valkey 8.0.1'],
    ['upstash_version:1.2.0\nredis_version:6.2.6', 'Upstash 1.2.0, which speaks as Redis 6.2.6'],
    ['', 'a server that does not tell what it is'],
  ])('knows by %j that it is %s', async (info, product) => {
    const answers: Readonly<Record<string, unknown>> = { INFO: info, DBSIZE: 0, EVALSHA: ['0', []] };
    const report = await lookAt(async ([name = '']) => answers[name]);
    expect(report.product).toBe(product);
  });

  test('asks over HTTP as well', async () => {
    await fill();
    await using endpoint = await UpstashEndpoint.start(server.url);
    const { faults, out } = await look(endpoint.url, endpoint.token);
    expect([faults, out]).toEqual([[], expect.stringMatching(/^stock:trade +2 /m)]);
  });

  test('says in one line why it cannot be asked, without the password, and ends with 2', async () => {
    const [away, bad, help] = await Promise.all([
      check('redis://:hunter2@127.0.0.1:1'),
      check('redis://h/prices'),
      check(server.url, '--help'),
    ]);
    expect([away.code, away.errors]).toEqual([
      2,
      expect.stringMatching(/^redis:\/\/127\.0\.0\.1:1 cannot be reached: start the server.*$/),
    ]);
    expect([bad.code, bad.errors]).toEqual([
      2,
      expect.stringMatching(/^REDIS_URL: the database is no number.*$/),
    ]);
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('Usage: npm run redis:check')]);
  });
});
