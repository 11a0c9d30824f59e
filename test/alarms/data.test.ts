/** Alarms on data, leases, deployments, the query API and the calendar, at night and without an ingester. */
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultThresholds } from '../../lib/settings/thresholds.ts';
import { localRedrive } from '../../local/operate/local-redrive.ts';
import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import { monitorMetrics } from '../../runtime/platform/metric-names.ts';
import { encodeMinuteBar, encodeWatermark } from '../../runtime/records/encode.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import { hasRedis, RedisServer, testWithRedis } from '../runtime/ingester/support/redis-server.ts';
import { Rig } from './support/rig.ts';
import { storedFives } from './support/stored-fives.ts';

/** The market is closed and opens only in the morning. */
const NIGHT = '2025-11-21T01:00:00Z';
const EARLIER = Date.parse('2025-11-20T17:00:00Z');

/** It has all that it has written again when it comes back. */
const KEEPS = ['--appendonly', 'yes', '--appendfsync', 'always'];

let rig: Rig;
let redis: RedisServer | undefined;

beforeAll(async () => {
  redis = hasRedis ? await RedisServer.start(...KEEPS) : undefined;
  rig = await Rig.start({
    ...{ from: NIGHT, ingester: false, thresholds: { apiSeconds: 0.4 }, latest: redis?.url },
  });
  await rig.untilRaised(8, 'IngesterNotRunning');
});

afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await redis?.[Symbol.asyncDispose]();
});

/** What is raised beside the ingester that does not run here. */
const raised = () => rig.raised.filter(id => id !== 'IngesterNotRunning');

/** Minutes of one symbol, one per five-minute window, then the watermark that closes all windows. */
function minutes(count: number, { version, volume = '5', symbol = 'AAPL' }: Published): string[] {
  const bars = Array.from({ length: count }, (_, index) => {
    const start = EARLIER + index * 5 * MINUTE;
    const prices = { open: 1, high: 2, low: 1, close: 2, volume } as const;
    const rest = { session: 'regular', version: start + MINUTE + version, source: 'live' } as const;
    return encodeMinuteBar({ type: 'bar', symbol, start, ...prices, ...rest });
  });
  const through = EARLIER + count * 5 * MINUTE;
  return [...bars, encodeWatermark({ type: 'watermark', slot: slotOf(symbol), through, epoch: 1 })];
}

interface Published {
  readonly version: number;
  /** @default '5' */
  readonly volume?: `${number}`;
  /** @default 'AAPL' */
  readonly symbol?: string;
}

test('a night without an ingester is a ticket and wakes nobody', () => {
  expect(raised()).toEqual([]);
  expect(rig.pages('IngesterNotRunning')).toBe(false);
});

test('one refused record is a ticket, a hundred page, and one with fields of tomorrow is neither', async () => {
  const [bar = ''] = minutes(1, { version: 1 });
  await rig.put([JSON.stringify({ ...JSON.parse(bar), tomorrow: true })]);
  await rig.minutes(2);
  expect(raised()).toEqual([]);
  await rig.put(['nonsense']);
  await rig.minutes(1);
  await rig.untilRaised(2, 'Quarantined');
  expect(raised()).toEqual(['Quarantined']);
  await rig.put(Array.from({ length: 100 }, (_, index) => `nonsense ${index}`));
  await rig.untilRaised(3, 'QuarantineFlood');
  expect(rig.pages('QuarantineFlood')).toBe(true);
  await rig.untilOver(25, 'QuarantineFlood', 'Quarantined');
});

test('bars revised by the dozen are too many; one in a hundred is not, nor are all of them put again', async () => {
  for (const symbol of rig.symbols.slice(0, 6)) await rig.put(minutes(46, { version: 1, symbol }), symbol);
  await rig.minutes(1);
  const [symbol = ''] = rig.symbols;
  await rig.put(minutes(46, { version: 2, symbol }), symbol);
  await rig.put(minutes(1, { version: 3, volume: '6', symbol }).slice(0, 1), symbol);
  await rig.minutes(2);
  const { revisedPercent } = defaultThresholds;
  expect(rig.valueOf('RevisedFinals')).toBeGreaterThan(0);
  expect(rig.valueOf('RevisedFinals')).toBeLessThan(revisedPercent);
  await rig.put(minutes(20, { version: 4, volume: '7', symbol }).slice(0, 20), symbol);
  await rig.minutes(1);
  expect(rig.valueOf('RevisedFinals')).toBeGreaterThan(revisedPercent);
  expect(raised()).toEqual([]);
});

testWithRedis(
  'latest bars that find no server, or something else at their key, are tickets, and stand there in the end as in the table',
  async () => {
    const [symbol = '', other = ''] = rig.symbols;
    const correct = (of: string, version: number) =>
      rig.put(minutes(1, { version, volume: `${version}`, symbol: of }).slice(0, 1), of);
    const daysOf = async (of: string) => JSON.parse(`${await redis?.ask('GET', `stock:agg5m:${of}`)}`)?.bars;
    const firstOf = async (of: string) => (await daysOf(of))[0]?.volume;
    await correct(symbol, 10);
    expect(await firstOf(symbol)).toBe(10);
    const key = `stock:agg5m:${other}`;
    await redis?.ask('DEL', key);
    await redis?.ask('RPUSH', key, 'mine');
    await correct(other, 11);
    await rig.untilRaised(2, 'LatestBlocked');
    await redis?.ask('DEL', key);
    const ofLatest = () => rig.raised.filter(id => id.startsWith('Latest'));
    expect(ofLatest()).toEqual(['LatestBlocked']);

    await redis?.end();
    rig.expects.rollup = false;
    const waiting = correct(symbol, 12);
    for (let minute = 0; minute < 8; minute++) {
      await rig.minutes(1);
      await rig.measured('Errors');
    }
    await rig.untilRaised(2, 'LatestFailing', 'LatestBehind');
    expect(ofLatest().filter(id => rig.pages(id))).toEqual([]);
    await redis?.begin(...KEEPS);
    await waiting;
    expect(await firstOf(symbol)).toBe(12);

    await redis?.end();
    const mapping = rig.engine.mapping('Stocks/Latest/Function');
    mapping.aged = 24 * 60 * MINUTE;
    await correct(symbol, 13);
    mapping.aged = 0;
    await rig.measured('OnFailureDestinationDeliveredEventCount');
    await rig.untilRaised(2, 'LatestGivenUp');

    await redis?.begin(...KEEPS);
    rig.expects.rollup = true;
    await correct(other, 14);
    const { engine, feed } = rig;
    const now = rig.clock.now();
    const redriven = await localRedrive({ what: 'failures', act: true }, { engine, feeds: [feed], now });
    expect(redriven).toMatchObject({ done: 1, left: 0 });
    expect([await firstOf(symbol), await firstOf(other)]).toEqual([13, 14]);
    for (const each of [symbol, other]) expect(await daysOf(each)).toEqual(await storedFives(rig, each));
    await rig.untilOver(10, 'LatestFailing', 'LatestBehind', 'LatestGivenUp', 'LatestBlocked');
  },
);

/** Lets the lease change hands, and a minute pass. */
async function take(epoch: number, more: Record<string, AttributeValue> = {}): Promise<void> {
  const Item = { pk: { S: 'stocks' }, epoch: { N: `${epoch}` }, counter: { N: `${epoch * 100}` }, ...more };
  await rig.engine.dynamodb.send(
    new PutItemCommand({ TableName: rig.engine.table('Stocks/Lease').name, Item }),
  );
  await rig.minutes(1);
}

test('a lease that wanders is a ticket, one that changes hands once is none', async () => {
  await take(1);
  await take(2);
  await rig.minutes(2);
  expect(rig.isRaised('LeaseFlapping')).toBe(false);
  for (const epoch of [3, 4, 5]) await take(epoch);
  await rig.untilRaised(3, 'LeaseFlapping');
});

test('a holder of the lease that fills a gap is shown to do so', async () => {
  const gap = { from: { N: `${EARLIER}` }, remaining: { N: '12' }, symbols: { N: '24' } };
  const slots = { S: [...new Set(rig.symbols.map(slotOf))].join(',') };
  await take(6, { slots, catchingUp: { M: gap } });
  const { store } = rig.watch;
  const [id] = store.metrics.filter(({ name }) => name === monitorMetrics.catchingUp);
  if (id === undefined) throw new Error('nothing was printed');
  const end = minuteOf(rig.clock.now());
  expect(store.statistic(id, 'Maximum', end - MINUTE, end)).toBe(1);
  await take(7, { slots });
  expect(store.statistic(id, 'Maximum', end, end + MINUTE)).toBe(0);
});

test('a deployment that ECS gives up is a ticket, one that completes is none', async () => {
  const event = {
    source: 'aws.ecs',
    'detail-type': 'ECS Deployment State Change',
    resources: [serviceArn()],
    detail: { eventName: 'SERVICE_DEPLOYMENT_COMPLETED' },
  };
  rig.engine.publish(event);
  await rig.minutes(2);
  expect(rig.isRaised('DeploymentRolledBack')).toBe(false);
  rig.engine.publish({ ...event, detail: { eventName: 'SERVICE_DEPLOYMENT_FAILED' } });
  await rig.untilRaised(2, 'DeploymentRolledBack');
});

/** Lets minutes pass in each of which the query API answers with that status. */
async function answeredBy(status: number, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    expect((await rig.ask('/v1/symbols')).status).toBe(status);
    await rig.minutes(1);
  }
}

describe('a query API', () => {
  test('that fails again and again is a ticket; once is nothing', async () => {
    const api = rig.engine.function('Api/Function');
    api.fault = 'crash';
    await answeredBy(500, 2);
    expect(rig.raised.filter(id => id.startsWith('Api'))).toEqual([]);
    await answeredBy(500, 1);
    await rig.untilRaised(1, 'ApiFailing');
    expect([rig.pages('ApiFailing'), rig.isRaised('ApiThrottled')]).toEqual([false, false]);
    api.fault = undefined;
    await rig.untilOver(6, 'ApiFailing');
  });

  test('that refuses questions is a ticket, whether Lambda or a table has no room', async () => {
    const api = rig.engine.function('Api/Function');
    api.fault = 'throttle';
    await answeredBy(503, 3);
    await rig.untilRaised(1, 'ApiThrottled');
    api.fault = undefined;
    await rig.untilOver(6, 'ApiThrottled', 'ApiFailing');
    await rig.engine.throttle('table', 'Stocks/Store', 'all');
    await answeredBy(429, 3);
    await rig.untilRaised(1, 'ApiThrottled');
    expect(rig.isRaised('ApiFailing')).toBe(false);
    await rig.engine.throttle('table', 'Stocks/Store', 'none');
    await rig.untilOver(6, 'ApiThrottled');
  });

  test('that is slow is a ticket', async () => {
    const api = rig.engine.function('Api/Function');
    api.fault = 'slow';
    await answeredBy(200, 3);
    await rig.untilRaised(1, 'ApiSlow');
    expect(rig.pages('ApiSlow')).toBe(false);
    api.fault = undefined;
    await rig.untilOver(6, 'ApiSlow');
  });
});

test('a dead monitor pages, also at night', async () => {
  rig.engine.function('Stocks/Monitor/Function').fault = 'crash';
  await rig.minutes(2);
  expect(rig.isRaised('FeedDown')).toBe(false);
  await rig.untilRaised(6, 'FeedSilent', 'FeedDown');
  expect(rig.pages('FeedDown')).toBe(true);
  rig.engine.function('Stocks/Monitor/Function').fault = undefined;
  await rig.untilOver(6, 'FeedSilent', 'FeedDown');
});

test('a daily job that fails is a ticket', async () => {
  rig.clock.set({ now: Date.parse('2025-11-21T07:57:00Z') });
  await rig.minutes(2);
  expect(rig.isRaised('JobFailing')).toBe(false);
  rig.engine.function('Calendar/Function').fault = 'crash';
  await rig.untilRaised(4, 'JobFailing');
});

test('a calendar that ends in two months is a ticket, one that ends in three is none', async () => {
  rig.clock.set({ now: Date.parse('2040-10-01T03:00:00Z') });
  await rig.minutes(7);
  expect(rig.isRaised('CalendarRunningOut')).toBe(false);
  rig.clock.set({ now: Date.parse('2040-11-06T03:00:00Z') });
  await rig.untilRaised(8, 'CalendarRunningOut');
});

/** How the rule of the templates knows the ingester's service. */
function serviceArn(): string {
  return rig.engine.task('Stocks/Ingester/Service').service;
}
