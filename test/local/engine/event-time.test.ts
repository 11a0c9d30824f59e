/** How much event time has passed: by the clock's speed, by its sets while it stands, never by a leap. */
import { describe, expect, jest, test } from '@jest/globals';
import { EventTime } from '../../../local/engine/event-time.ts';
import { EventClock, machineClock } from '../../../runtime/platform/clock.ts';

const NOON = Date.parse('2025-11-20T12:00:00Z');
const MINUTE = 60_000;

/** Wall time that moves only when told. */
function handDriven() {
  let wall = 0;
  const since = { date: Date.now(), performance: performance.now() };
  jest.spyOn(Date, 'now').mockImplementation(() => since.date + wall);
  jest.spyOn(performance, 'now').mockImplementation(() => since.performance + wall);
  return {
    pass: (ms: number) => {
      wall += ms;
    },
  };
}

describe('event time', () => {
  test('passes with the wall for the machine’s clock', () => {
    const wall = handDriven();
    const time = new EventTime(machineClock);
    const start = Date.now();
    wall.pass(1_500);
    expect(time.since(start)).toBe(1_500);
  });

  test('passes no more while the clock stands at its limit', () => {
    const wall = handDriven();
    const clock = new EventClock({ now: NOON, speed: 60 });
    const time = new EventTime(clock);
    clock.set({ limit: NOON + MINUTE });
    const start = Date.now();
    wall.pass(5_000);
    expect([time.since(start), time.at(Date.now())]).toEqual([MINUTE, NOON + MINUTE]);
    clock.set({ limit: NOON + 3 * MINUTE });
    wall.pass(1_000);
    expect([time.since(start), time.at(Date.now())]).toEqual([2 * MINUTE, NOON + 2 * MINUTE]);
  });

  test('passes as fast as the clock runs, also when that changes', () => {
    const wall = handDriven();
    const clock = new EventClock({ now: NOON, speed: 60 });
    const time = new EventTime(clock);
    const start = Date.now();
    wall.pass(1_000);
    expect(time.since(start)).toBe(MINUTE);
    clock.set({ speed: 600 });
    wall.pass(1_000);
    expect(time.since(start)).toBe(11 * MINUTE);
    expect(time.now()).toBe(NOON + 11 * MINUTE);
  });

  test('passes with every set of a clock that stands', () => {
    const wall = handDriven();
    const clock = new EventClock({ now: NOON, speed: 0 });
    const time = new EventTime(clock);
    const start = Date.now();
    wall.pass(10);
    clock.set({ now: NOON + 2 * MINUTE });
    wall.pass(10);
    const between = Date.now();
    wall.pass(10);
    clock.set({ now: NOON + 5 * MINUTE });
    expect(time.since(start)).toBe(5 * MINUTE);
    expect(time.since(between)).toBe(3 * MINUTE);
  });

  test('does not pass when a running clock leaps', () => {
    const wall = handDriven();
    const clock = new EventClock({ now: NOON, speed: 60 });
    const time = new EventTime(clock);
    const start = Date.now();
    wall.pass(1_000);
    clock.set({ now: NOON + 60 * 60 * MINUTE });
    wall.pass(1_000);
    expect(time.since(start)).toBe(2 * MINUTE);
  });

  test('at a moment of wall time is what the clock showed then, whatever it was set to since', () => {
    const wall = handDriven();
    const clock = new EventClock({ now: NOON, speed: 60 });
    const time = new EventTime(clock);
    wall.pass(1_000);
    const before = Date.now();
    wall.pass(1_000);
    clock.set({ now: NOON + 60 * MINUTE, speed: 600 });
    wall.pass(500);
    expect([time.at(before), time.at(Date.now())]).toEqual([NOON + MINUTE, NOON + 65 * MINUTE]);
    expect(new EventTime(machineClock).at(Date.now() + 5)).toBe(Date.now() + 5);
  });
});
