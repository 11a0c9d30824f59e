/** Event time that stands still, leaps and is governed from outside. */
import { describe, expect, test } from '@jest/globals';
import { EventClock, machineClock } from '../../../runtime/platform/clock.ts';
import { clockFrom, clockSettingOf, type ParentChannel } from '../../../runtime/platform/clock-from.ts';

const never = new AbortController().signal;

describe('an event clock', () => {
  test('wakes whoever waits as soon as it is set past the time', async () => {
    const clock = new EventClock({ now: 1_000, speed: 0 });
    const order: string[] = [];
    const waits = [2_000, 1_500].map(at => clock.until(at).then(() => order.push(String(at))));
    clock.set({ now: 1_600 });
    await waits[1];
    expect(order).toEqual(['1500']);
    clock.set({ now: 90_000_000 });
    await waits[0];
    expect(order).toEqual(['1500', '2000']);
    expect(clock.now()).toBe(90_000_000);
  });

  test('lets go of whoever waits when the signal aborts', async () => {
    const clock = new EventClock({ now: 0, speed: 0 });
    const stop = new AbortController();
    const wait = clock.until(1, stop.signal);
    stop.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
  });

  test('stands still at its limit until that is set further, however long nobody does', async () => {
    const clock = new EventClock({ now: 0, speed: 0 });
    clock.set({ speed: 1e9, limit: 5_000 });
    await clock.until(5_000);
    let isLater = false;
    const later = clock.until(6_000).then(() => {
      isLater = true;
    });
    await new Promise(resolve => setTimeout(resolve, 2));
    expect([clock.now(), isLater]).toEqual([5_000, false]);
    clock.set({ limit: 6_000 });
    await later;
    clock.set({ now: 7_000 });
    expect([clock.now(), clock.limit]).toEqual([7_000, 7_000]);
  });

  test('passes faster than the wall as its speed says', () => {
    expect(new EventClock({ now: 0, speed: 600 }).perWall(50)).toBe(30_000);
    expect(machineClock.perWall(50)).toBe(50);
  });
});

describe('the clock of a process', () => {
  test("is the machine's without a setting", async () => {
    expect(await clockFrom(undefined, never)).toBe(machineClock);
  });

  test('starts at the setting where no parent listens', async () => {
    const parent: ParentChannel = { connected: false, onMessage: () => undefined, send: () => undefined };
    expect((await clockFrom({ now: 5, speed: 0 }, never, parent)).now()).toBe(5);
  });

  test('is governed by the parent, which gets an answer to every message', async () => {
    const listeners: ((message: unknown) => void)[] = [];
    const sent: unknown[] = [];
    const parent: ParentChannel = {
      connected: true,
      onMessage: listener => listeners.push(listener),
      send: message => sent.push(message),
    };
    const starting = clockFrom({ now: 5, speed: 0 }, never, parent);
    const tell = (message: unknown) => listeners.forEach(listener => void listener(message));
    tell({ type: 'other' });
    tell({ type: 'clock', now: 'soon', speed: 1 });
    tell({ type: 'clock', now: 7, speed: 0 });
    const clock = await starting;
    expect(clock.now()).toBe(7);
    tell({ type: 'clock', now: 9, speed: 1e9, limit: 9 });
    expect(clock.now()).toBe(9);
    expect(sent).toEqual([
      { type: 'clock set', now: 7 },
      { type: 'clock set', now: 9 },
    ]);
  });

  test('does not wait for a silent parent once the process is to stop', async () => {
    const parent: ParentChannel = { connected: true, onMessage: () => undefined, send: () => undefined };
    const stop = new AbortController();
    const starting = clockFrom({ now: 5, speed: 0 }, stop.signal, parent);
    stop.abort();
    expect((await starting).now()).toBe(5);
  });

  test.each([
    '',
    'noon@1',
    '2025-11-20T14:30:00Z',
    '2025-11-20T14:30:00Z@',
    '2025-11-20T14:30:00Z@-1',
    '2025-11-20@1',
    '2025-13-20T14:30:00Z@1',
    '2025-02-30T14:30:00Z@1',
    '2025-02-20T14:30:00@1',
    '2025-02-20T14:30:00+01:00@1',
  ])('is not read from %j', text => {
    expect(() => clockSettingOf(text)).toThrow('use <UTC instant>@<speed>');
  });
});
