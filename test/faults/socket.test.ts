/** Whatever happens on the vendor's socket in the middle of a burst: every minute is there once, or declared uncovered. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Rig } from './support/rig.ts';
import type { AssembledIngester } from './support/subject.ts';

let rig: Rig;
let ingester: AssembledIngester;

beforeEach(async () => {
  rig = await Rig.start();
  ingester = await rig.assembled();
  await rig.play(2);
});
afterEach(() => rig[Symbol.asyncDispose]());

async function expectWhole(): Promise<void> {
  await rig.recover(ingester);
  expect(await rig.violations()).toEqual([]);
}

describe('a socket that', () => {
  test('works loses nothing', async () => {
    await rig.play(5);
    await expectWhole();
    expect(rig.uncovered()).toBe(0);
  });

  test.each(['connect', 'auth', 'authenticated', 'subscribe', 'subscribed'] as const)(
    'drops in a burst, and again at the moment "%s" of the next connection',
    async moment => {
      rig.vendor.faults.dropAt(moment);
      await rig.playWith(() => rig.vendor.faults.drop());
      await expectWhole();
      expect((await ingester.stats()).feed.connectionsLost).toBe(2);
    },
  );

  test('drops twice while it is subscribed to again', async () => {
    rig.vendor.faults.dropAt('subscribe', { times: 2 });
    await rig.playWith(() => rig.vendor.faults.drop());
    await expectWhole();
    expect((await ingester.stats()).feed.connectionsLost).toBe(3);
  });

  test.each([1000, 1001, 1008, 1011])('is closed with %i in a burst', async code => {
    await rig.playWith(() => rig.vendor.faults.drop(code));
    await expectWhole();
  });
});
