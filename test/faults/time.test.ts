/** Clocks that jump, and the night on which New York has an hour twice. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { MINUTE, Rig, seconds } from './support/rig.ts';

let rig: Rig;
afterEach(() => rig[Symbol.asyncDispose]());

describe('a clock that', () => {
  test.each([5, -5])(
    'jumps by %i minutes in a burst and back a minute later loses nothing',
    async minutes => {
      rig = await Rig.start();
      const ingester = await rig.process();
      await rig.live(ingester);
      await rig.play(2);
      const cut = [rig.minute, rig.minute + MINUTE];
      rig.vendor.faults.midBurst(() => {
        ingester.ahead = minutes * MINUTE;
      });
      await rig.play(2);
      ingester.ahead = 0;
      // What it took for the past by then has no watermark before it really is.
      await rig.play(6);
      await rig.recover(ingester);
      expect(await rig.violations({ cut: minutes > 0 ? cut : [] })).toEqual([]);
      expect(rig.uncovered()).toBe(0);
    },
  );

  test('is six seconds slow does not leave a minute out whose bars had begun to come when the socket dropped', async () => {
    rig = await Rig.start();
    const ingester = await rig.process();
    ingester.ahead = -6_000;
    await rig.live(ingester);
    await rig.play(2);
    const end = rig.minute + MINUTE;
    rig.vendor.faults.midBurst(() => {
      rig.vendor.faults.refusal = 'timeout';
      rig.vendor.faults.drop();
    });
    // The first bars come, then nobody hears the next ones; by its own clock the minute is not over when it is back.
    for (const second of [1, 1.8, 2.6]) await rig.to(end + seconds(second));
    rig.vendor.faults.refusal = undefined;
    await rig.live(ingester);
    ingester.ahead = 0;
    for (const second of [3.4, 6]) await rig.to(end + seconds(second));
    rig.minute = end;
    await rig.recover(ingester);
    expect(await rig.violations()).toEqual([]);
    expect(rig.uncovered()).toBe(0);
  });
});

test.each([
  ['ends', 'the weekend on which New York leaves summer time', '2025-10-31T23:00Z', '2025-11-03T09:00Z'],
  [
    'begins',
    'the weekend on which Chicago enters summer time, and the daily break',
    '2026-03-06T21:00Z',
    '2026-03-08T22:00Z',
  ],
])(
  'the night on which summer time %s passes with its watermarks, and the session after it loses nothing',
  async (_, title, last, next) => {
    const [evening, morning] = [Date.parse(last), Date.parse(next)];
    rig = await Rig.start({ title, from: evening });
    const ingester = await rig.assembled();
    await rig.play(60);
    for (let at = rig.minute; at < morning; at += 60 * MINUTE) await rig.to(at + 6_000);
    rig.minute = morning;
    await rig.play(6);
    await rig.recover(ingester);
    expect(await rig.violations()).toEqual([]);
    expect(rig.uncovered()).toBe(0);
  },
);
