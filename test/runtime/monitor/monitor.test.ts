/** What a look remembers from the looks before: the usual number of symbols, and the lease. */
import { describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { Monitor } from '../../../runtime/monitor/monitor.ts';
import { valuesOf } from '../../../runtime/monitor/values.ts';
import type { LeaseReading } from '../../../runtime/tables/lease/lease-table.ts';
import { emptyMemory } from './support/simulated-feed.ts';

const NOON = [17, 18, 19, 20, 21].map(day => Date.parse(`2025-11-${day}T17:00:00Z`));
const windows = new Windows(calendarOf('stocks'), 'clock');

function monitorOf({ symbols = 100, lease }: { symbols?: number; lease?: () => LeaseReading } = {}) {
  const now: { symbols: number; lag: number; halted: readonly string[] } = {
    ...{ symbols, lag: MINUTE, halted: [] },
  };
  const memory = emptyMemory();
  const monitor = new Monitor({
    windows,
    slots: [0, 1],
    delay: 0,
    readSlot: async (_, at) => ({
      through: at - now.lag,
      emitted: at - now.lag,
      symbols: now.symbols,
      uncovered: new Map(),
    }),
    readLease: async () => lease?.(),
    readHalts: async () => now.halted.map(symbol => ({ symbol })),
    memory,
  });
  return { monitor, now, memory };
}

describe('the number of symbols', () => {
  test('is judged by the same minute of earlier sessions, once there are three', async () => {
    const { monitor, now } = monitorOf();
    const ratios = [];
    for (const at of NOON.slice(0, 4)) ratios.push((await monitor.look(at)).symbolsRatio);
    expect(ratios).toEqual([undefined, undefined, undefined, 1]);
    now.symbols = 40;
    expect(await monitor.look(NOON[4] ?? 0)).toMatchObject({ symbols: 80, symbolsRatio: 0.4 });
  });

  describe('of which some are delisted', () => {
    const gone = Array.from({ length: 120 }, (_, n) => `GONE${n}`);

    test('is judged without those, on the day and while sessions with and without them are remembered', async () => {
      const { monitor, now, memory } = monitorOf();
      for (const at of NOON.slice(0, 3)) await monitor.look(at);
      now.symbols = 40;
      const ratios = [];
      for (const date of ['2025-11-20', '2025-11-21', '2025-11-24', '2025-11-25', '2025-11-26']) {
        await memory.put('delisted', { date, symbols: gone });
        ratios.push((await monitor.look(Date.parse(`${date}T17:00:00Z`))).symbolsRatio);
      }
      expect(ratios).toEqual([1, 1, 1, 1, 1]);
      now.symbols = 20;
      expect((await monitor.look(Date.parse('2025-12-01T17:00:00Z'))).symbolsRatio).toBe(0.5);
    });

    test('is not judged where those leave but a handful', async () => {
      const { monitor, now, memory } = monitorOf({ symbols: 65 });
      for (const at of NOON.slice(0, 3)) await monitor.look(at);
      now.symbols = 5;
      await memory.put('delisted', { date: '2025-11-19', symbols: gone });
      expect(await monitor.look(NOON[3] ?? 0)).not.toHaveProperty('symbolsRatio');
    });

    test.each([
      ['is older than a week', { date: '2025-11-12', symbols: gone }],
      ['is of another form', { date: 'yesterday', symbols: gone }],
    ])('is judged with all where the note %s', async (_, note) => {
      const { monitor, now, memory } = monitorOf();
      for (const at of NOON.slice(0, 3)) await monitor.look(at);
      now.symbols = 40;
      await memory.put('delisted', note);
      expect((await monitor.look(NOON[3] ?? 0)).symbolsRatio).toBe(0.4);
    });
  });

  test('is judged without those that are halted, each of which counts once though it is delisted, too', async () => {
    const { monitor, now, memory } = monitorOf();
    for (const at of NOON.slice(0, 3)) await monitor.look(at);
    now.symbols = 60;
    now.halted = Array.from({ length: 70 }, (_, n) => `HALTED${n}`);
    const note = {
      date: '2025-11-19',
      symbols: [...Array.from({ length: 10 }, (_, n) => `GONE${n}`), 'HALTED7'],
    };
    await memory.put('delisted', note);
    expect((await monitor.look(NOON[3] ?? 0)).symbolsRatio).toBe(1);
    // Once they trade again all are expected but those that are delisted.
    now.halted = [];
    expect((await monitor.look(NOON[4] ?? 0)).symbolsRatio).toBeCloseTo(120 / 189);
  });

  test.each([
    [45, 3, 3 / 54.6],
    [35, 15, 15 / 55.8],
    [250, 30, 1],
  ])(
    'of a minute in which few trade is judged without the share of them that %s halted of 500 are: %s trade',
    async (halted, symbols, ratio) => {
      const { monitor, now } = monitorOf();
      const early = (noon: number) => noon - 5 * 60 * MINUTE;
      const look = (at: number, count: number) => {
        now.symbols = count / 2;
        return monitor.look(at);
      };
      for (const noon of NOON.slice(0, 3)) {
        await look(early(noon), 60);
        await look(noon, 500);
      }
      now.halted = Array.from({ length: halted }, (_, n) => `HALTED${n}`);
      expect((await look(early(NOON[3] ?? 0), symbols)).symbolsRatio).toBeCloseTo(ratio);
      await look(NOON[3] ?? 0, 500 - halted);
      // What is remembered is as if nobody had been halted.
      now.halted = [];
      for (const at of [early(NOON[4] ?? 0), early(Date.parse('2025-11-24T17:00:00Z'))])
        expect((await look(at, 60)).symbolsRatio).toBeCloseTo(1);
    },
  );

  test('is not judged where a handful is usual', async () => {
    const { monitor } = monitorOf({ symbols: 4 });
    for (const at of NOON) expect(await monitor.look(at)).not.toHaveProperty('symbolsRatio');
  });

  test('is not judged while slots wait for a gap to be filled', async () => {
    const catchingUp = { from: NOON[4] ?? 0, symbols: 12, remaining: 7 };
    const leases: LeaseReading[] = [1, 2, 3, 4].map(counter => ({ epoch: 1, counter }));
    const { monitor, now } = monitorOf({
      lease: () => leases.shift() ?? { epoch: 1, counter: 5, catchingUp },
    });
    for (const at of NOON.slice(0, 4)) await monitor.look(at);
    now.lag = 10 * MINUTE;
    const look = await monitor.look(NOON[4] ?? 0);
    expect(look).not.toHaveProperty('symbolsRatio');
    expect(valuesOf(look)).toMatchObject({ CatchingUp: 1, SymbolsLastMinute: 0 });
    expect(valuesOf(await monitor.look((NOON[4] ?? 0) + MINUTE))).toMatchObject({ CatchingUp: 0 });
  });

  test('counts only slots that are up to date', async () => {
    const { monitor, now } = monitorOf();
    await monitor.look(NOON[0] ?? 0);
    now.lag = 4 * MINUTE;
    expect(await monitor.look((NOON[0] ?? 0) + 5 * MINUTE)).toMatchObject({ symbols: 0, freshestLag: 240 });
  });

  test('is 0 on a closed day', async () => {
    const { monitor } = monitorOf();
    expect(await monitor.look(Date.parse('2025-11-22T17:00:00Z'))).toMatchObject({
      symbols: 0,
      isOpen: false,
    });
  });
});

test('the first look is remembered by whoever looks next', async () => {
  const memory = emptyMemory();
  const never = { through: 0, emitted: 0, symbols: 0, uncovered: new Map<number, number>() };
  const next = () =>
    new Monitor({
      windows,
      slots: [0],
      delay: 0,
      readSlot: async () => never,
      readLease: async () => undefined,
      readHalts: async () => [],
      memory,
    });
  const lags = [];
  for (let minute = 0; minute < 3; minute++)
    lags.push((await next().look((NOON[0] ?? 0) + minute * MINUTE)).freshestLag);
  expect(lags).toEqual([0, 60, 120]);
});

describe('the lease', () => {
  test('is as old as its counter has not moved, and its changes of hands are counted once', async () => {
    const seen: LeaseReading[] = [
      { epoch: 4, counter: 10 },
      { epoch: 4, counter: 30 },
      { epoch: 4, counter: 30 },
      { epoch: 6, counter: 31 },
    ];
    const { monitor } = monitorOf({ lease: () => seen.shift() ?? { epoch: 6, counter: 31 } });
    const looks = [];
    for (let minute = 0; minute < 6; minute++)
      looks.push((await monitor.look((NOON[0] ?? 0) + minute * MINUTE)).lease);
    expect(looks.map(lease => [lease?.age, lease?.epochChanges])).toEqual([
      [0, 0],
      [0, 0],
      [60, 0],
      [0, 2],
      [60, 0],
      [120, 0],
    ]);
  });

  test('says which slots are looked at, where it says so', async () => {
    const lease: LeaseReading = { epoch: 4, counter: 10, slots: [7, 8, 9] };
    const { monitor: told } = monitorOf({ symbols: 1, lease: () => lease });
    const { monitor: untold } = monitorOf({ symbols: 1, lease: () => ({ epoch: 4, counter: 10 }) });
    expect((await told.look(NOON[0] ?? 0)).symbols).toBe(3);
    expect((await untold.look(NOON[0] ?? 0)).symbols).toBe(2);
  });

  test('is left out while there is none', async () => {
    const { LeaseAgeSeconds } = valuesOf(await monitorOf().monitor.look(NOON[0] ?? 0));
    expect(LeaseAgeSeconds).toBeUndefined();
  });
});
