/** How far event time runs ahead of whoever follows it. */
import { describe, expect, test } from '@jest/globals';
import { EventPace } from '../../../local/cli/event-pace.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';

const DUE = Date.parse('2025-11-20T14:31:01Z');
const MINUTE = 60_000;
const { signal } = new AbortController();

/** Whoever follows, and what happens at each look at it. */
function paced({ bars = 50, speed = 60 } = {}, look: (n: number) => void = () => {}) {
  const clock = new EventClock({ now: DUE, speed: 0 });
  clock.set({ speed, limit: DUE });
  const state = {
    isBehind: false,
    canFollow: true,
    progress: 0,
    wall: 0,
    settled: Promise.resolve(),
    followed: Promise.resolve(),
  };
  let looks = 0;
  /** The bursts that were asked about. */
  const asked: number[] = [];
  const pace = new EventPace({
    ...{ clock, speed, bars, wall: () => state.wall },
    sleep: async () => look(looks++),
    follower: () => ({
      isBehind: due => {
        asked.push(due);
        return state.isBehind;
      },
      canFollow: () => state.canFollow,
      progress: () => state.progress,
      followed: () => state.followed,
      settled: () => state.settled,
    }),
  });
  /** Two bursts go out, of which the first may be waited for. */
  const begun = async () => {
    await pace.burst(DUE, signal);
    await pace.burst(DUE, signal);
  };
  return { clock, pace, state, asked, looks: () => looks, begun };
}

describe('event time', () => {
  test('goes no further than the next burst, however late whoever plays is', async () => {
    const { pace, clock } = paced({ speed: 6_000_000 });
    await pace.until(DUE + 60_000, signal);
    expect(clock.now()).toBe(DUE + 60_000);
    clock.set({});
    await new Promise(resolve => setImmediate(resolve));
    expect(clock.now()).toBe(DUE + 60_000);
  });

  test('waits for nobody who keeps up, and has room for a burst that spreads over seconds', async () => {
    const { pace, clock, looks } = paced();
    expect(await pace.burst(DUE, signal)).toBe(false);
    expect(clock.limit).toBe(DUE + 4_000);
    expect(looks()).toBeLessThan(2);
  });

  test('stands before a burst until what came before is worked off, however long that takes', async () => {
    const { pace, clock, state, looks, begun } = paced({ speed: 2_000, bars: 11_000 }, n => {
      expect(clock.now()).toBe(DUE);
      state.progress++;
      state.isBehind = n < 2_010;
    });
    await begun();
    state.isBehind = true;
    await pace.burst(DUE, signal);
    expect(looks()).toBeGreaterThanOrEqual(2_000);
  });

  test.each([
    [600, 2],
    [2_400, 2],
    [3_000, 3],
    [6_000, 5],
  ])(
    'waits at a speed of %i for the burst %i before, whose watermark can be there by then',
    async (speed, before) => {
      const { pace, clock, asked } = paced({ speed });
      for (let n = 0; n < 10; n++) {
        clock.set({ now: DUE + n * MINUTE });
        await pace.burst(DUE + n * MINUTE, signal);
      }
      expect(new Set(asked)).toEqual(
        new Set(Array.from({ length: 10 - before }, (_, n) => DUE + n * MINUTE)),
      );
    },
  );

  test('does not wait for ever for one that does not move, nor again before it has moved', async () => {
    const { pace, state, looks, begun } = paced();
    await begun();
    state.isBehind = true;
    await pace.burst(DUE, signal);
    const once = looks();
    expect(once).toBeGreaterThanOrEqual(300);
    await pace.burst(DUE, signal);
    expect(looks()).toBeLessThan(once + 10);
    state.progress++;
    await pace.burst(DUE, signal);
    expect(looks()).toBeGreaterThanOrEqual(2 * 300);
  });

  test('does not wait for one that was told to fail', async () => {
    const { pace, state, looks, begun } = paced();
    await begun();
    Object.assign(state, { isBehind: true, canFollow: false });
    await pace.burst(DUE, signal);
    expect(looks()).toBeLessThan(10);
  });

  test('stands while a burst goes out that takes longer than its minute may', async () => {
    const { pace, clock, looks, state } = paced({ bars: 11_000, speed: 600 });
    expect(await pace.burst(DUE, signal)).toBe(true);
    await pace.out();
    expect(clock.limit).toBe(DUE);
    expect(looks()).toBeLessThan(10);
    // A process that was stopped neither follows nor reads.
    state.settled = new Promise(() => {});
    state.followed = state.settled;
    await pace.out();
    await pace.burst(DUE, signal);
    expect(looks()).toBeGreaterThanOrEqual(600);
  });

  test('ends with the run', async () => {
    const controller = new AbortController();
    const { pace, state, begun } = paced({}, () => controller.abort(new Error('over')));
    await begun();
    state.isBehind = true;
    await expect(pace.burst(DUE, controller.signal)).rejects.toThrow('over');
  });
});

test('the pace is that of the last bursts, and unknown where a hole is among them', async () => {
  const { pace, state, clock } = paced();
  const play = async (due: number) => {
    clock.set({ now: due });
    state.wall += 2_000;
    await pace.burst(due, signal);
  };
  for (let n = 0; n < 19; n++) await play(DUE + n * MINUTE);
  expect(pace.reached).toBeUndefined();
  await play(DUE + 19 * MINUTE);
  expect(pace.reached).toBe(30);
  await play(DUE + 60 * MINUTE);
  expect(pace.reached).toBeUndefined();
});
