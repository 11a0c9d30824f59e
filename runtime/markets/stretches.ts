/** Minutes as stretches `[from, to)`: a gap of days is but a few of them. */
import { MINUTE } from './timeframe.ts';

/** Epoch ms, ascending, apart from each other. */
export type Stretches = readonly (readonly [number, number])[];

/** @param minutes starts, ascending */
export function stretchesOf(minutes: Iterable<number>): [number, number][] {
  const stretches: [number, number][] = [];
  for (const minute of minutes) {
    const last = stretches.at(-1);
    if (last?.[1] === minute) last[1] = minute + MINUTE;
    else stretches.push([minute, minute + MINUTE]);
  }
  return stretches;
}

/** Starts, ascending. */
export function minutesOf(stretches: Stretches): number[] {
  return stretches.flatMap(([from, to]) =>
    Array.from({ length: (to - from) / MINUTE }, (_, index) => from + index * MINUTE),
  );
}
