/** The whole market at once, and a stream that takes nothing for half an hour of it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../runtime/ingester/support/eventually.ts';
import { breakOff, passOn } from './support/faulty-endpoint.ts';
import { MINUTE, Rig } from './support/rig.ts';

let rig: Rig;
afterEach(() => rig[Symbol.asyncDispose]());

test('a burst of 11,000 symbols arrives whole', async () => {
  rig = await Rig.start({ symbols: 11_000, subscription: '*', shards: 4 });
  const ingester = await rig.assembled();
  await rig.play(1);
  await rig.live(ingester);
  await rig.promised();
  expect(await rig.violations()).toEqual([]);
  expect(rig.uncovered()).toBe(0);
  expect(rig.tap.records.filter(({ content }) => content.type === 'bar').length).toBeGreaterThan(10_900);
});
