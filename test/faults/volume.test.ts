/** The whole market at once, and a stream that takes nothing of it for many minutes. */
import { expect, test } from '@jest/globals';
import { longOutage, MARKET } from './support/long-outage.ts';
import { Rig } from './support/rig.ts';

test('a burst of 11,000 symbols arrives whole', async () => {
  await using rig = await Rig.start(MARKET);
  const ingester = await rig.process();
  await rig.live(ingester);
  await rig.play(2);
  await rig.watermarked();
  expect(await rig.violations()).toEqual([]);
  expect(rig.uncovered()).toBe(0);
}, 300_000);

test('a stream that takes nothing of the whole market fills the disk and not the memory, and gets all of it afterwards', async () => {
  const { memory, onDisk, violations } = await longOutage(6, () => undefined);
  expect(onDisk).toBeGreaterThan(5_000);
  expect(memory).toBeLessThan(150);
  expect(violations).toEqual([]);
}, 300_000);
