/** Clocks that jump, and the night on which New York has an hour twice. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { MINUTE, Rig } from './support/rig.ts';

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
      // What it took for the past by then is not promised before it really is.
      await rig.play(6);
      await rig.recover(ingester);
      expect(await rig.violations({ cut: minutes > 0 ? cut : [] })).toEqual([]);
      expect(rig.uncovered()).toBe(0);
    },
  );
});

test('the night on which summer time ends passes with its watermarks, and the morning after it loses nothing', async () => {
  const evening = Date.parse('2025-10-31T23:00:00Z');
  const morning = Date.parse('2025-11-03T09:00:00Z');
  const title = 'the weekend on which New York leaves summer time';
  rig = await Rig.start({ title, from: evening });
  const ingester = await rig.assembled();
  await rig.play(60);
  for (let at = rig.minute; at < morning; at += 60 * MINUTE) await rig.to(at + 6_000);
  rig.minute = morning;
  await rig.play(6);
  await rig.recover(ingester);
  expect(await rig.violations()).toEqual([]);
  expect(rig.uncovered()).toBe(0);
});
