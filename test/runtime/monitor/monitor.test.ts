/** What a look remembers from the looks before: the usual number of symbols, and the lease. */
import { describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../runtime/bars/calendar.ts';
import { MINUTE } from '../../../runtime/bars/timeframe.ts';
import { Windows } from '../../../runtime/bars/window.ts';
import type { LeaseReading } from '../../../runtime/monitor/lease-reader.ts';
import { Monitor } from '../../../runtime/monitor/monitor.ts';
import { valuesOf } from '../../../runtime/monitor/values.ts';
import { emptyMemory } from './support/simulated-feed.ts';

const NOON = [17, 18, 19, 20, 21].map(day => Date.parse(`2025-11-${day}T17:00:00Z`));
const windows = new Windows(calendarOf('stocks'), 'clock');

function monitorOf({ symbols = 100, lease }: { symbols?: number; lease?: () => LeaseReading } = {}) {
  const now = { symbols, lag: MINUTE };
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
    memory: emptyMemory(),
  });
  return { monitor, now };
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

  test('is not judged where a handful is usual', async () => {
    const { monitor } = monitorOf({ symbols: 4 });
    for (const at of NOON) expect(await monitor.look(at)).not.toHaveProperty('symbolsRatio');
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
    expect(looks).toEqual([
      { age: 0, epochChanges: 0 },
      { age: 0, epochChanges: 0 },
      { age: 60, epochChanges: 0 },
      { age: 0, epochChanges: 2 },
      { age: 60, epochChanges: 0 },
      { age: 120, epochChanges: 0 },
    ]);
  });

  test('is left out while there is none', async () => {
    const values = valuesOf(await monitorOf().monitor.look(NOON[0] ?? 0));
    expect(Object.keys(values)).not.toContain('LeaseAgeSeconds');
  });
});
