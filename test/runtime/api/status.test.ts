/** How a feed stands, by what its tables and its alarms say. */

import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudWatchAlarms } from '../../../runtime/api/status/alarms.ts';
import { CloudWatchMetrics } from '../../../runtime/api/status/figures.ts';
import { watchLease } from '../../../runtime/monitor/lease-watch.ts';
import { HaltTable } from '../../../runtime/tables/lease/halt-table.ts';
import { LeaseItems } from '../../../runtime/tables/lease/lease-items.ts';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';
import { AskedApi } from './support/asked.ts';

const MINUTE = 60_000;
const OPEN = Date.parse('2025-11-20T14:30:00Z');
const THROUGH = OPEN + 10 * MINUTE;
let api: AskedApi;

beforeAll(async () => {
  const rollup = new RollupOnTwins();
  for (let at = OPEN; at < THROUGH; at += MINUTE)
    await rollup.deliver(minuteBar(at), new Date(at + MINUTE).toISOString());
  api = await AskedApi.start();
  await api.put('state', rollup.log());
});

afterAll(() => api[Symbol.asyncDispose]());

beforeEach(async () => {
  api.startCold();
  api.at = THROUGH + 70_000;
  await renew(1);
});

async function renew(counter: number, more = {}): Promise<void> {
  const lease = { owner: { S: 'a' }, epoch: { N: '3' }, counter: { N: String(counter) }, slots: { S: '34' } };
  await api.put('lease', [{ pk: { S: 'stocks' }, ...lease, ...more }]);
}

async function status(): Promise<Readonly<Record<string, unknown>>> {
  const { feeds } = await api.json<{ feeds: readonly Readonly<Record<string, unknown>>[] }>('/v1/status');
  return feeds[0] ?? {};
}

test('a feed that runs is live, as late as its watermark, and says what comes next', async () => {
  expect(await status()).toEqual({
    ...{ feed: 'stocks', market: 'stocks', timeZone: 'America/New_York', isOpen: true, session: 'regular' },
    ...{ nextChange: Date.parse('2025-11-20T21:00:00Z'), nextSession: 'post', now: THROUGH + 70_000 },
    ...{ watermark: THROUGH, lagSeconds: 70, minutesPerMinute: 1, symbolsLastMinute: 1, uncoveredToday: 0 },
    ...{ connection: 'live', quiet: { delisted: [], halted: [] }, alarms: [] },
  });
});

test('a feed that has no watermark yet is not as late as its session is old', async () => {
  api.startCold([{ stateTable: 'bars' }]);
  const answer = await status();
  expect(answer).toMatchObject({ isOpen: true });
  expect(answer).not.toHaveProperty('watermark');
  expect(answer).not.toHaveProperty('lagSeconds');
});

test('a closed market is not late', async () => {
  api.at = Date.parse('2025-11-22T17:00:00Z');
  expect(await status()).toMatchObject({
    ...{ isOpen: false, session: 'closed', nextSession: 'pre', lagSeconds: 0, symbolsLastMinute: 0 },
    nextChange: Date.parse('2025-11-24T09:00:00Z'),
  });
});

describe('the connection', () => {
  test('is down when the lease has not been renewed, and live again when it is', async () => {
    expect(await status()).toMatchObject({ connection: 'live' });
    api.wall += 14_000;
    expect(await status()).toMatchObject({ connection: 'live' });
    api.wall += 2_000;
    expect(await status()).toMatchObject({ connection: 'down' });
    await renew(2);
    expect(await status()).toMatchObject({ connection: 'live' });
  });

  /** What the monitor notes of the lease that it sees at that instant of event time and by the wall clock. */
  async function monitorLooks(at: number, wall: number): Promise<void> {
    const put = async (key: string, note: unknown) =>
      api.put('memory', [{ pk: { S: key }, note: { S: JSON.stringify(note) } }]);
    const memory = { get: async () => undefined, put };
    await watchLease(memory, { epoch: 3, counter: 1 }, { at, wall });
  }

  test('is down at the first look, when the monitor has noted for minutes that the lease does not move', async () => {
    await monitorLooks(api.at - 3 * MINUTE, api.wall - 3 * MINUTE);
    expect(await status()).toMatchObject({ connection: 'down' });
    await renew(2);
    expect(await status()).toMatchObject({ connection: 'live' });
  });

  test('is live at the first look, however fast event time runs: the lease is renewed by the wall clock', async () => {
    await monitorLooks(api.at - 30 * MINUTE, api.wall - 3_000);
    expect(await status()).toMatchObject({ connection: 'live' });
    api.wall += 16_000;
    expect(await status()).toMatchObject({ connection: 'down' });
  });

  test('is live while event time runs so fast that minutes are a moment, and reconnecting after two seconds of silence', async () => {
    const seen: unknown[] = [];
    for (const counter of [1, 2, 3, 4]) {
      await renew(counter);
      seen.push((await status())['connection']);
      api.wall += 1_000;
      api.at += 4 * MINUTE;
    }
    expect(seen).toEqual(['live', 'live', 'reconnecting', 'reconnecting']);
  });

  test('is none where nobody has ever connected, as beside an import', async () => {
    api.startCold([{ leaseTable: 'memory' }]);
    expect(await status()).toMatchObject({ connection: 'none' });
  });

  test('is reconnecting while a gap is filled, and while an open market is silent', async () => {
    const numbers = { from: { N: String(OPEN) }, remaining: { N: '1' }, symbols: { N: '2' } };
    await renew(3, { catchingUp: { M: numbers } });
    expect(await status()).toMatchObject({ connection: 'reconnecting' });
    await renew(4);
    api.at = THROUGH + 4 * MINUTE;
    expect(await status()).toMatchObject({ connection: 'reconnecting', lagSeconds: 240 });
  });
});

test('symbols that the vendor does not list any more are named, until the note is a week old', async () => {
  const note = { date: '2025-11-19', symbols: ['SIVB', 'FRC'] };
  await api.put('memory', [{ pk: { S: 'delisted' }, note: { S: JSON.stringify(note) } }]);
  expect(await status()).toMatchObject({ quiet: { delisted: ['FRC', 'SIVB'] } });
  api.at += 7 * 86_400_000;
  expect(await status()).toMatchObject({ quiet: { delisted: [] } });
});

test('symbols that are halted are named, since when they are, until nobody has heard of it for a trading day', async () => {
  const table = new HaltTable(new LeaseItems(api.client, 'lease', 'stocks', 'test/stocks'));
  const heard = Date.parse('2025-11-20T05:00:00Z');
  const both = [
    { symbol: 'TSLA', since: OPEN, heard },
    { symbol: 'NVDA', since: OPEN + MINUTE, heard },
  ];
  await table.save(both, 1);
  const named = [
    { symbol: 'NVDA', since: OPEN + MINUTE },
    { symbol: 'TSLA', since: OPEN },
  ];
  expect(await status()).toMatchObject({ quiet: { halted: named } });
  api.at = Date.parse('2025-11-22T15:00:00Z');
  expect(await status()).toMatchObject({ quiet: { halted: [] } });
});

describe('alarms', () => {
  test('that stand and that somebody is told of are named, by what the feed calls them', async () => {
    const client = new CloudWatchClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const asked: unknown[] = [];
    client.middlewareStack.add(
      () =>
        async ({ input }) => {
          asked.push(input);
          const AlarmDescription = 'It means this. First: do that. Runbook: docs/runbook.md#feed-silent';
          const StateTransitionedTimestamp = new Date(OPEN);
          const MetricAlarms = ['FeedSilent', 'DeploymentSilent'].map(id => ({
            ...{ AlarmName: `barflow-test-Stocks-${id}`, AlarmDescription, StateTransitionedTimestamp },
            AlarmActions: id === 'FeedSilent' ? ['arn:aws:sns:us-east-1:123456789012:page'] : [],
          }));
          return { output: { $metadata: {}, MetricAlarms }, response: {} };
        },
      { step: 'initialize', priority: 'high', name: 'twin' },
    );
    const alarms = new CloudWatchAlarms(client, () => 0, { warn: () => undefined });
    api.alarms = await alarms.standing('barflow-test-Stocks-');
    const known = [{ name: 'FeedSilent', since: OPEN, runbook: '#feed-silent' }];
    expect(await status()).toMatchObject({ alarms: known });
    expect(await alarms.standing('barflow-test-Stocks-')).toEqual(known);
    expect(asked).toEqual([
      expect.objectContaining({ AlarmNamePrefix: 'barflow-test-Stocks-', StateValue: 'ALARM' }),
    ]);
  });

  test('are none, and the log says so once, where CloudWatch does not tell', async () => {
    const client = new CloudWatchClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    client.middlewareStack.add(() => () => Promise.reject(new Error('not permitted')), {
      ...{ step: 'initialize', priority: 'high', name: 'twin' },
    });
    let [now, warned] = [0, 0];
    const alarms = new CloudWatchAlarms(client, () => now, { warn: () => void warned++ });
    for (; now < 60_000; now += 15_000) expect(await alarms.standing('x')).toEqual([]);
    expect(warned).toBe(1);
  });
});

describe('metrics', () => {
  const feed = { environment: 'test', feed: 'stocks' };
  const dayStart = Date.parse('2025-11-20T05:00:00Z');
  const clientOf = (answer: (input: unknown) => object) => {
    const client = new CloudWatchClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    client.middlewareStack.add(
      () =>
        async ({ input }) => ({ output: { $metadata: {}, ...answer(input) }, response: {} }),
      { step: 'initialize', priority: 'high', name: 'twin' },
    );
    return client;
  };

  test('say how many bars are finished a minute, and how much was refused since the day began', async () => {
    const asked: unknown[] = [];
    const at = (time: string) => new Date(`2025-11-20T${time}:00Z`);
    const client = clientOf(input => {
      asked.push(input);
      const bars = { Timestamps: ['14:40', '14:35', '14:30'].map(at), Values: [7, 25, 1_000] };
      const refused = { Timestamps: ['14:40', '05:00', '04:55'].map(at), Values: [2, 3, 100] };
      return {
        MetricDataResults: [
          { Id: 'bars', ...bars },
          { Id: 'refused', ...refused },
        ],
      };
    });
    const metrics = new CloudWatchMetrics(client, () => 0, { warn: () => undefined });
    api.figures = await metrics.figures(feed, THROUGH + 70_000, dayStart);
    expect(await status()).toMatchObject({ barsPerMinute: 5, quarantinedToday: 5 });
    // Within a minute nobody asks again.
    expect(await metrics.figures(feed, THROUGH + 80_000, dayStart)).toBe(api.figures);
    await metrics.figures(feed, THROUGH + 130_000, dayStart);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatchObject({ StartTime: new Date(dayStart), EndTime: at('14:42') });
    expect(JSON.stringify(asked[0])).toContain('{"Name":"Feed","Value":"stocks"}');
  });

  test('are 0 where CloudWatch has none, and left out where it does not tell, which the log says once', async () => {
    const none = new CloudWatchMetrics(
      clientOf(() => ({})),
      () => 0,
      { warn: () => undefined },
    );
    expect(await none.figures(feed, THROUGH, dayStart)).toEqual({ barsPerMinute: 0, quarantinedToday: 0 });
    const client = clientOf(() => {
      throw new Error('not permitted');
    });
    let warned = 0;
    const silent = new CloudWatchMetrics(client, () => 0, { warn: () => void warned++ });
    for (const minute of [0, 1, 2])
      expect(await silent.figures(feed, THROUGH + minute * MINUTE, dayStart)).toEqual({});
    expect(warned).toBe(1);
    api.figures = {};
    expect(await status()).not.toHaveProperty('barsPerMinute');
  });
});
