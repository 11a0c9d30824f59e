/** A feed on Spot that passes trades on: a task that AWS takes back in the middle of a session, minutes in which there is none to spare, and a sink that fails. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from './support/patience.ts';
import { Rig } from './support/rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({ from: '2025-11-20T17:00:00Z', spot: true, passesOn: true });
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

/** Lets a minute pass before which the sink has failed again, and which brings it more. */
async function minuteInVain(): Promise<void> {
  const { sink } = rig;
  const { failures, accepted } = await sink.counts();
  await sink.counted('another failure', now => now.failures > failures);
  await rig.minutes(1);
  await sink.counted('trades', now => now.accepted > accepted);
}

test('a sink that fails pages, what it drops is a ticket, and minutes and bars come as ever', async () => {
  const { sink } = rig;
  await rig.engine.throttle('stream', 'Stocks/Events', 'all');
  await rig.minutes(1);
  for (let minute = 0; minute < 3; minute++) await minuteInVain();
  await rig.untilRaised(2, 'SinkFailing');
  expect(rig.pages('SinkFailing')).toBe(true);
  expect(rig.raised).toEqual(['SinkFailing']);
  while ((await sink.counts()).dropped === 0) await minuteInVain();
  await rig.untilRaised(2, 'SinkDropping');
  expect(rig.pages('SinkDropping')).toBe(false);
  expect(rig.raised).toEqual(['SinkDropping', 'SinkFailing']);
  // More shards, as the runbook says: the stream takes what comes.
  await rig.engine.throttle('stream', 'Stocks/Events', 'none');
  await sink.counted('all that waited', ({ held }) => held === 0);
  await rig.untilOver(12, 'SinkFailing', 'SinkDropping');
  const { accepted, written, dropped } = await sink.counts();
  expect(written).toBe(accepted - dropped);
  expect(rig.raised).toEqual([]);
});
