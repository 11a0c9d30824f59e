/** Which symbols are asked for first. */
import { expect, test } from '@jest/globals';
import { Liquidity } from '../../../../../runtime/ingester/channels/minutes/rest-progress.ts';
import { bar } from '../../support/records.ts';

test('symbols are ranked by what was traded of them, the market’s own before those of which nothing was', () => {
  const liquidity = new Liquidity(() => ['SPY', 'QQQ']);
  liquidity.note(bar({ symbol: 'SMALL', volume: '1', dayVolume: '10' }));
  liquidity.note(bar({ symbol: 'LARGE', volume: '1', dayVolume: '1000' }));
  expect(liquidity.ranked(['A', 'QQQ', 'SMALL', 'B', 'SPY', 'LARGE'])).toEqual([
    ...['LARGE', 'SMALL', 'SPY', 'QQQ'],
    ...['A', 'B'],
  ]);
});

test('where bars tell no day’s volume, those of late count', () => {
  const liquidity = new Liquidity(() => []);
  for (let n = 0; n < 50; n++) liquidity.note(bar({ symbol: 'ONCE', volume: n === 0 ? '100' : '0' }));
  for (let n = 0; n < 50; n++) liquidity.note(bar({ symbol: 'ALWAYS', volume: '10' }));
  expect(liquidity.ranked(['ONCE', 'ALWAYS'])).toEqual(['ALWAYS', 'ONCE']);
});

test('names without end fill no memory: beyond a number of symbols new ones are not noted, and known ones still are', () => {
  const liquidity = new Liquidity(() => []);
  for (let n = 0; n < 100_000; n++) liquidity.note(bar({ symbol: `S${n}`, volume: '1' }));
  liquidity.note(bar({ symbol: 'LATE', volume: '1000' }));
  liquidity.note(bar({ symbol: 'S7', volume: '1000' }));
  expect(liquidity.ranked(['S6', 'LATE', 'S7'])).toEqual(['S7', 'S6', 'LATE']);
});
