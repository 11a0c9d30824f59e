/** Two ingesters and one lease: one works, the other takes over, and no minute falls between them. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { haltEvent } from '../../../local/simulator/other-events.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { eventually } from './support/eventually.ts';
import { MINUTE } from './support/records.ts';
import { NOON, Station, type Unit } from './support/station.ts';

const SECOND = 1_000;

let station: Station;
let first: Unit;
let second: Unit;

beforeEach(async () => {
  station = await Station.start();
  first = await station.ready();
  second = station.start();
  await eventually(() => second.says('standing by: the lease is held by'));
});
afterEach(() => station[Symbol.asyncDispose]());

/** Every minute of every symbol is on the stream exactly once. */
async function expectWhole(minutes: number): Promise<void> {
  await station.watermarked(NOON + minutes * MINUTE);
  const bars = await station.bars();
  const identities = bars.map(({ symbol, start }) => `${symbol} ${(start - NOON) / MINUTE}`);
  expect(identities.toSorted()).toEqual([...new Set(identities)].sort());
  expect(bars).toHaveLength(minutes * station.symbols.length);
  expect(await station.marks()).toEqual([]);
}

async function epochs(): Promise<number[]> {
  return [...new Set((await station.watermarks()).map(({ epoch }) => epoch))].sort((a, b) => a - b);
}

describe('a hand-over', () => {
  test('between two bursts loses nothing and needs no history', async () => {
    await station.play(NOON, 2);
    await station.to(NOON + 2 * MINUTE + 30 * SECOND);
    expect(await first.stop()).toBe(0);
    await second.leaseClock.pass(SECOND);
    await eventually(() => second.isReady);
    await station.play(NOON + 2 * MINUTE, 2);
    await expectWhole(4);
    expect(await epochs()).toEqual([1, 2]);
    expect(station.vendor.seen.requests).toBe(0);
  });

  test('in the middle of a burst leaves the rest of the minute to the successor, who fetches it', async () => {
    await station.play(NOON);
    let stopped: Promise<number> | undefined;
    station.vendor.faults.midBurst(() => {
      stopped = first.stop();
    });
    await station.to(NOON + 2 * MINUTE + 1 * SECOND);
    await station.to(NOON + 2 * MINUTE + 3 * SECOND);
    expect(await stopped).toBe(0);
    await second.leaseClock.pass(SECOND);
    await eventually(() => !second.says('standing by'));
    await station.to(NOON + 2 * MINUTE + 10 * SECOND);
    await eventually(() => second.isReady);
    await station.play(NOON + 2 * MINUTE, 1);
    await station.watermarked(NOON + 3 * MINUTE);
    const bars = await station.bars();
    const minutes = new Set(bars.map(({ symbol, start }) => `${symbol} ${start}`));
    expect(minutes.size).toBe(3 * station.symbols.length);
    expect(bars.some(({ source }) => source === 'backfill')).toBe(true);
    expect(await station.marks()).toEqual([]);
  });

  test('never lets a version of the successor be lower than any before it, though its clock is set back', async () => {
    await station.play(NOON, 2);
    await first.stop();
    const before = Math.max(...(await station.bars()).map(({ version }) => version));
    station.clock.set({ now: NOON + MINUTE + 30 * SECOND });
    await second.leaseClock.pass(SECOND);
    await eventually(() => second.isReady);
    await station.play(NOON + 2 * MINUTE);
    await eventually(async () => (await station.bars()).length === 18);
    const after = (await station.bars()).filter(({ start }) => start === NOON + 2 * MINUTE);
    for (const { version } of after) expect(version).toBeGreaterThan(before);
  });
});

describe('an ingester that was stopped without knowing', () => {
  test('is replaced, lets no watermark out when it wakes, and stands by from then on', async () => {
    await station.play(NOON);
    await eventually(async () => (await station.watermarks()).length > 0);
    await first.leaseClock.pass(3 * SECOND);
    await second.leaseClock.pass(SECOND);
    first.leaseClock.freeze(20 * SECOND);
    await second.leaseClock.pass(13 * SECOND);
    await eventually(() => second.isReady);
    expect(first.says('standing by')).toBe(true);
    // The vendor pushes the older connection out; until it wakes, the older process knows of nothing.
    await station.play(NOON + MINUTE, 2);
    await station.watermarked(NOON + 3 * MINUTE);
    await first.leaseClock.pass(2 * SECOND);
    await eventually(() => first.says('the lease is held by'));
    expect(station.vendor.connections).toBe(1);
    await expectLate();
  });

  /** Whatever the first had in hand: no watermark of its epoch follows one of the second's. */
  async function expectLate(): Promise<void> {
    for (const all of Map.groupBy(await station.watermarks(), ({ slot }) => slot).values()) {
      const order = all.map(({ epoch }) => epoch);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(order.at(-1)).toBe(2);
    }
    expect(await station.marks()).toEqual([]);
  }
});

describe('a successor with another list of symbols', () => {
  /** How many bars of each symbol there are of the minutes from noon on, and the watermark of its slot. */
  async function found(symbol: string): Promise<{ minutes: number[]; through: number }> {
    const bars = (await station.bars()).filter(bar => bar.symbol === symbol);
    const marks = (await station.watermarks()).filter(({ slot }) => slot === slotOf(symbol));
    return {
      minutes: [...new Set(bars.map(({ start }) => (start - NOON) / MINUTE))].sort((a, b) => a - b),
      through: (Math.max(...marks.map(({ through }) => through)) - NOON) / MINUTE,
    };
  }

  test('fetches the block of what is new, says so meanwhile, and still ends the windows of what is gone', async () => {
    const [gone = '', ...kept] = station.symbols;
    const fresh = kept.pop() ?? '';
    await second.stop();
    await first.stop();
    const before = station.start({ SYMBOLS: [gone, ...kept].join(',') });
    await eventually(() => before.isReady);
    await station.play(NOON, 3);
    await station.watermarked(NOON + 3 * MINUTE);
    await before.stop();
    const after = station.start({ SYMBOLS: [...kept, fresh].join(',') });
    await eventually(() => after.isReady);
    expect((await station.marks()).map(({ symbol, minute }) => [symbol, (minute - NOON) / MINUTE])).toEqual(
      [0, 1, 2, 3].map(minute => [fresh, minute]),
    );
    await station.play(NOON + 3 * MINUTE, 2);
    await station.watermarked(NOON + 5 * MINUTE);
    await eventually(async () => (await station.marks()).filter(({ covered }) => covered).length === 4);
    expect(await found(fresh)).toEqual({ minutes: [0, 1, 2, 3, 4], through: 5 });
    expect(await found(gone)).toEqual({ minutes: [0, 1, 2], through: 5 });
  });

  test('that allows fewer than there are keeps the first, and says so', async () => {
    await second.stop();
    await first.stop();
    const few = station.start({ SYMBOLS_LIMIT: '2' });
    await eventually(() => few.isReady);
    const problem = 'the plan allows 2 symbols: the last 4 of the list are left out';
    expect(few.answer('/subscriptions')).toMatchObject({
      body: { symbols: station.symbols.slice(0, 2), problem },
    });
  });
});

test('two that start together hold one connection, and every minute is there once', async () => {
  await station[Symbol.asyncDispose]();
  station = await Station.start();
  [first, second] = [station.start(), station.start()];
  await eventually(() => first.isReady || second.isReady);
  for (const unit of [first, second]) await unit.leaseClock.pass(5 * SECOND);
  expect([first.isReady, second.isReady].filter(Boolean)).toHaveLength(1);
  await station.play(NOON, 2);
  await expectWhole(2);
  expect(station.vendor.seen.connections).toBe(1);
});

test('a lease table that is down for long closes the connection, and the gap is filled when it is back', async () => {
  await second.stop();
  await station.play(NOON);
  first.leaseClock.freeze(10 * SECOND);
  expect(first.says('standing by')).toBe(true);
  await first.leaseClock.pass(SECOND);
  await eventually(() => station.vendor.connections === 0 || first.isReady);
  await station.to(NOON + 3 * MINUTE + 30 * SECOND);
  await first.leaseClock.pass(2 * SECOND);
  await eventually(() => first.isReady);
  await station.play(NOON + 3 * MINUTE);
  await expectWhole(4);
});

test('who takes the lease again that nobody else has held goes on with the halts that it heard of meanwhile', async () => {
  await second.stop();
  await first.stop();
  const unit = await station.ready({ CHANNELS: 'minutes,luld', SINK: 'stdout' });
  unit.leaseClock.freeze(10 * SECOND);
  const [symbol = ''] = station.symbols;
  const isHalted = () => JSON.stringify(unit.answer('/stats')).includes(`"latest":[{"symbol":"${symbol}"`);
  station.vendor.send([haltEvent('stocks', symbol, NOON, true)].flatMap(event => event ?? []));
  await eventually(isHalted);
  await unit.leaseClock.pass(SECOND);
  await eventually(() => station.vendor.connections === 0 || unit.isReady);
  await unit.leaseClock.pass(2 * SECOND);
  await eventually(() => unit.isReady);
  expect(isHalted()).toBe(true);
});
