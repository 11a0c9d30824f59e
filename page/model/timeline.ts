/** What stands on the chart's time axis: bars, windows without a trade, and windows that the feed was blind for. */
import type { Bar, Gap } from '../api/types.ts';
import type { DayOf } from './trading-day.ts';

/** One place on the axis: the window `[start, end)`. */
export interface Point {
  readonly start: number;
  readonly end: number;
  /** Absent where nothing was traded or nobody looked. */
  readonly bar?: Bar;
  /** Some of the window, or all of it, was not seen. */
  readonly isUncovered: boolean;
  readonly session: string;
  readonly day: number;
}

export interface TimelineInput {
  /** By start, oldest first. */
  readonly bars: readonly Bar[];
  /** By start, oldest first. */
  readonly gaps: readonly Gap[];
  /** Usual length of a window, ms. */
  readonly step: number;
  readonly dayOf: DayOf;
  /** While the market is open, time goes on to here without a trade, too; else it ends with the last bar or gap. */
  readonly until: number | undefined;
}

/** A hole is drawn as wide as it lasted at most so many windows; the night between two days is not drawn at all. */
const MOST_EMPTY = 1_500;

/** The points of the axis, oldest first. */
export function timelineOf({ bars, gaps, step, dayOf, until }: TimelineInput): Point[] {
  const points: Point[] = [];
  const isUncovered = gapFinder(gaps);
  const [first] = bars;
  let session = first?.session ?? '';
  /** Empty windows up to `to`, where they belong to the day of either end or were not seen. */
  const fill = (from: number, to: number, isLast: boolean) => {
    const before = dayOf(from - 1);
    const after = isLast ? before : dayOf(to);
    let count = 0;
    for (let start = from; start < to && count < MOST_EMPTY; start += step, count++) {
      const end = Math.min(start + step, to);
      const blind = isUncovered(start, end);
      const day = dayOf(start);
      if (!blind && (before !== after || day !== before)) continue;
      points.push({ start, end, isUncovered: blind, session, day });
    }
  };
  const begin = gaps[0]?.start;
  if (begin !== undefined && (first === undefined || begin < first.start))
    fill(begin, first?.start ?? gaps.at(-1)?.end ?? begin, first === undefined);
  let last: number | undefined;
  for (const bar of bars) {
    if (last !== undefined && bar.start > last) fill(last, bar.start, false);
    session = bar.session;
    points.push({
      start: bar.start,
      end: bar.end,
      bar,
      isUncovered: bar.uncovered > 0,
      session,
      day: dayOf(bar.start),
    });
    last = bar.end;
  }
  const end = Math.max(until ?? 0, gaps.at(-1)?.end ?? 0);
  if (last !== undefined && end > last) fill(last, last + Math.ceil((end - last) / step) * step, true);
  return points;
}

/** Whether any of the gaps touches a window, for windows that are asked in order. */
function gapFinder(gaps: readonly Gap[]): (start: number, end: number) => boolean {
  let next = 0;
  return (start, end) => {
    for (let gap = gaps[next]; gap !== undefined && gap.end <= start; gap = gaps[next]) next++;
    const gap = gaps[next];
    return gap !== undefined && gap.start < end;
  };
}

/** A run of points `[from, to]` with something in common. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** Sessions, cut where a day ends. */
export function sessionBands(points: readonly Point[]): Band[] {
  return bandsOf(points, ({ session, day }) => ({ name: session, key: `${day} ${session}` }));
}

/** Stretches that were not seen. */
export function uncoveredBands(points: readonly Point[]): Band[] {
  return bandsOf(points, ({ isUncovered }) =>
    isUncovered ? { name: 'uncovered', key: 'uncovered' } : undefined,
  );
}

function bandsOf(
  points: readonly Point[],
  partOf: (point: Point) => { name: string; key: string } | undefined,
): Band[] {
  const bands: Band[] = [];
  let key: string | undefined;
  for (const [n, point] of points.entries()) {
    const part = partOf(point);
    const last = bands.at(-1);
    if (part !== undefined && part.key === key && last) bands[bands.length - 1] = { ...last, to: n };
    else if (part !== undefined) bands.push({ from: n, to: n, name: part.name });
    key = part?.key;
  }
  return bands;
}
