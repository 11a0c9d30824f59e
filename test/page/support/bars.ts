/** Bars by hand. */
import type { Bar } from '../../../page/api/types.ts';

export const MINUTE = 60_000;
/** A Thursday, 10:00 in New York. */
export const TEN = Date.parse('2025-11-20T15:00:00Z');

/** A finished 5m bar of AAPL that begins so many minutes after ten. */
export function bar(minutes: number, fields: Partial<Bar> = {}): Bar {
  const start = TEN + minutes * MINUTE;
  return {
    ...{ symbol: 'AAPL', timeframe: '5m', start, end: start + 5 * MINUTE },
    ...{ open: 10, high: 12, low: 9, close: 11, volume: 100, vwap: 10.5, uncovered: 0 },
    ...{ session: 'regular', final: true, version: 1 },
    ...fields,
  };
}

/** A stretch in minutes after ten. */
export function gap(from: number, to: number): { readonly start: number; readonly end: number } {
  return { start: TEN + from * MINUTE, end: TEN + to * MINUTE };
}
