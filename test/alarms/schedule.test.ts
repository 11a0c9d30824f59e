/** A feed that sleeps between sessions: a week with a holiday and a half day, and a morning on which nobody wakes it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from './support/patience.ts';
import { Rig } from './support/rig.ts';

let rig: Rig;

beforeAll(async () => {
  // Four in the afternoon in New York, on the day before Thanksgiving; nothing trades after the first minutes.
  rig = await Rig.start({ from: '2025-11-26T21:00:00Z', schedule: 'sessions' });
  rig.market.halt(rig.clock.now(), rig.symbols, Date.parse('2025-11-27T01:00:00Z'));
});

afterAll(async () => rig[Symbol.asyncDispose]());

const service = () => rig.engine.service('Ingester/Service');

/** How many tasks the service is to have once the monitor has looked at that instant. */
async function desiredAt(instant: string): Promise<number> {
  await rig.leap(instant);
  await until('ECS', () => service().tasks.length === service().desired);
  return service().desired;
}

test('20 minutes after the last session the task is stopped, as a deployment stops it', async () => {
  expect(await desiredAt('2025-11-27T01:19:00Z')).toBe(1);
  const lines: string[] = [];
  rig.engine.onLog((_, line) => lines.push(line));
  expect(await desiredAt('2025-11-27T01:20:00Z')).toBe(0);
  expect(lines.join()).toMatch(/the lease is given back.*everything is published/s);
});

test('nobody is told while it sleeps, that night and on the holiday', async () => {
  await rig.minutes(8);
  expect(rig.raised).toEqual([]);
  expect(await desiredAt('2025-11-27T17:00:00Z')).toBe(0);
  await rig.minutes(8);
  expect(rig.raised).toEqual([]);
});

test('a morning on which it cannot be woken is told, and pages once the market is open', async () => {
  service().refusal = 'not authorized to perform: ecs:UpdateService';
  expect(await desiredAt('2025-11-28T08:55:00Z')).toBe(0);
  await rig.minutes(4);
  expect(rig.pages('FeedDown')).toBe(false);
  await rig.untilRaised(8, 'IngesterNotRunning', 'FeedDown');
  expect(rig.pages('FeedDown')).toBe(true);
});

test('it wakes up as soon as it can be, catches up with what it missed and runs through the half day', async () => {
  const subscribed = rig.vendor.nextSubscribe();
  service().refusal = undefined;
  await rig.minutes(1);
  await subscribed;
  rig.expects = { watermarks: true, ingester: true, rollup: true };
  await rig.untilOver(8, 'IngesterNotRunning', 'FeedDown');
  rig.market.halt(rig.clock.now(), rig.symbols, Date.parse('2025-11-28T22:00:00Z'));
  // The market closes at 13:00 and 17:00; the 4h window of the clock that holds its last minutes ends at 20:00.
  expect(await desiredAt('2025-11-29T01:19:00Z')).toBe(1);
  expect(await desiredAt('2025-11-29T01:20:00Z')).toBe(0);
});

test('it sleeps through the weekend, and is up 5 minutes before Monday opens', async () => {
  expect(await desiredAt('2025-11-30T17:00:00Z')).toBe(0);
  expect(await desiredAt('2025-12-01T08:54:00Z')).toBe(0);
  expect(await desiredAt('2025-12-01T08:55:00Z')).toBe(1);
});
