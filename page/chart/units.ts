/** The chart library's own kinds of numbers; it brands them, and these are the only places where a plain number becomes one. */
import type { IPrimitivePaneRenderer, Logical, Time, UTCTimestamp } from 'lightweight-charts';

/** What it draws on. */
export type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** It counts in seconds. */
export function timeOf(ms: number): UTCTimestamp {
  return (ms / 1_000) as UTCTimestamp;
}

export function msOf(time: Time): number {
  return typeof time === 'number' ? time * 1_000 : Date.parse(String(time));
}

/** A place on the time axis, counted from the oldest. */
export function placeOf(index: number): Logical {
  return index as Logical;
}
