/** Doing one thing again and again, and how the server stands by what came of it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Trouble } from '../../../page/api/trouble.ts';
import { Repeat, waitAfter } from '../../../page/live/repeat.ts';
import { ServerMeter } from '../../../page/model/server-health.ts';

const NEVER = 2 ** 30;
let end: AbortController;
beforeEach(() => {
  end = new AbortController();
});
afterEach(() => end.abort());

describe('what is repeated', () => {
  test('runs again after each run, with what came of it', async () => {
    const outcomes: unknown[] = [];
    const trouble = new Trouble('failed', 'no');
    await new Promise<void>(resolve => {
      let runs = 0;
      const task = async () => {
        runs++;
        if (runs === 2) throw trouble;
      };
      const onOutcome = (outcome: unknown) => {
        outcomes.push(outcome);
        if (outcomes.length === 3) resolve();
      };
      new Repeat(task, { every: 1, onOutcome, signal: end.signal });
    });
    expect(outcomes).toEqual([undefined, trouble, undefined]);
  });

  test('runs at once when it is poked, and once more when it was poked while it ran', async () => {
    let runs = 0;
    let release: () => void = () => undefined;
    let told: () => void = () => undefined;
    const running = () => new Promise<void>(resolve => (told = resolve));
    const task = async () => {
      runs++;
      told();
      await new Promise<void>(resolve => (release = resolve));
    };
    const first = running();
    const repeat = new Repeat(task, { every: NEVER, onOutcome: () => undefined, signal: end.signal });
    await first;
    repeat.poke();
    const second = running();
    release();
    await second;
    expect(runs).toBe(2);
  });

  test('rests while nobody looks, and runs when somebody does', async () => {
    let runs = 0;
    let told: () => void = () => undefined;
    const ran = () => new Promise<void>(resolve => (told = resolve));
    const first = ran();
    const options = { every: NEVER, onOutcome: () => told(), signal: end.signal };
    const repeat = new Repeat(async () => void runs++, options);
    repeat.paused = true;
    await first;
    const second = ran();
    repeat.paused = false;
    await second;
    expect(runs).toBe(2);
  });

  test('waits longer after each failure, as long as it is asked to, and never for ever', () => {
    const waits = [1, 2, 3, 9].map(failures => waitAfter(failures, 1_000, undefined, 0.5));
    expect(waits).toEqual([1_000, 2_000, 4_000, 15_000]);
    expect(waitAfter(1, 1_000, 30_000, 0.5)).toBe(30_000);
    expect([waitAfter(1, 1_000, undefined, 0), waitAfter(1, 1_000, undefined, 1)]).toEqual([750, 1_250]);
  });
});

describe('the server', () => {
  const gone = new Trouble('unreachable', 'The server does not answer');

  test('is live when it answers, reconnecting after a failure, down after three', () => {
    const meter = new ServerMeter();
    expect(meter.health.state).toBe('starting');
    expect(meter.note('bars', undefined, 7)).toEqual({ state: 'live', heardAt: 7 });
    const states = [8, 9, 10].map(now => meter.note('bars', gone, now));
    expect(states.map(({ state }) => state)).toEqual(['reconnecting', 'reconnecting', 'down']);
    expect(states.at(-1)).toEqual({ state: 'down', reason: gone.message, heardAt: 7 });
    expect(meter.note('bars', undefined, 11)).toEqual({ state: 'live', heardAt: 11 });
  });

  test('is heard by its bars alone: they are what is shown', () => {
    const meter = new ServerMeter();
    meter.note('bars', undefined, 7);
    expect(meter.note('symbols', undefined, 8)).toEqual({ state: 'live', heardAt: 7 });
    expect(new ServerMeter().note('status', undefined, 8)).toEqual({ state: 'live' });
  });

  test('is not live while any question fails that is still asked', () => {
    const meter = new ServerMeter();
    meter.note('bars', gone, 1);
    expect(meter.note('status', undefined, 2).state).toBe('reconnecting');
    meter.forget('bars');
    expect(meter.health.state).toBe('live');
  });

  test('that refuses a question lives, and one that is busy is not down', () => {
    const meter = new ServerMeter();
    expect(meter.note('bars', new Trouble('refused', 'unknown'), 1).state).toBe('live');
    const busy = new Trouble('busy', 'slower');
    for (let n = 0; n < 9; n++) meter.note('bars', busy, 2);
    expect(meter.health.state).toBe('reconnecting');
  });
});
