/** A feed on Spot: a task that AWS takes back in the middle of a session, and minutes in which there is none to spare. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from './support/patience.ts';
import { Rig } from './support/rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({ from: '2025-11-20T17:00:00Z', spot: true });
});

afterAll(async () => rig[Symbol.asyncDispose]());

const service = () => rig.engine.service('Ingester/Service');
const providers = () => service().strategy.map(({ capacityProvider }) => capacityProvider);

test('a task that is taken back hands over, the next one fills what it missed, and nobody is told', async () => {
  expect(providers()).toEqual(['FARGATE_SPOT']);
  await rig.replaceIngester();
  await rig.minutes(5);
  expect(rig.everRaised).toEqual([]);
});

test('without Spot for three minutes it runs on demand, with every minute there, before anybody is told', async () => {
  service().hasSpot = false;
  await until('the task to end', () => service().tasks.length === 0);
  rig.expects = { watermarks: false, ingester: false, rollup: true };
  await rig.minutes(3);
  expect(providers()).toEqual(['FARGATE_SPOT']);
  const subscribed = rig.vendor.nextSubscribe();
  await rig.minutes(1);
  await subscribed;
  expect(providers()).toEqual(['FARGATE']);
  rig.expects = { watermarks: true, ingester: true, rollup: true };
  await rig.minutes(5);
  expect(rig.raised).toEqual([]);
  expect(rig.valueOf('UncoveredMinutes')).toBe(0);
});
