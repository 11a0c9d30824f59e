/** The 5m bars of a day in a real Redis server: nothing goes backwards, whatever comes twice, late, out of order or from two at once. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { barText, type LongerBar } from '../../../kit/index.ts';
import { DayArrays } from '../../../runtime/latest/day-arrays.ts';
import { StoredDays } from '../../../runtime/latest/stored-days.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import type { Market } from '../../../runtime/markets/names.ts';
import { RedisConnection } from '../../../runtime/platform/redis/connection.ts';
import { keyPrefixes } from '../../../runtime/platform/redis/keys.ts';
import { processTime } from '../../../runtime/platform/time.ts';
import type { BarTable } from '../../../runtime/tables/bars/bar-table.ts';
import { bar, START } from '../../kit/support/bars.ts';
import { describeWithRedis, RedisServer } from '../ingester/support/redis-server.ts';
import { UpstashEndpoint } from '../ingester/support/upstash-endpoint.ts';

const WINDOW = 300_000;
const DAY = 86_400_000;
const TTL = 1_000;
const { signal } = new AbortController();

/** A window that closed after 32 or 31 of its minutes were re-sent: as long as versions of 5m bars are. */
const LONG = 8_818_245_548_832;

describeWithRedis('the bars of a day', () => {
  let server: RedisServer;
  const open: RedisConnection[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(async () => {
    await server.ask('FLUSHALL');
  });
  afterEach(() => {
    for (const connection of open.splice(0)) connection.close();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  function writer(losesAnswer = () => false, market: Market = 'stocks', stored?: StoredDays) {
    const real = new RedisConnection(server.url, processTime);
    open.push(real);
    const connection: Pick<RedisConnection, 'use'> = {
      async use(work) {
        const result = await real.use(work);
        if (losesAnswer()) throw new Error('the answer is lost');
        return result;
      },
    };
    const calendar = calendarOf(market);
    const days = new DayArrays({ connection, prefix: keyPrefixes[market], calendar, ttl: TTL, stored });
    return { write: (bars: readonly LongerBar[]) => days.write(bars, signal) };
  }

  const textAt = async (key: string) => `${await server.ask('GET', key)}`;
  const read = async (key: string): Promise<unknown> => JSON.parse(await textAt(key));
  const parsed = (bars: readonly LongerBar[]) => bars.map(each => JSON.parse(barText(each)));
  const written = (count: number, superseded = 0) => ({
    ...{ written: count, superseded, blocked: new Map(), unwritten: 0 },
  });

  test('stand under a key as the stream said them, for as long as they are told to', async () => {
    const bars = [1, 0, 2].map(n =>
      bar({ start: START + n * WINDOW, version: LONG, volume: '0.10000000000000000001' }),
    );
    expect(await writer().write(bars)).toEqual(written(3));
    const text = await textAt('stock:agg5m:AAPL');
    const ordered = bars.toSorted((a, b) => a.start - b.start);
    expect(JSON.parse(text)).toEqual({ day: '2025-11-20', bars: parsed(ordered) });
    for (const each of bars) expect(text).toContain(barText(each));
    const ttl = Number(await server.ask('TTL', 'stock:agg5m:AAPL'));
    expect(ttl).toBeGreaterThan(TTL / 2);
    expect(ttl).toBeLessThanOrEqual(TTL);
  });

  test('are revised in their places, by higher versions alone', async () => {
    const sink = writer();
    const [first, second] = [bar({ version: LONG }), bar({ start: START + WINDOW, version: LONG })];
    await sink.write([first, second]);
    const revised = bar({ version: LONG + 1 });
    expect(await sink.write([revised])).toEqual(written(1));
    expect(await sink.write([first, revised, second])).toEqual(written(0, 3));
    expect(await read('stock:agg5m:AAPL')).toEqual({ day: '2025-11-20', bars: parsed([revised, second]) });
  });

  test('give way to those of a later day, and never to those of an earlier', async () => {
    const sink = writer();
    const [monday, tuesday] = [bar(), bar({ start: START + DAY })];
    await sink.write([monday]);
    expect(await sink.write([tuesday])).toEqual(written(1));
    expect(await sink.write([bar({ version: 9 })])).toEqual(written(0, 1));
    expect(await sink.write([monday, bar({ start: START + DAY + WINDOW }), tuesday])).toEqual(written(1, 2));
    expect(await read('stock:agg5m:AAPL')).toMatchObject({ day: '2025-11-21', bars: { length: 2 } });
  });

  test('are of the day of trading: an evening of futures belongs to the day after it', async () => {
    const at = (text: string) => bar({ symbol: 'ESZ5', start: Date.parse(text) });
    await writer(undefined, 'futures').write([at('2025-11-19T23:00:00Z'), at('2025-11-20T15:00:00Z')]);
    expect(await read('future:agg5m:ESZ5')).toMatchObject({ day: '2025-11-20', bars: { length: 2 } });
  });

  test('leave alone what is not theirs, and say what that is', async () => {
    const foreign: Readonly<Record<string, string>> = {
      TEXT: 'mine',
      OTHER: '{"day":"2025-11-20","bars":[]}',
      HOLLOW: '{"day":"2025-11-20","bars":[\n{"open":1}\n]}',
      YOUNG: '{"day":"2025-11-20","bars":[\n{"start":1}\n]}',
    };
    for (const [symbol, text] of Object.entries(foreign))
      await server.ask('SET', `stock:agg5m:${symbol}`, text);
    await server.ask('RPUSH', 'stock:agg5m:LIST', 'mine');
    const symbols = ['AAPL', ...Object.keys(foreign), 'LIST', 'MSFT'];
    const { blocked, ...counts } = await writer().write(symbols.map(symbol => bar({ symbol })));
    expect(counts).toEqual({ written: 2, superseded: 0, unwritten: 5 });
    expect([...blocked.keys()]).toEqual(symbols.slice(1, -1).map(symbol => `stock:agg5m:${symbol}`));
    expect(blocked.get('stock:agg5m:LIST')).toContain('WRONGTYPE');
    expect(blocked.get('stock:agg5m:TEXT')).toContain('holds what this release did not write');
    for (const [symbol, text] of Object.entries(foreign))
      expect(await textAt(`stock:agg5m:${symbol}`)).toBe(text);
  });

  test('that an older release has left are revised where their form is the same, and else left alone until they expire', async () => {
    const old = bar({ start: START + WINDOW, version: LONG });
    const fewer = `{"start":${START},"version":${LONG},"close":1}`;
    const before: Readonly<Record<string, string>> = {
      SAME: `{"day":"2025-11-20","bars":[\n${fewer},\n${barText(old)}\n]}`,
      ONELINE: `{"day":"2025-11-20","bars":[${fewer},${barText(old)}]}`,
      BARE: `[\n${fewer},\n${barText(old)}\n]`,
    };
    for (const [symbol, text] of Object.entries(before))
      await server.ask('SET', `stock:agg5m:${symbol}`, text, 'EX', '9');
    const news = Object.keys(before).map(symbol => bar({ symbol, start: START + WINDOW, version: LONG + 1 }));
    const { blocked, ...counts } = await writer().write(news);
    expect(counts).toEqual({ written: 1, superseded: 0, unwritten: 2 });
    expect([...blocked.keys()]).toEqual(['stock:agg5m:ONELINE', 'stock:agg5m:BARE']);
    const revised = [JSON.parse(fewer), ...parsed(news.slice(0, 1))];
    expect(await read('stock:agg5m:SAME')).toEqual({ day: '2025-11-20', bars: revised });
    for (const symbol of ['ONELINE', 'BARE']) {
      expect(await textAt(`stock:agg5m:${symbol}`)).toBe(before[symbol]);
      expect(Number(await server.ask('TTL', `stock:agg5m:${symbol}`))).toBeLessThanOrEqual(9);
    }
  });

  test('of a server that does not take them are an error that says what to do', async () => {
    await server.ask('CONFIG', 'SET', 'maxmemory', '1');
    await expect(writer().write([bar()])).rejects.toThrow(/has no memory left: give it more/);
    await server.ask('CONFIG', 'SET', 'maxmemory', '0');
    expect(await server.ask('EXISTS', 'stock:agg5m:AAPL')).toBe(0);
  });

  test('are written although the server has cut the connection since the last time, and has forgotten the script', async () => {
    const sink = writer();
    await sink.write([bar()]);
    await server.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await server.ask('SCRIPT', 'FLUSH');
    expect(await sink.write([bar({ version: 2 })])).toEqual(written(1));
  });

  describe('whose list is not there', () => {
    let asked: string[];
    let isAway: boolean;
    beforeEach(() => {
      [asked, isAway] = [[], false];
    });

    /** A function beside a table of bars that has these. */
    function beside(
      bars: readonly LongerBar[],
      market: Market = 'stocks',
      answers = Number.POSITIVE_INFINITY,
    ) {
      const table: Pick<BarTable, 'range'> = {
        async range({ symbol, timeframe, from = 0, to = 0 }) {
          asked.push(`${symbol} ${timeframe}`);
          if (isAway || asked.length > answers) throw new Error('the table has no room');
          const own = bars.filter(each => each.symbol === symbol && each.start >= from && each.start < to);
          return { bars: own.map(each => ({ ...each, text: barText(each) })) };
        },
      };
      const stored = new StoredDays(table);
      return writer(undefined, market, stored);
    }
    const at = (window: number, more: Partial<LongerBar> = {}) =>
      bar({ start: START + window * WINDOW, version: LONG, ...more });

    test('begin with those that the table has of the day: the server may have lost its memory', async () => {
      const before = [at(0), at(1, { version: LONG + 9 }), at(2)];
      const others = [at(-288), at(4, { final: false }), at(0, { symbol: 'MSFT' })];
      const sink = beside([...before, ...others]);
      // The table may be ahead, and a correction of an early bar may be the first to come.
      expect(await sink.write([at(1), at(3)])).toEqual(written(2));
      expect(await read('stock:agg5m:AAPL')).toEqual({ day: '2025-11-20', bars: parsed([...before, at(3)]) });
      expect(await sink.write([at(4)])).toEqual(written(1));
      expect(await sink.write([at(0, { start: START - DAY })])).toEqual(written(0, 1));
      expect(asked).toEqual(['AAPL 5m']);
      expect(await sink.write([at(0, { start: START + DAY })])).toEqual(written(1));
      expect(asked).toHaveLength(2);
    });

    test('stay begun where the table fails at others of the batch', async () => {
      const symbols = Array.from({ length: 20 }, (_, n) => `S${n + 10}`);
      const sink = beside(
        symbols.map(symbol => at(0, { symbol })),
        'stocks',
        8,
      );
      await expect(sink.write(symbols.map(symbol => at(1, { symbol })))).rejects.toThrow('no room');
      const there = await Promise.all(symbols.map(symbol => server.ask('EXISTS', `stock:agg5m:${symbol}`)));
      expect(there.filter(each => each === 1)).toHaveLength(8);
      expect(await read('stock:agg5m:S10')).toEqual({
        ...{ day: '2025-11-20', bars: parsed([at(0, { symbol: 'S10' }), at(1, { symbol: 'S10' })]) },
      });
    });

    test('do not begin before the table has answered', async () => {
      const sink = beside([at(0)]);
      isAway = true;
      await expect(sink.write([at(1)])).rejects.toThrow('the table has no room');
      expect(await server.ask('EXISTS', 'stock:agg5m:AAPL')).toBe(0);
      isAway = false;
      expect(await sink.write([at(1)])).toEqual(written(1));
      expect(await read('stock:agg5m:AAPL')).toEqual({ day: '2025-11-20', bars: parsed([at(0), at(1)]) });
    });

    test('begin with the evening before where it belongs to the day', async () => {
      const all = ['2025-11-19T22:00Z', '2025-11-19T23:00Z', '2025-11-20T00:00Z', '2025-11-20T15:00Z'].map(
        text => bar({ symbol: 'ESZ5', start: Date.parse(text) }),
      );
      for (const first of [1, 3]) {
        await server.ask('FLUSHALL');
        await beside(all, 'futures').write(all.slice(first, first + 1));
        const bars = parsed(all.slice(1));
        expect(await read('future:agg5m:ESZ5')).toEqual({ day: '2025-11-20', bars });
      }
    });
  });

  test('are written over HTTP, too, and say what is in the way there', async () => {
    await using endpoint = await UpstashEndpoint.start(server.url);
    const connection = new RedisConnection(endpoint.url, processTime, endpoint.token);
    open.push(connection);
    const days = new DayArrays({ connection, prefix: 'stock', calendar: calendarOf('stocks'), ttl: TTL });
    await server.ask('RPUSH', 'stock:agg5m:LIST', 'mine');
    const bars = Array.from({ length: 40 }, (_, n) => bar({ symbol: `S${n}` }));
    await days.write([bar()], signal);
    endpoint.requests = 0;
    const { blocked, ...counts } = await days.write([...bars, bar({ symbol: 'LIST' })], signal);
    expect(counts).toEqual({ written: 40, superseded: 0, unwritten: 1 });
    expect(blocked.get('stock:agg5m:LIST')).toContain('WRONGTYPE');
    expect(endpoint.requests).toBe(1);
    expect(await textAt('stock:agg5m:S7')).toContain(barText(bar({ symbol: 'S7' })));
    endpoint.refusal = 'ok';
    await expect(days.write(bars, signal)).rejects.toThrow(/speaks no Redis/);
  });

  test('end as the newest say, whatever order they come in, twice, with answers lost, or to two functions at once', async () => {
    const one = fc.record({
      symbol: fc.constantFrom('A', '"}', 'C'),
      start: fc
        .record({ day: fc.nat({ max: 2 }), window: fc.nat({ max: 5 }) })
        .map(({ day, window }) => START + day * DAY + window * WINDOW),
      version: fc.integer({ min: LONG, max: LONG + 3 }),
    });
    const batch = fc.record({
      bars: fc.array(one, { minLength: 1, maxLength: 8 }),
      times: fc.integer({ min: 1, max: 2 }),
    });
    const work = fc.array(batch, { maxLength: 5 });
    let lost: boolean[] = [];
    const writers = [0, 1].map(() => writer(() => lost.pop() ?? false));
    await fc.assert(
      fc.asyncProperty(work, work, fc.array(fc.boolean(), { maxLength: 6 }), async (mine, others, losses) => {
        await server.ask('FLUSHALL');
        lost = [...losses];
        await Promise.all(
          [mine, others].map(async (batches, index) => {
            for (const { bars, times } of batches)
              for (let n = 0; n < times; n++) await deliver(writers[index], bars.map(bar));
          }),
        );
        const all = [...mine, ...others].flatMap(({ bars }) => bars);
        for (const symbol of ['A', '"}', 'C'])
          expect(await read(`stock:agg5m:${symbol}`)).toEqual(
            newestOf(all.filter(each => each.symbol === symbol)),
          );
      }),
      { numRuns: 40 },
    );
  });

  /** As Lambda does: what fails comes again. */
  async function deliver(
    to: ReturnType<typeof writer> | undefined,
    bars: readonly LongerBar[],
  ): Promise<void> {
    const again = (error: Error) => {
      if (!error.message.includes('the answer is lost')) throw error;
      return deliver(to, bars);
    };
    await to?.write(bars).catch(again);
  }

  function newestOf(
    bars: readonly { readonly start: number; readonly version: number; readonly symbol: string }[],
  ) {
    const dayOf = (start: number) => new Date(start).toISOString().slice(0, 10);
    const day = bars
      .map(({ start }) => dayOf(start))
      .sort()
      .at(-1);
    if (day === undefined) return null;
    const versions = new Map<number, number>();
    for (const { start, version } of bars)
      if (dayOf(start) === day) versions.set(start, Math.max(version, versions.get(start) ?? 0));
    const starts = [...versions.keys()].sort((a, b) => a - b);
    const [symbol] = bars.map(each => each.symbol);
    return {
      day,
      bars: starts
        .map(start => ({ symbol, start, version: versions.get(start) }))
        .map(expect.objectContaining),
    };
  }
});
