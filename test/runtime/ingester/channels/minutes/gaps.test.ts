/** What an ingester missed comes from the vendor's history, and what does not come is said. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { slotOf } from '../../../../../runtime/records/slot.ts';
import { eventually } from '../../support/eventually.ts';
import { MINUTE } from '../../support/records.ts';
import { NOON, Station, type Unit } from '../../support/station.ts';

let station: Station;
afterEach(() => station[Symbol.asyncDispose]());

/** How often each minute of each symbol is on the stream, as `minute after noon: [counts]`. */
async function timesOnStream(): Promise<Record<number, number[]>> {
  const byMinute = Map.groupBy(await station.bars(), ({ start }) => (start - NOON) / MINUTE);
  return Object.fromEntries(
    [...byMinute].map(([minute, bars]) => [
      minute,
      station.symbols.map(symbol => bars.filter(bar => bar.symbol === symbol).length),
    ]),
  );
}

/** Lets it try again, and again where it is not waiting for that yet, until so many marks are taken back. */
async function retried(unit: Unit, marks: number): Promise<void> {
  await eventually(async () => {
    unit.retry();
    return (await station.marks()).filter(({ covered }) => covered).length === marks;
  });
}

const once = [1, 1, 1, 1, 1, 1];

describe('a first start in the middle of a block', () => {
  test('fetches the block so far, then lets its watermark out', async () => {
    station = await Station.start({ now: NOON + 5 * MINUTE + 30_000 });
    await station.ready();
    await station.play(NOON + 5 * MINUTE);
    await station.watermarked(NOON + 6 * MINUTE);
    expect(await timesOnStream()).toEqual({ 0: once, 1: once, 2: once, 3: once, 4: once, 5: once });
    expect(await station.marks()).toEqual([]);
    const sources = (await station.bars()).map(({ start, source }) => `${(start - NOON) / MINUTE} ${source}`);
    expect([...new Set(sources)].sort()).toEqual([
      ...[0, 1, 2, 3, 4].map(minute => `${minute} backfill`),
      '5 live',
    ]);
  });

  test('publishes nothing of the block before, also when the socket is lost soon after: its bars would be made of a fragment', async () => {
    station = await Station.start({ now: NOON + 2 * MINUTE + 30_000, from: NOON - 30 * MINUTE });
    const unit = await station.ready();
    await station.play(NOON + 2 * MINUTE);
    station.vendor.faults.drop();
    await eventually(() => station.vendor.seen.connections === 2 && unit.isReady);
    await station.play(NOON + 3 * MINUTE);
    await station.watermarked(NOON + 4 * MINUTE);
    expect(await timesOnStream()).toEqual({ 0: once, 1: once, 2: once, 3: once });
    await unit.stop();
    await station.to(NOON + 6 * MINUTE);
    await station.ready();
    await station.watermarked(NOON + 5 * MINUTE);
    expect(
      Object.keys(await timesOnStream())
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([0, 1, 2, 3, 4]);
  });

  test('declares the block so far uncovered where nothing is to be fetched, and asks nobody', async () => {
    station = await Station.start({ now: NOON + 2 * MINUTE + 30_000 });
    await station.ready({ BACKFILL_ON_START: 'none' });
    await station.play(NOON + 2 * MINUTE);
    await station.watermarked(NOON + 3 * MINUTE);
    const slots = new Set(station.symbols.map(slotOf)).size;
    expect((await station.marks()).map(({ covered }) => covered)).toEqual(Array(2 * slots).fill(false));
    expect(station.vendor.seen.requests).toBe(0);
  });
});

test('the last burst before a connection broke is asked for again, with what may have been re-sent, and holds nothing up', async () => {
  station = await Station.start();
  const unit = await station.ready();
  await station.play(NOON, 2);
  station.vendor.faults.drop();
  await eventually(() => station.vendor.seen.connections === 2 && unit.isReady);
  await eventually(() => station.vendor.seen.requests === station.symbols.length);
  await station.play(NOON + 2 * MINUTE);
  await station.watermarked(NOON + 3 * MINUTE);
  expect(await timesOnStream()).toEqual({ 0: once, 1: once, 2: once });
});

test('a row of the history that is refused leaves its minute declared for its symbol, and is in the quarantine once', async () => {
  station = await Station.start({ now: NOON + 2 * MINUTE + 30_000 });
  const [lost = ''] = station.symbols;
  station.vendor.restFaults.plan('last-refused', { times: 3, path: `/${lost}/` });
  const unit = await station.ready();
  await station.play(NOON + 2 * MINUTE);
  await station.watermarked(NOON + 3 * MINUTE);
  const marks = await station.marks();
  expect(marks.map(({ minute, covered }) => [(minute - NOON) / MINUTE, covered])).toEqual([[1, false]]);
  expect(slotOf(lost)).toBe(marks[0]?.slot);
  expect(
    (await station.bars()).filter(({ symbol, start }) => symbol === lost && start < NOON + 2 * MINUTE),
  ).toHaveLength(1);
  await retried(unit, 1);
  expect(await timesOnStream()).toEqual({ 0: once, 1: once, 2: once });
  await eventually(async () => (await station.aws.quarantined()).length === 1);
  expect(unit.answer('/stats')).toMatchObject({ body: { quarantined: 1, backfill: { missingMinutes: 0 } } });
});

describe('what the history does not give', () => {
  test('is declared for the one symbol that is missing, tried again, and declared covered when it comes', async () => {
    station = await Station.start({ now: NOON + 2 * MINUTE + 30_000 });
    const [lost = ''] = station.symbols;
    station.vendor.restFaults.plan('500', { times: 5, path: `/${lost}/` });
    const unit = await station.ready();
    await station.play(NOON + 2 * MINUTE);
    await station.watermarked(NOON + 3 * MINUTE);
    const alone = station.symbols.filter(symbol => slotOf(symbol) === slotOf(lost)).length === 1;
    const marks = await station.marks();
    expect(marks.map(({ minute, covered }) => [(minute - NOON) / MINUTE, covered])).toEqual([
      [0, false],
      [1, false],
    ]);
    expect(marks.map(({ slot, symbol }) => [slot, symbol])).toEqual(
      Array(2).fill([slotOf(lost), alone ? undefined : lost]),
    );
    expect(unit.answer('/stats')).toMatchObject({
      body: { uncoveredMinutes: 2, backfill: { missingMinutes: 2, gaps: [] } },
    });
    await retried(unit, 2);
    expect(await timesOnStream()).toEqual({ 0: once, 1: once, 2: once });
    await eventually(() => JSON.stringify(unit.answer('/stats')).includes('"missingMinutes":0'));
  });

  test('is still tried for by the next ingester, and known to nobody once it has come', async () => {
    station = await Station.start({ now: NOON + 2 * MINUTE + 30_000 });
    const [lost = ''] = station.symbols;
    station.vendor.restFaults.plan('500', { times: 10, path: `/${lost}/` });
    const first = await station.ready();
    await station.play(NOON + 2 * MINUTE);
    await station.watermarked(NOON + 3 * MINUTE);
    await first.stop();
    const second = await station.ready();
    await eventually(() => JSON.stringify(second.answer('/stats')).includes('"missingMinutes":2'));
    await retried(second, 2);
    await eventually(() => JSON.stringify(second.answer('/stats')).includes('"missingMinutes":0'));
    expect(await timesOnStream()).toEqual({ 0: once, 1: once, 2: once });
    await second.stop();
    const third = await station.ready();
    expect(third.answer('/stats')).toMatchObject({ body: { backfill: { missingMinutes: 0 } } });
  });

  test('because the key is refused is declared for everybody at once, and the refusal is told', async () => {
    station = await Station.start({ now: NOON + 2 * MINUTE + 30_000 });
    station.vendor.restFaults.plan('403', { times: 1 });
    const unit = await station.ready({ REST_CONCURRENCY: '1' });
    expect(unit.answer('/ready')).toMatchObject({
      code: 200,
      body: { status: 'ready', history: expect.stringContaining('403 You are not entitled') },
    });
    await station.play(NOON + 2 * MINUTE);
    await station.watermarked(NOON + 3 * MINUTE);
    const slots = new Set(station.symbols.map(slotOf)).size;
    expect(await station.marks()).toHaveLength(2 * slots);
    expect(station.vendor.seen.requests).toBe(1);
  });

  test('holds the watermark back while it is asked for, and says how far it is', async () => {
    station = await Station.start({ now: NOON + 2 * MINUTE + 30_000 });
    station.vendor.restFaults.plan('hang', { times: 1 });
    const unit = station.start({ REST_CONCURRENCY: '1' });
    await eventually(() => unit.says('catching up: 6 of 6 symbols are still to be asked for'));
    await station.play(NOON + 2 * MINUTE);
    await eventually(async () => (await station.bars()).length === 6);
    expect(await station.watermarks()).toEqual([]);
    expect(unit.answer('/stats')).toMatchObject({
      body: { backfill: { gaps: [{ from: NOON, to: NOON + 2 * MINUTE, symbols: 6, remaining: 6 }] } },
    });
  });
});

test('everything that the market trades is fetched when everything is subscribed to', async () => {
  station = await Station.start({ now: NOON + 2 * MINUTE + 30_000 });
  await station.ready({ SYMBOLS: '*' });
  await station.play(NOON + 2 * MINUTE);
  await station.watermarked(NOON + 3 * MINUTE);
  expect(await timesOnStream()).toEqual({ 0: once, 1: once, 2: once });
  expect(await station.marks()).toEqual([]);
});

test('a symbol that the vendor does not list is fetched all the same once the feed has shown it, also by the next ingester', async () => {
  station = await Station.start();
  station.vendor.restFaults.plan('lacks-last', {
    times: Number.POSITIVE_INFINITY,
    path: '/reference/tickers',
  });
  const first = await station.ready({ SYMBOLS: '*' });
  await station.play(NOON, 2);
  await first.stop();
  await station.to(NOON + 3 * MINUTE + 6_000);
  const second = await station.ready({ SYMBOLS: '*' });
  await station.watermarked(NOON + 3 * MINUTE);
  const missed = (await station.bars()).filter(({ start }) => start === NOON + 2 * MINUTE);
  expect(missed.map(({ symbol }) => symbol).sort()).toEqual(station.symbols.toSorted());
  expect(missed.every(({ source }) => source === 'backfill')).toBe(true);
  expect(second.isReady).toBe(true);
});

test('a vendor that names no symbol of the market leaves the gap declared, and fills it when it does', async () => {
  station = await Station.start({ now: NOON + 2 * MINUTE + 30_000 });
  station.vendor.restFaults.plan('empty', { times: 1, path: '/reference/tickers' });
  const unit = await station.ready({ SYMBOLS: '*' });
  await station.play(NOON + 2 * MINUTE);
  await station.watermarked(NOON + 3 * MINUTE);
  expect(await station.marks()).toHaveLength(2 * 64);
  await retried(unit, 2 * 64);
  expect(await timesOnStream()).toEqual({ 0: once, 1: once, 2: once });
});

test('a thin list whose last minutes nobody traded gets watermarks past the close all the same', async () => {
  const close = NOON + 8 * 60 * MINUTE;
  station = await Station.start({ now: close - 2 * MINUTE, from: NOON - 30 * MINUTE });
  const unit = await station.ready();
  station.vendor.faults.mute();
  await station.to(close + MINUTE);
  await station.to(close + 3 * MINUTE + 6_000);
  await station.watermarked(close + 2 * MINUTE);
  expect(await station.marks()).toEqual([]);
  expect(unit.answer('/stats')).toMatchObject({ body: { feed: { connectionsLost: 0 } } });
});

test('a bar that never came although the socket stood is missed by the day’s volume, and fetched once', async () => {
  station = await Station.start();
  const unit = await station.ready();
  const [lost = ''] = station.symbols;
  station.vendor.faults.skip(NOON + 2 * MINUTE, [lost]);
  await station.play(NOON, 4);
  await eventually(async () => (await station.bars()).length === 24);
  expect(await timesOnStream()).toEqual({ 0: once, 1: once, 2: once, 3: once });
  const found = (await station.bars()).filter(({ source }) => source === 'backfill');
  expect(found.map(({ symbol, start }) => [symbol, start])).toEqual([[lost, NOON + 2 * MINUTE]]);
  expect(unit.answer('/stats')).toMatchObject({
    body: { backfill: { suspects: { waiting: 0, fetched: 1 } } },
  });
  expect(station.vendor.seen.requests).toBe(1);
});
