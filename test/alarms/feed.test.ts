/** Alarms on the feed: an afternoon at the market with everything that can happen to a connection. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MINUTE, minuteOf } from '../../runtime/bars/timeframe.ts';
import { TableMemory } from '../../runtime/monitor/memory.ts';
import { Rig } from './support/rig.ts';

/** Noon in New York, in the middle of a Thursday's session. */
const NOON = '2025-11-20T17:00:00Z';
const OPEN = Date.parse('2025-11-20T14:30:00Z');
const DAY = 24 * 60 * MINUTE;

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({ from: NOON });
  const memory = new TableMemory(rig.engine.dynamodb, rig.engine.table('Stocks/Monitor').name);
  for (let offset = 145; offset < 240; offset++)
    await memory.put(
      `usual#regular#${offset}`,
      [3, 2, 1].map(ago => [OPEN - ago * DAY, rig.symbols.length]),
    );
});

afterAll(async () => rig[Symbol.asyncDispose]());

/** Keeps the bars of the next `count` minutes from the socket; of all symbols unless some are named. */
function skipMinutes(count: number, symbols?: readonly string[]): void {
  for (let minute = 0; minute < count; minute++)
    rig.vendor.faults.skip(minuteOf(rig.clock.now()) + minute * MINUTE, symbols);
}

test('nothing is raised while all is well', async () => {
  await rig.minutes(6);
  expect(rig.everRaised).toEqual([]);
});

test('nothing is raised by a connection that comes back within a minute', async () => {
  const back = rig.vendor.nextSubscribe();
  rig.vendor.faults.drop();
  await back;
  await rig.minutes(4);
  expect(rig.everRaised).toEqual([]);
});

test('nothing is raised when a quarter of the symbols does not trade for a while', async () => {
  skipMinutes(8, rig.symbols.slice(18));
  await rig.minutes(8);
  expect(rig.everRaised).toEqual([]);
});

test('nothing is raised by a few refused bars that the quarantine takes later, but a ticket for each', async () => {
  await rig.engine.throttle('table', 'Stocks/Quarantine', 'all');
  rig.vendor.faults.send(badBars(20));
  await rig.measured('WriteThrottleEvents');
  await rig.engine.throttle('table', 'Stocks/Quarantine', 'none');
  await rig.untilRaised(2, 'Quarantined');
  await rig.untilOver(10, 'Quarantined');
  expect(rig.everRaised).toEqual(['Quarantined']);
});

test('few symbols: most symbols vanish while the rest go on', async () => {
  skipMinutes(14, rig.symbols.slice(4));
  await rig.untilRaised(14, 'FewSymbols');
  expect(rig.raised).toEqual(['FewSymbols']);
  await rig.untilOver(14, 'FewSymbols');
});

test('a full quarantine pages: what finds no place in it is only in the log', async () => {
  await rig.engine.throttle('table', 'Stocks/Quarantine', 'all');
  for (let frame = 0; frame < 12; frame++) rig.vendor.faults.send(badBars(1_000, frame));
  await rig.untilRaised(4, 'DataDropped', 'QuarantineFlood');
  expect(rig.pages('DataDropped')).toBe(true);
  expect(rig.pages('QuarantineFlood')).toBe(true);
  await rig.engine.throttle('table', 'Stocks/Quarantine', 'none');
  await rig.untilOver(10, 'DataDropped', 'QuarantineFlood', 'Quarantined');
});

test('an outage of the vendor pages once, and then every further stage says what it is about', async () => {
  rig.expects.watermarks = false;
  rig.vendor.faults.refusal = 'timeout';
  rig.vendor.faults.drop();
  await rig.untilRaised(4, 'FeedDown');
  expect(rig.pages('FeedDown')).toBe(true);
  expect(rig.isRaised('GapOpen') || rig.isRaised('UncoveredMinutes')).toBe(false);
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

test('after the outage what could not be had is a ticket, and everything else is over', async () => {
  rig.vendor.restFaults.plan('500', { forMs: 10 * DAY });
  const back = rig.vendor.nextSubscribe();
  rig.vendor.faults.refusal = undefined;
  await back;
  rig.expects.watermarks = true;
  await rig.untilRaised(8, 'UncoveredMinutes');
  await rig.untilOver(20, 'FeedDown', 'FeedSilent', 'NotConnected', 'GapOpen', 'WatermarkLag', 'FinalLag');
  expect(rig.raised).toEqual(['UncoveredMinutes']);
});

test('a dead ingester pages, and a ticket says that it is dead', async () => {
  Object.assign(rig.expects, { watermarks: false, ingester: false });
  await rig.engine.task('Ingester/Service').stop();
  await rig.untilRaised(6, 'FeedDown');
  expect(rig.pages('FeedDown')).toBe(true);
  expect(rig.isRaised('NotConnected')).toBe(false);
  await rig.untilRaised(8, 'IngesterNotRunning');
});

/** Events of the vendor's whose high is below the low. */
function badBars(count: number, salt = 0): string[] {
  const s = minuteOf(rig.clock.now()) - MINUTE;
  const bar = { ev: 'AM', sym: 'AAPL', v: 1, o: 2, h: 1, l: 2, c: 2, s, e: s + MINUTE };
  return Array.from({ length: count }, (_, n) => JSON.stringify({ ...bar, vw: 1 + n + salt * 10_000 }));
}
