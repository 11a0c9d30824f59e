/** Deployments of the ingester on the real stage, by versions that start and cannot do what the one before them did. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ingesterEnv } from '../../runtime/ingester/names.ts';
import { until } from './support/patience.ts';
import { Rig } from './support/rig.ts';

const NOWHERE = 'http://127.0.0.1:1';
/** Runs, says that it is well, and does nothing else. */
const IDLE = `
  require('node:http').createServer((_, response) => response.end('{}'))
    .listen(Number(process.env.STATUS_PORT), '127.0.0.1', () => process.send('listens'));
  process.on('message', ({ now }) => process.send({ type: 'clock set', now }));
  process.on('SIGTERM', () => process.exit(0));`;

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({ from: '2025-11-20T17:00:00Z' });
});

afterAll(async () => rig[Symbol.asyncDispose]());

/** Lets the version before take its place again, and the feed be as it was. @param subscribed asked for before it may: it is quick */
async function goneBack(subscribed: Promise<void>): Promise<void> {
  await rig.lookUntil('the version before', ({ isOver }) => isOver);
  await subscribed;
  rig.expects.ingester = true;
  rig.expects.watermarks = true;
  await rig.untilOver(20, ...rig.raised.filter(id => id !== 'UncoveredMinutes'));
}

test('a version that cannot reach AWS takes nobody’s place: the old one goes on without a break, and a ticket says so', async () => {
  const [{ pid } = { pid: undefined }] = rig.engine.tasks;
  const rollout = await rig.deploy({
    variables: { AWS_ENDPOINT_URL_DYNAMODB: NOWHERE, AWS_ENDPOINT_URL_KINESIS: NOWHERE },
  });
  await rig.untilRaised(15, 'DeploymentRolledBack');
  expect(rollout).toMatchObject({ state: 'FAILED', reason: '3 tasks failed', isOver: true });
  expect(rig.engine.tasks.map(task => task.pid)).toEqual([pid]);
  expect(rig.everRaised).toEqual(['DeploymentRolledBack']);
  await rig.untilOver(5, 'DeploymentRolledBack');
});

test('a version whose key the vendor refuses is rolled back, and the one before it fills the gap', async () => {
  const { connections } = rig.vendor.seen;
  const rollout = await rig.deploy({ variables: { [ingesterEnv.apiKey]: 'another-key' } });
  await rig.lookUntil('the new version alone', ({ hasReplaced }) => hasReplaced);
  await until('the new version at the door', () => rig.vendor.seen.connections > connections);
  const subscribed = rig.vendor.nextSubscribe();
  rig.expects.watermarks = false;
  await rig.untilRaised(8, 'DeploymentUnconnected', 'DeploymentRolledBack');
  expect(rollout.reason).toMatch(/^alarm barflow-test-Stocks-Deployment(Silent|Unconnected) is raised$/);
  await goneBack(subscribed);
});

test('a version that is well and publishes nothing is rolled back, too', async () => {
  const rollout = await rig.deploy({ arguments: ['-e', IDLE] });
  await rig.lookUntil('the new version alone', ({ hasReplaced }) => hasReplaced);
  const subscribed = rig.vendor.nextSubscribe();
  Object.assign(rig.expects, { watermarks: false, ingester: false });
  await rig.untilRaised(8, 'DeploymentSilent', 'DeploymentRolledBack');
  expect(rollout.reason).toBe('alarm barflow-test-Stocks-DeploymentSilent is raised');
  await goneBack(subscribed);
});

test('a version that works takes over at once, and its deployment is completed when nothing was raised for a while', async () => {
  // The lease has changed hands with every deployment and back.
  const raised = () => rig.everRaised.filter(id => id !== 'LeaseFlapping');
  const [before, pages] = [raised(), rig.everPaged];
  const subscribed = rig.vendor.nextSubscribe();
  const rollout = await rig.deploy({});
  await rig.lookUntil('the new version alone', ({ hasReplaced }) => hasReplaced);
  await subscribed;
  await rig.minutes(6);
  expect(rollout).toMatchObject({ state: 'COMPLETED', failures: 0, isOver: true });
  expect([raised(), rig.everPaged]).toEqual([before, pages]);
});
