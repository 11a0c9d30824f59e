/** Which finished bars count as revised: those that say something else than before, not those that only say it again. */
import { beforeEach, expect, test } from '@jest/globals';
import { rolledTimeframes } from '../../../runtime/markets/timeframe.ts';
import type { Coverage, MinuteBar } from '../../../runtime/records/bar.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';

/** As many bars as have the minute. */
const ALL = rolledTimeframes.length;
const [FIRST, LAST] = ['2025-11-20T15:00Z', '2025-11-20T15:04Z'];

let rollup: RollupOnTwins;
beforeEach(async () => {
  rollup = new RollupOnTwins();
  await rollup.deliver(minuteBar(FIRST), minuteBar(LAST), '2025-11-20T20:00Z');
});

/** The first minute once more, as a newer version. */
const again = (changes: Partial<MinuteBar> = {}, later = 1) =>
  minuteBar(FIRST, { version: Date.parse(FIRST) + 60_000 + later, ...changes });

const mark = (minute: string, covered: boolean, version: number): Coverage => ({
  type: 'coverage',
  slot: slotOf('AAPL'),
  minute: Date.parse(minute),
  covered,
  version,
});

test('a bar whose minutes come again with newer versions is put again, yet not revised', async () => {
  expect(rollup.bars().map(({ timeframe }) => timeframe)).toEqual(rolledTimeframes);
  expect(await rollup.deliver(again())).toMatchObject({ bars: ALL, revised: 0 });
  const [before, after] = rollup.bars('5m');
  expect(after).toEqual({ ...before, version: (before?.version ?? 0) + 1 });
});

test('a bar that only gains its number of trades, which the socket does not tell, is not revised', async () => {
  expect(await rollup.deliver(again({ trades: 7 }))).toMatchObject({ bars: ALL, revised: 0 });
});

test.each([
  { open: 10.5 },
  { high: 13 },
  { low: 8 },
  { volume: '100.5' },
  { volume: '9007199254740993' },
  { vwap: 10.25 },
])('a bar of which %j comes later is revised', async changes => {
  expect(await rollup.deliver(again(changes))).toMatchObject({ bars: ALL, revised: ALL });
});

test('a close that no bar ends with revises nothing', async () => {
  expect(await rollup.deliver(again({ close: 11.5 }))).toMatchObject({ bars: ALL, revised: 0 });
  expect(
    await rollup.deliver(minuteBar(LAST, { close: 11.5, version: Date.parse(LAST) + 60_001 })),
  ).toMatchObject({ revised: ALL });
});

test('a minute that comes after its windows were closed revises them', async () => {
  expect(await rollup.deliver(minuteBar('2025-11-20T15:02Z'))).toMatchObject({ bars: ALL, revised: ALL });
});

test('a mark revises a bar when it changes how many of its minutes are uncovered', async () => {
  const version = Date.parse(LAST) + 300_000;
  expect(await rollup.deliver(mark(FIRST, false, version))).toMatchObject({ bars: ALL, revised: 0 });
  expect(await rollup.deliver(mark('2025-11-20T15:02Z', false, version))).toMatchObject({ revised: ALL });
  expect(await rollup.deliver(mark('2025-11-20T15:02Z', false, version + 1))).toMatchObject({ revised: 0 });
  expect(await rollup.deliver(mark('2025-11-20T15:02Z', true, version + 2))).toMatchObject({ revised: ALL });
});

test('a bar is compared with what was put last', async () => {
  await rollup.deliver(again({ high: 13 }, 1));
  expect(await rollup.deliver(again({ high: 13 }, 2))).toMatchObject({ bars: ALL, revised: 0 });
  expect(await rollup.deliver(again({}, 3))).toMatchObject({ bars: ALL, revised: ALL });
});

test('a worker that has just started knows of nothing that it revises', async () => {
  rollup.startCold();
  expect(await rollup.deliver(again({ high: 13 }))).toMatchObject({ bars: ALL, revised: 0 });
});
