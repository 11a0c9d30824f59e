/** The day's volume-weighted average price after each window. */
import type { Point } from './timeline.ts';

export interface DayAverage {
  /** Absent where nothing was traded, and where it cannot be known. */
  readonly value?: number;
  /** It goes on from the one before: on the same day, and nothing was missed in between. */
  readonly joins?: boolean;
}

/**
 * Σ(vwap·volume) ⁄ Σvolume from the day's first bar on. It cannot be known before the first trade, after a bar that has volume
 * and no VWAP, and on the first day when bars older than the points may belong to it.
 */
export function runningVwap(points: readonly Point[], isFromBeginning: boolean): DayAverage[] {
  let day: number | undefined;
  let isKnown = false;
  let joins = false;
  let [traded, volume] = [0, 0];
  return points.map(({ bar, day: itsDay, isUncovered }, n) => {
    if (itsDay !== day) {
      isKnown = n > 0 || isFromBeginning;
      joins = false;
      day = itsDay;
      [traded, volume] = [0, 0];
    }
    if (bar === undefined) {
      if (isUncovered) joins = false;
      return {};
    }
    if (bar.volume > 0 && bar.vwap === undefined) isKnown = false;
    traded += (bar.vwap ?? 0) * bar.volume;
    volume += bar.volume;
    if (!isKnown || volume === 0) return {};
    const average = { value: traded / volume, joins };
    joins = true;
    return average;
  });
}
