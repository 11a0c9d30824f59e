/** Alarms on the feed: an afternoon at the market with everything that can happen to a connection. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defaultThresholds } from '../../lib/settings/thresholds.ts';
import { type Routes, serveStatus } from '../../local/console/status-server.ts';
import { paging } from '../../local/operate/health.ts';
import { localHealth } from '../../local/operate/local-health.ts';
import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import { calendarMetrics, metricNamespace, reconcileMetrics } from '../../runtime/platform/metric-names.ts';
import { TableMemory } from '../../runtime/tables/monitor-memory.ts';
import { operate } from '../support/operate.ts';
import { until } from './support/patience.ts';
import { Rig } from './support/rig.ts';

/** Noon in New York, in the middle of a Thursday's session. */
const NOON = '2025-11-20T17:00:00Z';
const OPEN = Date.parse('2025-11-20T14:30:00Z');
const DAY = 24 * 60 * MINUTE;

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({ from: NOON, bands: true });
  const memory = new TableMemory(rig.engine.dynamodb, rig.engine.table('Stocks/Monitor').name);
  for (let offset = 145; offset < 240; offset++)
    await memory.put(
      `usual#regular#${offset}`,
      [3, 2, 1].map(ago => [OPEN - ago * DAY, rig.symbols.length]),
    );
});

afterAll(async () => rig[Symbol.asyncDispose]());

/** Answers as the pipeline on this machine does, until it is disposed of. */
async function serving(routes: Routes) {
  const server = await serveStatus(routes, 0);
  return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
}

/** Without the throttled table: how many minutes the full quarantine throttles depends on the machine, and three are a ticket. */
const everRaised = () => rig.everRaised.filter(id => id !== 'TablesThrottled');

/**
 * Begins what ends the connection, and waits until the ingester connects again: it has noticed then, and not at whatever time
 * the clock shows by the time it does.
 */
async function hangUp(fault: 'drop' | 'auth-timeout'): Promise<void> {
  const before = rig.vendor.seen.connections;
  rig.rehearse(fault);
  await until('another connection', () => rig.vendor.seen.connections > before);
}

test('nothing is raised while all is well', async () => {
  await rig.minutes(6);
  expect(rig.everRaised).toEqual([]);
});

test('nothing is raised by a connection that comes back within a minute', async () => {
  const back = rig.vendor.nextSubscribe();
  await hangUp('drop');
  await back;
  await rig.minutes(4);
  expect(rig.everRaised).toEqual([]);
});

test('nothing is raised when a quarter of the symbols does not trade for a while', async () => {
  const now = minuteOf(rig.clock.now());
  rig.market.halt(now, rig.symbols.slice(18), now + 8 * MINUTE);
  await rig.minutes(8);
  expect(rig.everRaised).toEqual([]);
});

test('symbols whose halt the vendor tells are named, and nobody misses them, until they trade again', async () => {
  const halted = async (): Promise<readonly { readonly symbol: string; readonly since: number }[]> =>
    JSON.parse((await rig.ask('/v1/status')).text).feeds[0].quiet.halted;
  const since = rig.clock.now();
  rig.rehearse('announced-halt');
  await rig.minutes(1);
  await until('the halts', async () => (await halted()).length > 0);
  const symbols = [4, 12, 20].map(n => rig.symbols[n] ?? '').sort();
  expect(await halted()).toEqual(symbols.map(symbol => ({ symbol, since })));
  for (let minute = 0; minute < 4; minute++) {
    await rig.minutes(1);
    expect(rig.valueOf('FewSymbols')).toBe(1);
  }
  rig.recover('announced-halt');
  await rig.minutes(1);
  await until('the resumption', async () => (await halted()).length === 0);
  expect(rig.everRaised).toEqual([]);
});

test('nothing is raised by a few refused bars that the quarantine takes later, but a ticket for each', async () => {
  await rig.engine.throttle('table', 'Stocks/Quarantine', 'all');
  rig.rehearse('bad-bars');
  await rig.measured('WriteThrottleEvents');
  await rig.engine.throttle('table', 'Stocks/Quarantine', 'none');
  await rig.untilRaised(2, 'Quarantined');
  await rig.untilOver(10, 'Quarantined');
  expect(rig.everRaised).toEqual(['Quarantined']);
});

test('a clock that is off against the vendor’s is a ticket, until the vendor’s answers agree with it', async () => {
  /** A lost connection makes the ingester ask. */
  const asked = async () => {
    const back = rig.vendor.nextSubscribe();
    await hangUp('drop');
    await back;
  };
  rig.rehearse('rest-clock-off');
  await asked();
  await rig.untilRaised(5, 'ClockOff');
  expect(rig.raised).toEqual(['ClockOff']);
  expect(rig.pages('ClockOff')).toBe(false);
  rig.recover('rest-clock-off');
  await asked();
  await rig.untilOver(8, 'ClockOff');
});

test('few symbols: most symbols vanish while the rest go on', async () => {
  rig.rehearse('halt');
  await rig.untilRaised(14, 'FewSymbols');
  rig.recover('halt');
  expect(rig.raised).toEqual(['FewSymbols']);
  await rig.untilOver(14, 'FewSymbols');
});

test('a full quarantine pages: what finds no place in it is only in the log', async () => {
  await rig.engine.throttle('table', 'Stocks/Quarantine', 'all');
  for (let frame = 0; frame < 12; frame++) rig.rehearse('bad-flood');
  await rig.untilRaised(4, 'DataDropped', 'QuarantineFlood');
  expect(rig.pages('DataDropped')).toBe(true);
  expect(rig.pages('QuarantineFlood')).toBe(true);
  await rig.engine.throttle('table', 'Stocks/Quarantine', 'none');
  await rig.untilOver(10, 'DataDropped', 'QuarantineFlood', 'Quarantined', 'TablesThrottled');
});

test('a socket that is gone while REST answers is a ticket and wakes nobody: bars go on', async () => {
  const before = everRaised();
  await hangUp('auth-timeout');
  // A minute's patience with the socket passes before REST is asked for what is missing.
  rig.expects.watermarks = false;
  await rig.minutes(1);
  rig.expects.watermarks = true;
  await rig.untilRaised(5, 'NotConnected');
  await rig.minutes(3);
  // A deployment would be rolled back; nobody is told of that where none is under way.
  expect(rig.raised).toEqual(['DeploymentUnconnected', 'NotConnected']);
  expect(rig.pages('NotConnected')).toBe(false);
  const back = rig.vendor.nextSubscribe();
  rig.recover('auth-timeout');
  await back;
  await rig.untilOver(6, 'DeploymentUnconnected', 'NotConnected');
  expect(everRaised()).toEqual([...before, 'DeploymentUnconnected', 'NotConnected'].sort());
});

test('an ingester that is replaced once raises nothing, one that is replaced again and again is a ticket', async () => {
  await rig.replaceIngester();
  await rig.minutes(3);
  expect(rig.raised).toEqual([]);
  for (let times = 0; times < 2; times++) {
    await rig.replaceIngester();
    await rig.minutes(1);
  }
  await rig.untilRaised(3, 'LeaseFlapping');
  expect(rig.raised).toEqual(['LeaseFlapping']);
  await rig.untilOver(17, 'LeaseFlapping');
});

test('minutes that the socket kept back and REST had revise what was finished, too much of it for an hour', async () => {
  const { revisedPercent } = defaultThresholds;
  expect(rig.valueOf('RevisedFinals')).toBeLessThan(revisedPercent);
  rig.rehearse('held-back');
  for (let minute = 0; minute < 18 && (rig.valueOf('RevisedFinals') ?? 0) < revisedPercent; minute++)
    await rig.minutes(1);
  rig.recover('held-back');
  expect(rig.valueOf('RevisedFinals')).toBeGreaterThanOrEqual(revisedPercent);
  expect(rig.raised).toEqual([]);
});

test('an outage of socket and REST pages once, and then every further stage says what it is about', async () => {
  rig.expects.watermarks = false;
  rig.rehearse('rest-500');
  await hangUp('auth-timeout');
  await rig.untilRaised(4, 'FeedDown');
  expect(rig.pages('FeedDown')).toBe(true);
  expect(rig.isRaised('GapOpen')).toBe(false);
  await rig.untilRaised(4, 'FeedSilent', 'NotConnected', 'WatermarkLag');
  expect([rig.pages('FeedSilent'), rig.pages('NotConnected'), rig.pages('BarsLate')]).toEqual([
    false,
    false,
    false,
  ]);
  expect(rig.isRaised('IngesterNotRunning')).toBe(false);
  await rig.minutes(4);
  expect(rig.isRaised('GapOpen')).toBe(false);
  await rig.untilRaised(10, 'GapOpen');
  expect(rig.pages('GapOpen')).toBe(true);
});

test('the status says during the outage what is wrong, in the words of the runbook', async () => {
  const health = () =>
    localHealth({
      watch: rig.watch,
      environment: 'test',
      feeds: [{ market: 'stocks' }],
      now: rig.clock.now(),
    });
  await using server = await serving({ 'GET /status': () => ({ health: health() }) });
  const local = ['--local', '--port', new URL(server.url).port];
  const [text, json] = await Promise.all([operate('status', local), operate('status', [...local, '--json'])]);
  expect([text.code, json.code]).toEqual([1, 1]);
  expect(
    paging(JSON.parse(json.out))
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['barflow-test-Stocks-FeedDown', 'barflow-test-Stocks-GapOpen']);
  const lines = text.out;
  expect(lines).toContain('2 alarms page');
  expect(lines).toMatch(/connected to the vendor +0/);
  const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  const sections = new Set(
    runbook.match(/^## .*$/gm)?.map(line => line.slice(3).toLowerCase().replaceAll(' ', '-')),
  );
  const linked = [...lines.matchAll(/Runbook: docs\/runbook\.md#([\w-]+)/g)].map(([, section]) => section);
  expect(linked.length).toBeGreaterThan(3);
  expect(linked.filter(section => !sections.has(section ?? ''))).toEqual([]);
});

test('after the outage what could not be had is a ticket, and everything else is over', async () => {
  const back = rig.vendor.nextSubscribe();
  rig.recover('auth-timeout');
  await back;
  rig.expects.watermarks = true;
  await rig.untilRaised(8, 'UncoveredMinutes');
  await rig.untilOver(
    20,
    'FeedDown',
    'FeedSilent',
    'NotConnected',
    'GapOpen',
    'WatermarkLag',
    'FinalLag',
    'FewSymbols',
  );
  expect(rig.raised).toEqual(['UncoveredMinutes']);
  // What the outage made late is late a little longer than the outage: that woke nobody a second time.
  expect(rig.everPaged).toEqual(['DataDropped', 'FeedDown', 'GapOpen', 'QuarantineFlood']);
});

test('a dead ingester pages, and a ticket says that it is dead', async () => {
  Object.assign(rig.expects, { watermarks: false, ingester: false });
  await rig.engine.task('Ingester/Service').stop();
  await rig.untilRaised(6, 'FeedDown');
  expect(rig.pages('FeedDown')).toBe(true);
  expect(rig.isRaised('NotConnected')).toBe(false);
  await rig.untilRaised(8, 'IngesterNotRunning');
});

test('every metric of ours that an alarm reads was printed here, but for those of the daily jobs and of the query API', () => {
  const { board, store } = rig.watch;
  const read = board.alarms.flatMap(alarm => (alarm.kind === 'metric' ? alarm.metrics : []));
  const ours = new Set(read.filter(({ namespace }) => namespace === metricNamespace).map(({ name }) => name));
  const printed = new Set(store.metrics.map(({ name }) => name));
  expect([...ours].filter(name => !printed.has(name)).sort()).toEqual([
    calendarMetrics.differences,
    'QuestionsRefused',
    reconcileMetrics.mismatches,
  ]);
  expect(ours.size).toBeGreaterThan(10);
});
