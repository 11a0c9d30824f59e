/** Every key and every field as users read them: with redis-cli, with the client of Python and with that of Upstash. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from '@upstash/redis';
import { DayArrays } from '../../../../../runtime/latest/day-arrays.ts';
import { calendarOf } from '../../../../../runtime/markets/calendar.ts';
import { RedisConnection } from '../../../../../runtime/platform/redis/connection.ts';
import { processTime } from '../../../../../runtime/platform/time.ts';
import { bar as fiveMinutes, START } from '../../../../kit/support/bars.ts';
import { pythonWith } from '../../../../support/programs.ts';
import { skipped } from '../../../../support/skipped.ts';
import { MemoryLogger } from '../../support/log.ts';
import { describeWithRedis, RedisServer } from '../../support/redis-server.ts';
import { eventOf, fairValueOf, redisSink, tradeOf } from '../../support/redis-sink.ts';
import { UpstashEndpoint } from '../../support/upstash-endpoint.ts';

const run = promisify(execFile);
const [MINUTE, EVENING] = [Date.parse('2025-11-20T20:59Z'), Date.parse('2025-11-20T21:00:01Z')];
const [TWO_DAYS, WEEK] = [172_800, 604_800];

const trade = tradeOf('AAPL', MINUTE, 7);
const quoted = { bx: 4, bp: 114.12, bs: 100, ax: 7, ap: 114.13, as: 160, t: MINUTE, q: 5, z: 3 };
const quote = eventOf('Q', 'AAPL', quoted, MINUTE);
const bar = {
  ...{ v: 4_989, av: 4_332_125, op: 212.5, vw: 212.4123, o: 212.4, c: 212.45, h: 212.5, l: 212.35 },
  ...{ a: 212.2291, z: 61, s: MINUTE, e: MINUTE + 60_000, dv: '4989.0', dav: '4332125.03836' },
};
const minute = eventOf('AM', 'AAPL', bar, MINUTE);

interface Read {
  readonly type: string;
  /** Seconds, -1 for a key that does not expire. */
  readonly ttl: number;
  /** A text, or of each entry its fields in their order. */
  readonly content: unknown;
}

/** What the design says of each key, in words of its own: here nothing is made by the code that writes. */
const table: Readonly<Record<string, Read>> = {
  'stock:trade:AAPL': { type: 'string', ttl: -1, content: trade.text },
  'stock:quote:AAPL': { type: 'string', ttl: -1, content: quote.text },
  'stock:agg1m:AAPL': {
    ...{ type: 'string', ttl: -1 },
    content:
      `{"type":"bar","schema":1,"symbol":"AAPL","timeframe":"1m","start":${MINUTE},"end":${MINUTE + 60_000},` +
      '"open":212.4,"high":212.5,"low":212.35,"close":212.45,"volume":4989,"vwap":212.4123,"minutes":1,"uncovered":0,' +
      `"session":"regular","final":true,"version":${MINUTE + 61_000},"source":"live",` +
      '"dayVolume":4332125.03836,"dayVwap":212.2291,"officialOpen":212.5}',
  },
  'stock:agg5m:AAPL': {
    ...{ type: 'string', ttl: TWO_DAYS },
    content:
      '{"day":"2025-11-20","bars":[\n{"type":"bar","schema":1,"symbol":"AAPL","timeframe":"5m",' +
      `"start":${START},"end":${START + 300_000},"open":212.4,"high":212.99,"low":211.1,"close":212.001,"volume":1234567,` +
      '"minutes":4,"uncovered":1,"session":"regular","final":true,"version":1}\n]}',
  },
  'stock:fmv:AAPL': {
    ...{ type: 'string', ttl: -1 },
    content: `{"symbol":"AAPL","price":189.22,"ts":${EVENING},"prevClose":188.1,"dailyChange":1.12,"dailyChangePct":0.5954}`,
  },
  'stock:prev_close:AAPL': {
    ...{ type: 'string', ttl: WEEK },
    content:
      `{"symbol":"AAPL","close":189.22,"date":"2025-11-20","ts":${EVENING},"source":"fmv",` +
      '"closeBefore":188.1,"dateBefore":"2025-11-19"}',
  },
  'stream:realtime:trades': stream([
    ...[
      ['symbol', 'AAPL'],
      ['price', '175.5'],
      ['size', '100'],
      ['conditions', '14,41'],
      ['exchange', '4'],
    ],
    ...[
      ['trade_id', '71'],
      ['timestamp', `${MINUTE}`],
      ['tape', '3'],
    ],
  ]),
  'stream:realtime:quotes': stream([
    ...[
      ['symbol', 'AAPL'],
      ['bid_price', '114.12'],
      ['bid_size', '100'],
      ['ask_price', '114.13'],
    ],
    ...[
      ['ask_size', '160'],
      ['bid_exchange', '4'],
      ['ask_exchange', '7'],
      ['timestamp', `${MINUTE}`],
      ['tape', '3'],
    ],
  ]),
  'stream:realtime:aggregates': stream([
    ...[
      ['symbol', 'AAPL'],
      ['open', '212.4'],
      ['high', '212.5'],
      ['low', '212.35'],
      ['close', '212.45'],
    ],
    ...[
      ['volume', '4989.0'],
      ['volume_accumulated', '4332125.03836'],
      ['vwap', '212.2291'],
      ['trades_count', ''],
    ],
    ...[
      ['timestamp_start', `${MINUTE}`],
      ['timestamp_end', `${MINUTE + 60_000}`],
      ['otc', 'false'],
    ],
  ]),
};

function stream(fields: readonly (readonly string[])[]): Read {
  return { type: 'stream', ttl: -1, content: [fields] };
}

describeWithRedis('what the redis sink writes', () => {
  let server: RedisServer;
  const keys = Object.keys(table);

  beforeAll(async () => {
    server = await RedisServer.start();
    const sink = redisSink({ url: server.url, logger: new MemoryLogger() });
    const before = fairValueOf('AAPL', Date.parse('2025-11-19T21:00Z'), 188.1);
    await sink.write([before, trade, quote, minute, fairValueOf('AAPL', EVENING, 189.22)]);
    await sink.close();
    const connection = new RedisConnection(server.url, processTime);
    const calendar = calendarOf('stocks');
    const days = new DayArrays({ connection, prefix: 'stock', calendar, ttl: TWO_DAYS });
    await days.write([fiveMinutes()], new AbortController().signal);
    connection.close();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  /** Key by key; a time to live that has begun to run is taken for what it was set to. */
  function expectTable(read: Readonly<Record<string, Read>>): void {
    const set = (ttl: number) => [TWO_DAYS, WEEK].find(each => ttl > each - 600 && ttl <= each) ?? ttl;
    const whole = ([key, { ttl, ...rest }]: [string, Read]) => [key, { ...rest, ttl: set(ttl) }];
    expect(Object.fromEntries(Object.entries(read).map(whole))).toEqual(table);
  }

  test('is what redis-cli reads', async () => {
    const ask = async (...command: string[]) => {
      const { stdout } = await run('redis-cli', ['-p', `${server.port}`, '--raw', ...command]);
      return stdout.replace(/\n$/, '');
    };
    const read: [string, Read][] = [];
    for (const key of keys) {
      const [type, ttl] = [await ask('TYPE', key), Number(await ask('TTL', key))];
      const content =
        type === 'stream'
          ? [pairs((await ask('XRANGE', key, '-', '+')).split('\n').slice(1))]
          : await ask('GET', key);
      read.push([key, { type, ttl, content }]);
    }
    expectTable(Object.fromEntries(read));
  });

  test('is what the client of Python reads', async () => {
    const python = pythonWith('redis');
    if (python === undefined) return skipped('no Python with redis is on this machine');
    const script = join(import.meta.dirname, 'read_keys.py');
    const { stdout } = await run(python, [script, `${server.port}`, ...keys]);
    expectTable(JSON.parse(stdout));
  });

  test('is what the client of Upstash reads', async () => {
    await using endpoint = await UpstashEndpoint.start(server.url);
    const { url, token } = endpoint;
    const client = new Redis({ url, token, automaticDeserialization: false, enableTelemetry: false });
    const read: [string, Read][] = [];
    for (const key of keys) {
      const type: string = await client.type(key);
      const ttl = await client.ttl(key);
      const entries: unknown = type === 'stream' ? await client.exec(['XRANGE', key, '-', '+']) : [];
      const content = type === 'stream' ? [pairs(Object(entries)[0][1])] : await client.get(key);
      read.push([key, { type, ttl, content }]);
    }
    expectTable(Object.fromEntries(read));
  });
});

function pairs(flat: readonly string[]): readonly (readonly string[])[] {
  return flat.flatMap((name, n) => (n % 2 ? [] : [[name, flat[n + 1] ?? '']]));
}
