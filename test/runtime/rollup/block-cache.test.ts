/** What a worker forgets: the least recently used beyond its limit, and whatever has lain idle. */
import { describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { BlockCache } from '../../../runtime/rollup/block-cache.ts';
import type { BlockState } from '../../../runtime/rollup/block-state.ts';
import { EMPTY_BYTES } from '../../../runtime/tables/chunks/logged-block.ts';

const windows = new Windows(calendarOf('stocks'), 'clock');
const morning = windows.blockOf(Date.parse('2025-11-20T14:30Z'));
const noon = windows.blockOf(morning.end);
const LIMIT = 64 * 1024 * 1024;

describe('a block', () => {
  test('is remembered from one invocation to the next', () => {
    const cache = new BlockCache(LIMIT);
    const state = cache.get(3, morning);
    cache.endInvocation();
    expect(cache.get(3, morning)).toBe(state);
  });

  test('of another slot or another time is another one', () => {
    const cache = new BlockCache(LIMIT);
    const state = cache.get(3, morning);
    expect(cache.get(4, morning)).not.toBe(state);
    expect(cache.get(3, noon)).not.toBe(state);
  });

  test('is forgotten when there is no room, the one used longest ago first', () => {
    const cache = new BlockCache(1.5 * EMPTY_BYTES);
    const [first, second] = [cache.get(1, morning), cache.get(2, morning)];
    cache.get(1, morning);
    cache.endInvocation();
    expect(cache.get(1, morning)).toBe(first);
    expect(cache.get(2, morning)).not.toBe(second);
  });

  test('is never forgotten while a round of an invocation works with it, and for room right after', () => {
    const cache = new BlockCache(0);
    const [first, second] = [cache.get(1, morning), cache.get(2, morning)];
    expect([cache.get(1, morning), cache.get(2, morning)]).toEqual([first, second]);
    cache.nextRound();
    expect(cache.get(2, morning)).not.toBe(second);
    expect(cache.get(1, morning)).not.toBe(first);
  });

  test('that others have no use for in a round is forgotten as soon as they grow beyond the room', () => {
    const cache = new BlockCache(2.5 * EMPTY_BYTES);
    const [idle, used] = [cache.get(1, morning), cache.get(2, morning)];
    cache.nextRound();
    cache.count(grown(cache.get(2, morning)));
    expect(cache.get(2, morning)).toBe(used);
    expect(cache.get(1, morning)).not.toBe(idle);
  });

  test('is forgotten after thirty invocations that left it alone, however much room there is', () => {
    const cache = new BlockCache(LIMIT);
    const [used, idle] = [cache.get(1, noon), cache.get(1, morning)];
    for (let invocation = 0; invocation < 30; invocation++) {
      cache.endInvocation();
      expect(cache.get(1, noon)).toBe(used);
    }
    cache.endInvocation();
    expect(cache.get(1, noon)).toBe(used);
    expect(cache.get(1, morning)).not.toBe(idle);
  });

  test('counts its bytes as symbols come', () => {
    const state = new BlockCache(LIMIT).get(1, morning);
    const before = state.bytes;
    expect(grown(state).bytes - before).toBeGreaterThan(((morning.end - morning.start) / MINUTE) * 64);
  });
});

/** The block with a minute more. */
function grown(state: BlockState): BlockState {
  const values = { open: 1, high: 1, low: 1, close: 1, volume: '1', version: 1 };
  const head = { slot: state.slot, blockStart: morning.start, n: 0, first: 1n, last: 1n };
  state.add(
    { ...head, slotThrough: 0, expires: 0 },
    { minutes: [{ symbol: 'A', start: morning.start, ...values }], marks: [] },
    new Map(),
  );
  return state;
}
