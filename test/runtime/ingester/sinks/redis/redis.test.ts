/** The latest of everything in a real Redis server, whatever order it comes in and whatever becomes of the server. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { NumberedEvent } from '../../../../../runtime/ingester/sinks/passed-on/event.ts';
import type { RedisOutlet } from '../../../../../runtime/ingester/sinks/redis/redis.ts';
import { processTime } from '../../../../../runtime/platform/time.ts';
import { MemoryLogger } from '../../support/log.ts';
import { describeWithRedis, RedisServer } from '../../support/redis-server.ts';
import { eventOf, fairValueOf, minuteOf, redisSink, tradeOf } from '../../support/redis-sink.ts';
import { timeWith } from '../../support/test-time.ts';

const NOON = 1_763_658_000_000;
const minute = {
  ...{ v: 4_989, av: 4_332_125, op: 212.5, vw: 212.4123, o: 212.4, c: 212.45, h: 212.5, l: 212.35 },
  ...{ a: 212.2291, z: 61, s: NOON, e: NOON + 60_000, dv: '4989.0', dav: '4332125.03836' },
};

const event = (kind: string, symbol: string, fields: object) => eventOf(kind, symbol, fields, NOON);

describeWithRedis('the redis sink', () => {
  let server: RedisServer;
  const logger = new MemoryLogger();
  const open: RedisOutlet[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(async () => {
    await server.ask('FLUSHALL');
    logger.lines.length = 0;
  });
  afterEach(() => {
    for (const each of open.splice(0)) void each.close();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  function outlet(url = server.url, time = processTime): RedisOutlet {
    const sink = redisSink({ url, time, logger, eventTime: () => NOON + 100_000 });
    open.push(sink);
    return sink;
  }

  const get = async (key: string): Promise<unknown> => JSON.parse(`${await server.ask('GET', key)}`);
  async function entries(name: string): Promise<Record<string, string | undefined>[]> {
    const rows = await server.ask('XRANGE', `stream:realtime:${name}`, '-', '+');
    return Array.isArray(rows)
      ? rows.map(([, flat]: [string, string[]]) =>
          Object.fromEntries(flat.flatMap((each, n) => (n % 2 ? [] : [[each, flat[n + 1]]]))),
        )
      : [];
  }

  test('writes the latest of each symbol, and entries with the fields that readers know', async () => {
    const quote = { bx: 4, bp: 114.12, bs: 100, ax: 7, ap: 114.13, as: 160, t: NOON, q: 5, z: 3 };
    const events = [
      ...[tradeOf('AAPL', NOON, 7), event('Q', 'AAPL', quote)],
      ...[event('FMV', 'AAPL', { fmv: 189.22 }), event('AM', 'AAPL', minute)],
    ];
    expect(await outlet().write(events)).toEqual({ left: [], unfit: [] });
    expect(await server.ask('GET', 'stock:trade:AAPL')).toBe(events[0]?.text);
    expect(await server.ask('GET', 'stock:quote:AAPL')).toBe(events[1]?.text);
    expect(await get('stock:fmv:AAPL')).toEqual({
      ...{ symbol: 'AAPL', price: 189.22, ts: NOON },
      ...{ prevClose: null, dailyChange: null, dailyChangePct: null },
    });
    expect(await get('stock:agg1m:AAPL')).toMatchObject({
      ...{ type: 'bar', symbol: 'AAPL', start: NOON, close: 212.45, volume: 4989, source: 'live' },
      ...{ version: NOON + 61_000, session: 'regular' },
    });
    expect(await server.ask('TTL', 'stock:trade:AAPL')).toBe(-1);
    expect(await entries('trades')).toEqual([
      {
        ...{ symbol: 'AAPL', price: '175.5', size: '100', conditions: '14,41', exchange: '4' },
        ...{ trade_id: '71', timestamp: `${NOON}`, tape: '3' },
      },
    ]);
    expect(await entries('quotes')).toEqual([
      {
        ...{ symbol: 'AAPL', bid_price: '114.12', bid_size: '100', ask_price: '114.13', ask_size: '160' },
        ...{ bid_exchange: '4', ask_exchange: '7', timestamp: `${NOON}`, tape: '3' },
      },
    ]);
    expect(await entries('aggregates')).toEqual([
      {
        ...{ symbol: 'AAPL', open: '212.4', high: '212.5', low: '212.35', close: '212.45' },
        ...{ volume: '4989.0', volume_accumulated: '4332125.03836', vwap: '212.2291', trades_count: '' },
        ...{ timestamp_start: `${NOON}`, timestamp_end: `${NOON + 60_000}`, otc: 'false' },
      },
    ]);
  });

  test('holds about a thousand entries of each stream, and adds no more of them at once', async () => {
    await server.ask('CONFIG', 'RESETSTAT');
    const sink = outlet();
    for (let flush = 0; flush < 3; flush++)
      await sink.write(Array.from({ length: 1_500 }, (_, n) => tradeOf('AAPL', NOON + flush, n)));
    const stored = await entries('trades');
    expect(stored.length).toBeGreaterThanOrEqual(1_000);
    expect(stored.length).toBeLessThan(1_200);
    expect(stored.slice(-1_000).every(({ timestamp }) => timestamp === `${NOON + 2}`)).toBe(true);
    expect(await server.ask('INFO', 'commandstats')).toMatch(/^cmdstat_xadd:calls=3000,/m);
  });

  test('asks for a hundred keys at once, and writes what is newer of them at once', async () => {
    const sink = outlet();
    const trades = (t: number, count: number) =>
      Array.from({ length: count }, (_, n) => tradeOf(`S${n}`, NOON + t, n));
    await sink.write(trades(1, 250));
    await server.ask('CONFIG', 'RESETSTAT');
    await sink.write([...trades(0, 150), ...trades(2, 250).slice(150)]);
    const told = `${await server.ask('INFO', 'commandstats')}`;
    const calls = (name: string) => Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(told)?.[1]);
    // One more call is that for the stream. Of the first hundred none is newer.
    expect([calls('evalsha'), calls('mget'), calls('mset')]).toEqual([4, 3, 2]);
    for (const [n, t] of [
      [149, 1],
      [150, 2],
    ])
      expect(await get(`stock:trade:S${n}`)).toMatchObject({ t: NOON + (t ?? 0) });
  });

  test('ends with the newest and has each entry once, whatever the order and however often an answer is lost', async () => {
    const one = fc.record({
      symbol: fc.constantFrom('A', 'B'),
      t: fc.nat({ max: 3 }),
      q: fc.nat({ max: 5 }),
    });
    const flush = fc.record({
      trades: fc.array(one, { minLength: 1, maxLength: 6 }),
      times: fc.integer({ min: 1, max: 3 }),
    });
    const sink = outlet();
    await fc.assert(
      fc.asyncProperty(fc.array(flush, { maxLength: 6 }), async flushes => {
        await server.ask('FLUSHALL');
        const all: NumberedEvent[] = [];
        for (const { trades, times } of flushes) {
          const events = trades.map(({ symbol, t, q }) => tradeOf(symbol, NOON + t, q));
          all.push(...events);
          // An answer that is lost is a write that is done once more.
          for (let n = 0; n < times; n++) await sink.write(events);
        }
        for (const symbol of ['A', 'B']) {
          const those = all.filter(each => each.symbol === symbol).map(({ text }) => JSON.parse(text));
          const newest = those.toSorted((a, b) => a.t - b.t || a.q - b.q).at(-1);
          expect(await get(`stock:trade:${symbol}`)).toEqual(newest ?? null);
        }
        const stamps = (await entries('trades')).map(({ symbol, timestamp }) => `${symbol} ${timestamp}`);
        expect(stamps).toEqual(all.map(({ symbol, ts }) => `${symbol} ${ts}`));
      }),
      { numRuns: 30 },
    );
  });

  test('takes a corrected minute, and an older one not', async () => {
    const sink = outlet();
    const corrected = { ...event('AM', 'AAPL', { ...minute, c: 212.4 }), ingestTs: NOON + 90_000 };
    const older = event('AM', 'AAPL', { ...minute, s: NOON - 60_000, e: NOON });
    for (const each of [corrected, event('AM', 'AAPL', minute), older]) await sink.write([each]);
    expect(await get('stock:agg1m:AAPL')).toMatchObject({
      start: NOON,
      close: 212.4,
      version: NOON + 90_000,
    });
  });

  test('overwrites nothing that is not its own, says so, and writes the rest', async () => {
    await server.ask('RPUSH', 'stock:trade:LIST', 'mine');
    await server.ask('SET', 'stock:trade:TEXT', 'mine');
    const events = ['LIST', 'TEXT', 'AAPL'].map(symbol => tradeOf(symbol, NOON, 1));
    const refused = event('AM', 'AAPL', { ...minute, o: -1 });
    const sink = outlet();
    const { left, unfit } = await sink.write([...events, refused]);
    expect(left).toEqual([]);
    expect(unfit?.map(({ topic }) => topic).toSorted()).toEqual(['AM.AAPL', 'T.LIST', 'T.TEXT']);
    expect(await server.ask('GET', 'stock:trade:TEXT')).toBe('mine');
    expect(await server.ask('GET', 'stock:trade:AAPL')).toBe(events[2]?.text);
    expect(logger.lines.join()).toMatch(/stock:trade:LIST.*rename or delete that key/);
    await server.ask('DEL', 'stock:trade:LIST');
    expect(await sink.write([tradeOf('LIST', NOON, 2)])).toEqual({ left: [], unfit: [] });
  });

  test.each(['RPUSH', 'SET'])(
    'leaves alone at every one of its keys what somebody else’s %s has put there',
    async put => {
      const keys = ['trade', 'quote', 'agg1m', 'fmv', 'prev_close'].map(name => `stock:${name}:AAPL`);
      const all = [...keys, ...['trades', 'quotes', 'aggregates'].map(name => `stream:realtime:${name}`)];
      for (const key of all) await server.ask(put, key, '{"mine":1}');
      const dumps = () => Promise.all(all.map(key => server.ask('DUMP', key)));
      const before = await dumps();
      const quote = event('Q', 'AAPL', { bp: 114.12, t: NOON });
      const given = [
        tradeOf('AAPL', NOON, 1),
        quote,
        fairValueOf('AAPL', NOON, 1),
        event('AM', 'AAPL', minute),
      ];
      expect(await outlet().write(given)).toEqual({ left: [], unfit: given });
      expect(await dumps()).toEqual(before);
      for (const key of all)
        expect(logger.lines.join('\n')).toMatch(new RegExp(`${key}".*rename or delete that key`));
    },
  );

  const events = () => [tradeOf('AAPL', NOON, 1)];
  const failure = async (sink: RedisOutlet) => {
    const [given] = [events()];
    const { left, error } = await sink.write(given);
    expect(left).toEqual(given);
    return error?.message ?? '';
  };

  test('writes nothing that would keep what comes after it from its key, and says so', async () => {
    const sink = outlet();
    const odd = {
      SURROGATE: { x: '\ud800' },
      NAME: { '\udc00': 1 },
      DEEP: JSON.parse(`${'['.repeat(1_001)}${']'.repeat(1_001)}`),
      FUTURE: {},
    };
    const events = Object.entries(odd).map(([symbol, x]) => {
      const t = symbol === 'FUTURE' ? NOON + 3_800_000 : NOON;
      return eventOf('T', symbol, { p: 1, t, q: 1, x }, t, NOON);
    });
    const fine = eventOf('T', 'FINE', { t: NOON, q: 1, x: '\ud83d\ude00'.repeat(900), y: [[]] }, NOON);
    expect(await sink.write([...events, fine])).toEqual({ left: [], unfit: events });
    for (const symbol of [...Object.keys(odd), 'FINE'])
      expect(await sink.write([tradeOf(symbol, NOON + 1, 2)])).toEqual({ left: [], unfit: [] });
    expect(await get('stock:trade:FUTURE')).toMatchObject({ t: NOON + 1 });
    expect(logger.lines.join('\n')).toMatch(/t is \d+: more than an hour ahead of the clock/);
  });

  test('says what to do when the server has no memory or is a replica, and goes on when it is mended', async () => {
    const sink = outlet();
    await server.ask('CONFIG', 'SET', 'maxmemory', '1');
    expect(await failure(sink)).toMatch(/has no memory left: give it more/);
    await server.ask('CONFIG', 'SET', 'maxmemory', '0');
    await server.ask('REPLICAOF', '127.0.0.1', '1');
    expect(await failure(sink)).toMatch(/is a replica, which nobody may write to: name the primary/);
    await server.ask('REPLICAOF', 'NO', 'ONE');
    expect(await sink.write(events())).toEqual({ left: [], unfit: [] });
  });

  test('names a wrong password and a database that is not there, and never the password', async () => {
    await using locked = await RedisServer.start('--requirepass', 'right');
    const at = (user: string) => `redis://${user}127.0.0.1:${locked.port}`;
    expect(await failure(outlet(at('')))).toMatch(/refuses the password/);
    const message = await failure(outlet(at(':hunter2@')));
    expect(message).toMatch(/refuses the password/);
    expect(message).not.toContain('hunter2');
    expect(await outlet(at(':right@')).write(events())).toEqual({ left: [], unfit: [] });
    expect(await failure(outlet(`${at(':right@')}/77`))).toMatch(/has no such database/);
  });

  test('names the commands that a user must be let do, with which all is written', async () => {
    const may = (...commands: string[]) =>
      server.ask('ACL', 'SETUSER', 'writer', 'on', '>right', '~*', '-@all', ...commands);
    const given = () => [...events(), minuteOf('AAPL', NOON, 1), fairValueOf('AAPL', NOON, 1)];
    const sink = outlet(server.url.replace('//', '//writer:right@'));
    await may('+ping');
    expect(await failure(sink)).toMatch(/does not let this user do so/);
    await may('+eval', '+evalsha', '+get');
    const said = await failure(sink);
    expect(said).toMatch(/does not let this user do so: give it the commands /);
    const [, names = ''] = /the commands ([A-Z, and]+)/.exec(said) ?? [];
    await may(...names.split(/, | and /).map(name => `+${name.trim()}`));
    expect(await sink.write(given())).toEqual({ left: [], unfit: [] });
  });

  test('opens its circuit while the server is away, and closes it when one is there again, without its scripts', async () => {
    await using other = await RedisServer.start();
    const sink = outlet(other.url);
    await sink.write(events());
    await other.end();
    const states = [sink.state];
    for (let n = 0; n < 3; n++) {
      expect(await failure(sink)).toContain(other.url);
      states.push(sink.state);
    }
    expect(states).toEqual(['closed', 'closed', 'closed', 'open']);
    await other.begin();
    expect(await sink.write(events())).toEqual({ left: [], unfit: [] });
    expect(sink.state).toBe('closed');
    await other.ask('SCRIPT', 'FLUSH');
    expect(await sink.write(events())).toEqual({ left: [], unfit: [] });
  });

  test('waits for no server that hangs, and adds nothing twice when it comes to itself', async () => {
    await using other = await RedisServer.start();
    let isPatient = true;
    const time = timeWith({
      connection: (ms, signal) => processTime.sleep(isPatient ? ms : 0, signal, 'connection'),
    });
    const sink = outlet(other.url, time);
    await sink.write(events());
    const given = events();
    other.signal('SIGSTOP');
    isPatient = false;
    expect((await sink.write(given)).error?.message).toMatch(/does not answer within/);
    other.signal('SIGCONT');
    isPatient = true;
    await sink.write(given);
    expect(await other.ask('XLEN', 'stream:realtime:trades')).toBe(2);
  });
});
