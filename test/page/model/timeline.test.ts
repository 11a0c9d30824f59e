/** The time axis: where bars stand, where nothing was traded, where nobody looked, and which session it was. */
import { describe, expect, test } from '@jest/globals';
import { type Point, sessionBands, timelineOf, uncoveredBands } from '../../../page/model/timeline.ts';
import { tradingDayOf } from '../../../page/model/trading-day.ts';
import { Zone } from '../../../page/model/zone.ts';
import { bar, gap, MINUTE, TEN } from '../support/bars.ts';

const STEP = 5 * MINUTE;
const dayOf = tradingDayOf('stocks', new Zone('America/New_York'));
const rest = { step: STEP, dayOf, until: undefined };

/** Minutes after ten, `x` for nothing traded, `?` for not seen. */
function drawn(points: readonly Point[]): string {
  return points
    .map(point => {
      const sign = point.isUncovered ? '?' : point.bar ? '' : 'x';
      return `${(point.start - TEN) / MINUTE}${sign}`;
    })
    .join(' ');
}

describe('the time axis', () => {
  test('has a place for each window of a day, traded in or not', () => {
    const points = timelineOf({ ...rest, bars: [bar(0), bar(15)], gaps: [] });
    expect(drawn(points)).toBe('0 5x 10x 15');
    expect(uncoveredBands(points)).toEqual([]);
  });

  test('tells what was not seen, wholly or in part, from what was not traded', () => {
    const bars = [bar(0), bar(15, { uncovered: 2 }), bar(25)];
    const points = timelineOf({ ...rest, bars, gaps: [gap(5, 10)] });
    expect(drawn(points)).toBe('0 5? 10x 15? 20x 25');
    expect(uncoveredBands(points)).toEqual([
      { from: 1, to: 1, name: 'uncovered' },
      { from: 3, to: 3, name: 'uncovered' },
    ]);
  });

  test('does not draw the night between two days', () => {
    const points = timelineOf({ ...rest, bars: [bar(0), bar(24 * 60)], gaps: [] });
    expect(drawn(points)).toBe('0 1440');
  });

  test('draws what was not seen even at the end of a day, and of the axis', () => {
    const bars = [bar(0), bar(24 * 60)];
    const points = timelineOf({ ...rest, bars, gaps: [gap(5, 10), gap(24 * 60 + 5, 24 * 60 + 15)] });
    expect(drawn(points)).toBe('0 5? 1440 1445? 1450?');
  });

  test('goes on while the market is open, with or without trades', () => {
    const points = timelineOf({ ...rest, bars: [bar(0)], gaps: [], until: TEN + 17 * MINUTE });
    expect(drawn(points)).toBe('0 5x 10x 15x');
    expect(drawn(timelineOf({ ...rest, bars: [bar(0)], gaps: [], until: TEN - MINUTE }))).toBe('0');
  });

  test('shows gaps even where there is no bar at all', () => {
    expect(drawn(timelineOf({ ...rest, bars: [], gaps: [gap(0, 15)] }))).toBe('0? 5? 10?');
    expect(timelineOf({ ...rest, bars: [], gaps: [], until: TEN })).toEqual([]);
  });

  test('takes windows that are cut short, as they are at a close', () => {
    const short = bar(10, { end: TEN + 12 * MINUTE });
    expect(drawn(timelineOf({ ...rest, bars: [bar(0), short, bar(12)], gaps: [] }))).toBe('0 5x 10 12');
  });

  test('is bounded, whatever stretch a gap claims', () => {
    const points = timelineOf({ ...rest, bars: [bar(0)], gaps: [gap(5, 60 * 24 * 365)] });
    expect(points.length).toBeLessThan(2_000);
  });
});

test('sessions are bands, cut where a day ends', () => {
  const bars = [
    bar(-35, { session: 'pre' }),
    bar(-25, { session: 'regular' }),
    bar(0),
    bar(24 * 60),
    bar(24 * 60 + 5),
  ];
  expect(sessionBands(timelineOf({ ...rest, bars, gaps: [] }))).toEqual([
    { from: 0, to: 1, name: 'pre' },
    { from: 2, to: 7, name: 'regular' },
    { from: 8, to: 9, name: 'regular' },
  ]);
});
