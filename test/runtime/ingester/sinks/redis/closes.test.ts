/** Fair values beside the close of the day before: fortnights with everything that a calendar has, restarts, and days without prices. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient } from '@redis/client';
import fc from 'fast-check';
import type { RedisOutlet } from '../../../../../runtime/ingester/sinks/redis/redis.ts';
import {
  type Happening,
  type ModelDay,
  modelDays,
  modelEvening,
  modelPrevClose,
} from '../../support/closes-model.ts';
import { MemoryLogger } from '../../support/log.ts';
import { describeWithRedis, RedisServer } from '../../support/redis-server.ts';
import { eventOf, fairValueOf, minuteOf, redisSink, tradeOf } from '../../support/redis-sink.ts';

const MINUTE = 60_000;
const utc = (iso: string) => Date.parse(iso);

/** With a weekend each, and a clock change or a holiday and a half day. */
const fortnights = {
  'with a holiday and a half day': modelDays('2025-11-24', 14, ['2025-11-27'], ['2025-11-28']),
  'in which clocks go back': modelDays('2025-10-27', 14, [], []),
  'in which clocks go forward': modelDays('2026-03-02', 14, [], []),
};

describeWithRedis('the close of the day before, in Redis', () => {
  let server: RedisServer;
  let client: ReturnType<typeof createClient>;
  const logger = new MemoryLogger();
  let sink: RedisOutlet;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = createClient({ url: server.url });
    await client.connect();
  });
  beforeEach(async () => {
    await begin();
  });
  afterAll(async () => {
    await sink.close();
    client.destroy();
    await server[Symbol.asyncDispose]();
  });

  const start = () => redisSink({ url: server.url, logger });
  async function begin(): Promise<void> {
    await client.flushAll();
    logger.lines.length = 0;
    await restart();
  }
  async function restart(): Promise<void> {
    await sink?.close();
    sink = start();
  }
  async function take(...happenings: readonly Happening[]): Promise<void> {
    const events = happenings.map(({ kind, symbol, ts, price }) =>
      kind === 'fmv' ? fairValueOf(symbol, ts, price) : minuteOf(symbol, ts, price),
    );
    expect(await sink.write(events)).toEqual({ left: [], unfit: [] });
  }
  const stored = async (key: string): Promise<unknown> => JSON.parse(`${await client.get(key)}`);
  const recorded = () => logger.lines.filter(line => line.includes('prev_close_recorded'));
  const fmv = (symbol: string, iso: string, price: number): Happening => ({
    ...{ kind: 'fmv', symbol, price },
    ts: utc(iso),
  });
  const minute = (symbol: string, iso: string, price: number): Happening => ({
    ...fmv(symbol, iso, price),
    kind: 'minute',
  });

  test('is the first price after it, and is compared with from the next pre-market on', async () => {
    await take(
      fmv('AAPL', '2025-11-19T21:00:00.400Z', 188.1),
      fmv('AAPL', '2025-11-19T21:00:00.430Z', 188.3),
    );
    await take(fmv('AAPL', '2025-11-20T15:00Z', 190));
    expect(await stored('stock:fmv:AAPL')).toMatchObject({ prevClose: 188.1, dailyChange: 1.9 });
    await take(fmv('AAPL', '2025-11-20T21:00:01Z', 189.22));
    expect(await stored('stock:fmv:AAPL')).toEqual({
      ...{ symbol: 'AAPL', price: 189.22, ts: utc('2025-11-20T21:00:01Z') },
      ...{ prevClose: 188.1, dailyChange: 1.12, dailyChangePct: 0.5954 },
    });
    expect(await stored('stock:prev_close:AAPL')).toEqual({
      ...{
        symbol: 'AAPL',
        close: 189.22,
        date: '2025-11-20',
        ts: utc('2025-11-20T21:00:01Z'),
        source: 'fmv',
      },
      ...{ closeBefore: 188.1, dateBefore: '2025-11-19' },
    });
    expect(await client.ttl('stock:prev_close:AAPL')).toBeGreaterThan(604_700);
    await take(fmv('AAPL', '2025-11-21T08:59:59Z', 189.5));
    expect(await stored('stock:fmv:AAPL')).toMatchObject({ prevClose: 188.1, dailyChange: 1.4 });
    await take(fmv('AAPL', '2025-11-21T09:00Z', 189.5));
    expect(await stored('stock:fmv:AAPL')).toMatchObject({ prevClose: 189.22, dailyChange: 0.28 });
    expect(recorded()).toHaveLength(2);
  });

  test('is none before the first that anybody saw, and no price of the day itself stands for it', async () => {
    await take(fmv('AAPL', '2025-11-20T15:00Z', 190));
    expect(await stored('stock:fmv:AAPL')).toMatchObject({ prevClose: null, dailyChange: null });
    expect(await client.exists('stock:prev_close:AAPL')).toBe(0);
  });

  test('is that of the last regular minute where no price came, also as a correction has it', async () => {
    await take(minute('AAPL', '2025-11-19T20:59Z', 188), minute('AAPL', '2025-11-19T21:00Z', 188.9));
    await take(fmv('AAPL', '2025-11-20T09:00Z', 190));
    expect(await stored('stock:fmv:AAPL')).toMatchObject({ prevClose: 188 });
    await take(minute('AAPL', '2025-11-19T20:59Z', 188.2));
    await take(fmv('AAPL', '2025-11-20T09:01Z', 190));
    expect(await stored('stock:fmv:AAPL')).toMatchObject({ prevClose: 188.2, dailyChange: 1.8 });
    expect(await stored('stock:prev_close:AAPL')).toMatchObject({ date: '2025-11-19', source: 'minute' });
  });

  test('is recorded once by two processes at once, and by a server that lost its memory kept as it was', async () => {
    const other = start();
    const prices = Array.from({ length: 20 }, (_, n) =>
      fairValueOf(`S${n}`, utc('2025-11-20T21:00Z') + n, 10 + n),
    );
    await Promise.all([sink, other].map(each => each.write(prices)));
    await other.close();
    expect(recorded()).toHaveLength(20);
    await client.flushAll();
    await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
    const later = [fairValueOf('S7', utc('2025-11-20T22:00Z'), 99)];
    while ((await sink.write(later)).error !== undefined);
    expect(await stored('stock:prev_close:S7')).toMatchObject({ close: 17, date: '2025-11-20' });
    expect(recorded()).toHaveLength(20);
  });

  test('leaves alone what stands under its key and is not ours, and writes the price without it', async () => {
    await client.set('stock:prev_close:AAPL', 'mine');
    await take(minute('AAPL', '2025-11-20T20:59Z', 1), minute('AAPL', '2025-11-20T21:00Z', 1));
    await take(fmv('AAPL', '2025-11-20T21:02Z', 190));
    expect(await client.get('stock:prev_close:AAPL')).toBe('mine');
    expect(await stored('stock:fmv:AAPL')).toMatchObject({ price: 190, prevClose: null });
    expect(logger.lines.join()).toMatch(/stock:prev_close:AAPL.*rename or delete that key/);
    await client.del('stock:prev_close:AAPL');
    await take(fmv('AAPL', '2025-11-20T21:03Z', 191));
    expect(await stored('stock:prev_close:AAPL')).toMatchObject({ close: 191 });
  });

  test('and all that is latest stay as they are when the day before is passed on once more, also by another process', async () => {
    const dayOf = (date: string, price: number) => [
      ...[minuteOf('AAPL', utc(`${date}T20:59Z`), price), tradeOf('AAPL', utc(`${date}T20:59:30Z`), 7)],
      ...[eventOf('Q', 'AAPL', { bp: price, t: utc(`${date}T20:59:30Z`), q: 7 }, utc(`${date}T20:59:30Z`))],
      ...[
        fairValueOf('AAPL', utc(`${date}T15:00Z`), price),
        fairValueOf('AAPL', utc(`${date}T21:00Z`), price),
      ],
    ];
    const yesterday = dayOf('2025-11-19', 188);
    for (const events of [yesterday, dayOf('2025-11-20', 190)]) await sink.write(events);
    const latest = async () => {
      const keys = (await client.keys('stock:*')).sort();
      return Promise.all(keys.map(async key => [key, await client.get(key)]));
    };
    const before = await latest();
    expect(before).toHaveLength(5);
    for (const again of [sink, start()]) {
      for (const event of yesterday) expect(await again.write([event])).toEqual({ left: [], unfit: [] });
      expect(await latest()).toEqual(before);
      if (again !== sink) await again.close();
    }
    expect(recorded()).toHaveLength(2);
  });

  /** Restarted before every flush that is named, and held to the model after each. */
  async function expectAsModel(
    days: readonly ModelDay[],
    flushes: readonly (readonly Happening[])[],
    restarts: (flush: readonly Happening[], n: number) => boolean,
  ): Promise<void> {
    await begin();
    const so: Happening[] = [];
    for (const [n, flush] of flushes.entries()) {
      if (restarts(flush, n)) await restart();
      await take(...flush);
      so.push(...flush);
      for (const { symbol, ts, price } of flush.filter(each => each.kind === 'fmv'))
        if (flush.findLast(each => each.kind === 'fmv' && each.symbol === symbol)?.ts === ts)
          expect([symbol, ts, await stored(`stock:fmv:${symbol}`)]).toEqual([
            ...[symbol, ts],
            expect.objectContaining({ price, prevClose: modelPrevClose(days, so, symbol, ts) }),
          ]);
    }
    const symbols = [...new Set(so.map(({ symbol }) => symbol))];
    const evenings = symbols.flatMap(symbol => {
      const its = so.filter(each => each.symbol === symbol);
      return days.flatMap((day, n) => modelEvening(its, day, days[n + 1]) ?? []);
    });
    const said = recorded().map(line => {
      const { symbol, close, ts } = JSON.parse(line);
      return `${symbol} ${close} ${ts}`;
    });
    expect(said.toSorted()).toEqual(evenings.map(e => `${e.symbol} ${e.price} ${e.ts}`).toSorted());
  }

  describe.each(Object.entries(fortnights))('over a fortnight %s', (_, days) => {
    test('is what a person finds in the tape, with a restart at every minute around each close', async () => {
      const flushes = days.flatMap(({ pre, open, close }, n) => {
        const prices = [pre, open, ...Array.from({ length: 9 }, (_, k) => close + (k - 4) * MINUTE)];
        const even: Happening[][] = prices.map((ts, k) => [
          { kind: 'fmv', symbol: 'EVEN', ts: ts + 7, price: 100 + n + k / 100 },
          { kind: 'minute', symbol: 'EVEN', ts: ts - MINUTE, price: 200 + n + k / 100 },
        ]);
        const late: Happening[] =
          n % 2 ? [{ kind: 'fmv', symbol: 'LATE', ts: close + 150 * MINUTE, price: 50 + n }] : [];
        const morning: Happening[] = [{ kind: 'fmv', symbol: 'LATE', ts: pre + MINUTE, price: 60 + n }];
        return [morning, ...even, late].filter(flush => flush.length > 0);
      });
      const byTime = flushes.toSorted((a, b) => (a[0]?.ts ?? 0) - (b[0]?.ts ?? 0));
      await expectAsModel(days, byTime, () => true);
    });

    test('is that also of random tapes', async () => {
      const one = fc.record({
        day: fc.nat({ max: days.length - 1 }),
        // From an hour before pre-market to the end of the evening, most of it around the close.
        around: fc.constantFrom('pre', 'open', 'close', 'close'),
        offset: fc.integer({ min: -70 * MINUTE, max: 300 * MINUTE }),
        kind: fc.constantFrom('fmv', 'minute'),
        symbol: fc.constantFrom('A', 'B', 'C'),
        restarts: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(one, { minLength: 40, maxLength: 40 }), async picks => {
          const [first] = days;
          const tape = picks
            .map(({ day, around, offset, kind, symbol, restarts }, n) => {
              const at = (days[day]?.[around] ?? 0) + offset;
              // A minute comes after its end.
              const ts = kind === 'minute' ? Math.floor(at / MINUTE) * MINUTE : at;
              const happening: Happening = {
                kind: kind === 'fmv' ? 'fmv' : 'minute',
                symbol,
                ts,
                price: 10 + n,
              };
              return { happening, restarts };
            })
            .filter(({ happening }) => happening.ts >= (first?.pre ?? 0))
            .toSorted((a, b) => a.happening.ts - b.happening.ts);
          const distinct = tape.filter(({ happening: { kind, symbol, ts } }, n) =>
            tape
              .slice(0, n)
              .every(({ happening: h }) => h.kind !== kind || h.symbol !== symbol || h.ts !== ts),
          );
          const flushes = distinct.map(({ happening }) => [happening]);
          await expectAsModel(days, flushes, (_, n) => distinct[n]?.restarts ?? false);
        }),
        { numRuns: 6 },
      );
    });
  });
});
