/** The whole market at once, and a stream that takes nothing of it for many minutes. */
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../runtime/ingester/support/eventually.ts';
import { breakOff, passOn } from './support/faulty-endpoint.ts';
import { Rig } from './support/rig.ts';

const MARKET = { symbols: 11_000, subscription: '*', shards: 16 };
const MEBIBYTE = 1024 * 1024;

let rig: Rig;
afterEach(() => rig[Symbol.asyncDispose]());

test('a burst of 11,000 symbols arrives whole', async () => {
  rig = await Rig.start(MARKET);
  const ingester = await rig.process();
  await rig.live(ingester);
  await rig.play(2);
  await rig.promised();
  expect(await rig.violations()).toEqual([]);
  expect(rig.uncovered()).toBe(0);
});

test('a stream that takes nothing of the whole market fills the disk and not the memory, and gets all of it afterwards', async () => {
  rig = await Rig.start(MARKET);
  const ingester = await rig.process();
  await rig.live(ingester);
  await rig.play(2);
  await rig.promised();
  const idle = (await ingester.stats()).memoryBytes;
  rig.kinesis.fault = breakOff;
  await rig.play(6);
  const { held, memoryBytes } = await ingester.stats();
  expect(held.onDisk).toBeGreaterThan(5_000);
  expect(memoryBytes - idle).toBeLessThan(150 * MEBIBYTE);
  rig.kinesis.fault = passOn;
  await rig.promised();
  await eventually(async () => (await ingester.stats()).held.records === 0);
  expect(await rig.violations({ repeats: true })).toEqual([]);
  expect(rig.uncovered()).toBe(0);
}, 300_000);
