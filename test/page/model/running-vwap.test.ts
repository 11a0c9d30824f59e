/** The day's VWAP: from the day's first bar on, and nowhere where it cannot be known. */
import { expect, test } from '@jest/globals';
import type { Bar } from '../../../page/api/types.ts';
import { runningVwap } from '../../../page/model/running-vwap.ts';
import { timelineOf } from '../../../page/model/timeline.ts';
import { bar, gap, MINUTE } from '../support/bars.ts';

const DAY = 24 * 60;

function averages(bars: readonly Bar[], isFromBeginning = true, gaps = [gap(-9_999, -9_999)]) {
  const dayOf = (ms: number) => Math.floor(ms / (DAY * MINUTE));
  const points = timelineOf({ bars, gaps: gaps.slice(1), step: 5 * MINUTE, dayOf, until: undefined });
  return runningVwap(points, isFromBeginning);
}

test('sums price times volume from the day’s first bar on', () => {
  const found = averages([bar(0, { vwap: 10, volume: 100 }), bar(5, { vwap: 20, volume: 300 })]);
  expect(found).toEqual([
    { value: 10, joins: false },
    { value: 17.5, joins: true },
  ]);
});

test('begins anew with each day', () => {
  const found = averages([bar(0, { vwap: 10 }), bar(DAY, { vwap: 30 })]);
  expect(found.map(({ value }) => value)).toEqual([10, 30]);
  expect(found.at(-1)?.joins).toBe(false);
});

test('is not known on the first day when older bars may belong to it', () => {
  const found = averages([bar(0, { vwap: 10 }), bar(DAY, { vwap: 30 })], false);
  expect(found).toEqual([{}, { value: 30, joins: false }]);
});

test('is not known after a bar with volume and without VWAP, until the next day', () => {
  const { vwap: _, ...unknown } = bar(5);
  const found = averages([bar(0), unknown, bar(10), bar(DAY)]);
  expect(found.map(({ value }) => value)).toEqual([10.5, undefined, undefined, 10.5]);
});

test('is not known before there is any volume', () => {
  expect(averages([bar(0, { volume: 0 }), bar(5)])).toEqual([{}, { value: 10.5, joins: false }]);
});

test('goes on over windows without trades, and not over what was not seen', () => {
  const joined = averages([bar(0), bar(10)]);
  expect(joined.map(({ joins }) => joins)).toEqual([false, undefined, true]);
  const broken = averages([bar(0), bar(10)], true, [gap(0, 0), gap(5, 10)]);
  expect(broken.map(({ joins }) => joins)).toEqual([false, undefined, false]);
});
