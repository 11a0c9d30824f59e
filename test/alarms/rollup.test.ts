/** Alarms on the roll-up, on the bar store and on the streams and tables around it, each broken in turn. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventSourceMapping } from '../../local/engine/event-source.ts';
import type { LocalFunction } from '../../local/engine/functions.ts';
import { localHealth } from '../../local/operate/local-health.ts';
import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import { encodeMinuteBar } from '../../runtime/records/encode.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import { minuteBar } from '../support/rollup-on-twins.ts';
import { Rig } from './support/rig.ts';

const HOUR = 60 * MINUTE;

let rig: Rig;
let rollup: LocalFunction;
let mapping: EventSourceMapping;
let store: EventSourceMapping;

beforeAll(async () => {
  rig = await Rig.start({ from: '2025-11-20T17:00:00Z' });
  rollup = rig.engine.function('Stocks/Rollup/Function');
  mapping = rig.engine.mapping('Stocks/Rollup/Function');
  store = rig.engine.mapping('Stocks/BarStore/Function');
});

afterAll(async () => rig[Symbol.asyncDispose]());

test('the status tells how late finished bars are, in event time, by what closed their windows', async () => {
  // Of a slot that the feed has, and without a bar in the last minute of its window.
  const isOfFeed = (symbol: string) => rig.symbols.some(each => slotOf(each) === slotOf(symbol));
  const quiet = Array.from({ length: 500 }, (_, index) => `Q${index}`).find(isOfFeed) ?? '';
  const start = minuteOf(rig.clock.now()) - MINUTE;
  await rig.put([encodeMinuteBar(minuteBar(start, { symbol: quiet }))], quiet);
  await rig.minutes(4);
  const now = rig.clock.now();
  const { readings } = localHealth({
    watch: rig.watch,
    environment: 'test',
    feeds: [{ market: 'stocks' }],
    now,
  });
  const latencies = readings.filter(({ what }) => what.startsWith('bars put after'));
  expect(latencies).toEqual(Array(8).fill(expect.objectContaining({ value: expect.any(Number) })));
  // A minute is looked back on ten seconds after its end: by then its bars were put, however long that took by the wall.
  expect(latencies.filter(({ value = Number.NaN }) => !(value <= 10))).toEqual([]);
});

/** Lets minutes pass in each of which the roll-up is tried, in vain. */
async function minutesInVain(count: number, metric: string): Promise<void> {
  rig.expects.rollup = false;
  for (let minute = 0; minute < count; minute++) {
    await rig.minutes(1);
    await rig.measured(metric);
  }
}

async function repair(): Promise<void> {
  rollup.fault = undefined;
  rig.expects.rollup = true;
  // A minute that stands uncovered is a ticket for the rest of the day.
  const passing = () => rig.raised.filter(id => id !== 'UncoveredMinutes');
  for (let minute = 0; minute < 15 && passing().length > 0; minute++) await rig.minutes(1);
  expect(passing()).toEqual([]);
}

test('nothing is raised by a worker that dies in the middle of its work', async () => {
  await rig.minutes(3);
  await mapping.kill();
  await rig.minutes(3);
  expect(rig.everRaised).toEqual([]);
});

test('nobody is told of one minute in which the roll-up is refused, or fails', async () => {
  for (const [fault, metric] of [
    ['throttle', 'Throttles'],
    ['crash', 'Errors'],
  ] as const) {
    rollup.fault = fault;
    await minutesInVain(1, metric);
    rollup.fault = undefined;
    rig.expects.rollup = true;
    await rig.minutes(5);
  }
  expect(rig.everRaised).toEqual(['RollupHindered']);
  expect(rig.everPaged).toEqual([]);
});

test('nothing is raised by one minute in which a stream or a table has no room', async () => {
  const before = rig.everRaised;
  rig.expects.watermarks = false;
  await rig.engine.throttle('stream', 'Stocks/Minutes', 'all');
  await rig.minutes(1);
  await rig.measured('WriteProvisionedThroughputExceeded');
  await rig.engine.throttle('stream', 'Stocks/Minutes', 'none');
  rig.expects.watermarks = true;
  await rig.minutes(5);
  expect(rig.everRaised).toEqual(before);
});

test('a roll-up that Lambda refuses to run pages once, as RollupDown', async () => {
  rollup.fault = 'throttle';
  await minutesInVain(6, 'Throttles');
  await rig.untilRaised(2, 'RollupHindered', 'RollupThrottled', 'RollupBehind', 'RollupDown');
  expect(rig.pages('RollupDown')).toBe(true);
  // The feed looks silent from behind a roll-up that stands: that is not what whoever is woken should look at.
  expect(rig.isRaised('FeedSilent')).toBe(true);
  expect([rig.pages('FeedDown'), rig.pages('BarsLate'), rig.isRaised('RollupFailing')]).toEqual([
    false,
    false,
    false,
  ]);
  await repair();
  expect(rig.everPaged).toEqual(['RollupDown']);
});

test('a roll-up that dies again and again pages, is stuck after hours, and catches up by itself', async () => {
  rollup.fault = 'crash';
  await minutesInVain(5, 'Errors');
  await rig.untilRaised(2, 'RollupFailing', 'RollupBehind', 'RollupDown');
  expect(rig.pages('RollupDown')).toBe(true);
  expect([rig.isRaised('RollupThrottled'), rig.isRaised('RollupStuck')]).toEqual([false, false]);
  rig.expects.watermarks = false;
  rig.clock.set({ now: rig.clock.now() + 4 * HOUR });
  await rig.measured('IteratorAge');
  rig.expects.watermarks = true;
  await minutesInVain(1, 'IteratorAge');
  await rig.untilRaised(2, 'RollupStuck');
  expect(rig.pages('RollupStuck')).toBe(true);
  expect(rig.everRaised).not.toContain('BatchesGivenUp');
  await repair();
  expect(rig.everPaged).toEqual(['RollupDown', 'RollupStuck']);
});

test.each([
  ['and files in the failure bucket', false, 'OnFailureDestinationDeliveredEventCount'],
  ['though the failure bucket refuses them', true, 'DroppedEventCount'],
])('batches that Lambda gives up, %s, page', async (_, refuses, metric) => {
  const bucket = rig.engine.bucket('Stocks/Failures/Bucket');
  bucket.refuses = refuses;
  rollup.fault = 'crash';
  await minutesInVain(1, 'Errors');
  mapping.aged = 24 * HOUR;
  await rig.measured(metric);
  mapping.aged = 0;
  bucket.refuses = false;
  rollup.fault = undefined;
  rig.expects.rollup = true;
  await rig.untilRaised(2, 'BatchesGivenUp');
  expect(rig.pages('BatchesGivenUp')).toBe(true);
  await repair();
});

test('minutes that the stream does not take are a ticket, and a page when they pile up', async () => {
  rig.expects.watermarks = false;
  await rig.engine.throttle('stream', 'Stocks/Minutes', 'all');
  for (let minute = 0; minute < 5; minute++) {
    await rig.minutes(1);
    await rig.measured('WriteProvisionedThroughputExceeded');
  }
  await rig.untilRaised(2, 'MinutesThrottled', 'BufferGrowing');
  expect(rig.pages('BufferGrowing')).toBe(true);
  await rig.engine.throttle('stream', 'Stocks/Minutes', 'none');
  rig.expects.watermarks = true;
  await repair();
});

test('a full shard makes some slots late: bars are late, though feed and roll-up are well', async () => {
  rig.expects.watermarks = false;
  await rig.engine.throttle('stream', 'Stocks/Minutes', 'upper half');
  await rig.untilRaised(5, 'WatermarkLag', 'BarsLate');
  await rig.minutes(1);
  expect(rig.pages('BarsLate')).toBe(true);
  const others = ['FinalLag', 'FeedSilent', 'RollupHindered'];
  expect(others.filter(id => rig.isRaised(id))).toEqual([]);
  await rig.untilRaised(14, 'FinalLag');
  expect([rig.isRaised('FeedDown'), rig.isRaised('RollupDown')]).toEqual([false, false]);
  await rig.engine.throttle('stream', 'Stocks/Minutes', 'none');
  rig.expects.watermarks = true;
  await repair();
});

test('bars that the stream does not take, and tables that throttle, are tickets', async () => {
  await rig.engine.throttle('stream', 'Stocks/Bars', 'all');
  rig.expects.rollup = false;
  await rig.minutes(5);
  for (let minute = 0; minute < 3; minute++) {
    await rig.measured('WriteProvisionedThroughputExceeded');
    await rig.minutes(1);
  }
  await rig.untilRaised(2, 'BarsThrottled');
  expect(rig.isRaised('MinutesThrottled')).toBe(false);
  await rig.engine.throttle('stream', 'Stocks/Bars', 'none');
  await repair();
  await rig.engine.throttle('table', 'Stocks/State', 'all');
  await minutesInVain(5, 'WriteThrottleEvents');
  await rig.untilRaised(2, 'TablesThrottled');
  await rig.engine.throttle('table', 'Stocks/State', 'none');
  expect(rig.pages('TablesThrottled')).toBe(false);
  rig.expects.rollup = true;
  await rig.untilOver(10, 'TablesThrottled');
});

/** Lets minutes pass until a bar waits for the bar store. */
async function untilABarWaits(): Promise<void> {
  rig.expects.rollup = false;
  while (store.idle()) await rig.minutes(1);
}

test('a bar store that Lambda refuses to run fails, then is behind and pages; what it gives up pages, too', async () => {
  const keeper = rig.engine.function('Stocks/BarStore/Function');
  keeper.fault = 'throttle';
  await untilABarWaits();
  await minutesInVain(8, 'Throttles');
  await rig.untilRaised(2, 'StoreFailing', 'StoreBehind');
  expect([rig.pages('StoreBehind'), rig.pages('StoreFailing'), rig.isRaised('RollupHindered')]).toEqual([
    true,
    false,
    false,
  ]);
  const bucket = rig.engine.bucket('Stocks/Failures/Bucket');
  bucket.refuses = true;
  store.aged = 24 * HOUR;
  await rig.measured('DestinationDeliveryFailures');
  await rig.untilRaised(2, 'StoreGivenUp');
  bucket.refuses = false;
  expect([rig.pages('StoreGivenUp'), rig.isRaised('BatchesGivenUp')]).toEqual([true, false]);
  store.aged = 0;
  keeper.fault = undefined;
  await repair();
});

test('a table of bars without room is a ticket, and takes everything once it has room', async () => {
  await rig.engine.throttle('table', 'Stocks/Store', 'all');
  await untilABarWaits();
  await minutesInVain(3, 'WriteThrottleEvents');
  await rig.untilRaised(2, 'StoreThrottled');
  expect([rig.pages('StoreThrottled'), rig.isRaised('TablesThrottled')]).toEqual([false, false]);
  await rig.engine.throttle('table', 'Stocks/Store', 'none');
  await repair();
});
