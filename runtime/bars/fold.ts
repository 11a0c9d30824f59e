/** The fold: a window as a pure function of the minutes and coverage marks in it. */
import type { Ohlcv } from './bar.ts';
import { decimalFrom } from './decimal.ts';
import { isUncovered, type Marks } from './marks.ts';
import {
  CLOSE,
  COLUMNS,
  exactVolume,
  HIGH,
  LARGE,
  LOW,
  type Minutes,
  OPEN,
  TRADES,
  UNITS,
  VERSION,
  VWAP,
} from './minutes.ts';

/** What a window's minutes amount to. */
export interface Folded extends Ohlcv {
  /** How many minute bars were folded in. */
  readonly minutes: number;
  /** How many minutes are marked uncovered and have no bar. */
  readonly uncovered: number;
  /** Sum of the versions of the bars and marks, so that any newer part makes a newer whole. */
  readonly version: number;
}

/** The coverage marks that hold for one symbol in one block. */
export interface Coverages {
  readonly slot: Marks | undefined;
  readonly own: Marks | undefined;
}

const POWERS_OF_TEN = Float64Array.from({ length: 19 }, (_, exponent) => 10 ** exponent);

/**
 * Folds the minutes at offsets `[from, to)` of a block, in their order; undefined when none of them has a bar.
 * Open, high, low and close come from minutes with volume alone as soon as there is one. `vwap` is
 * `Σ(vwap·volume) / Σvolume` in minute order, left out when a minute with volume lacks it.
 */
export function fold(minutes: Minutes, coverages: Coverages, from: number, to: number): Folded | undefined {
  const { rows, scales } = minutes;
  let count = 0;
  let version = 0;
  let [open, high, low, close] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  let traded = false;
  let units = 0;
  let scale = 0;
  let oneScale = true;
  let notional = 0;
  let shares = 0;
  let trades = 0;
  for (let offset = from; offset < to; offset++) {
    const at = offset * COLUMNS;
    const minuteVersion = rows[at + VERSION] ?? 0;
    if (minuteVersion === 0) continue;
    count++;
    version += minuteVersion;
    trades += rows[at + TRADES] ?? 0;
    const minuteUnits = rows[at + UNITS] ?? 0;
    if (minuteUnits === 0 && traded) continue;
    const minuteHigh = rows[at + HIGH] ?? 0;
    const minuteLow = rows[at + LOW] ?? 0;
    if (count === 1 || (minuteUnits > 0 && !traded)) {
      open = rows[at + OPEN] ?? 0;
      high = minuteHigh;
      low = minuteLow;
    } else {
      if (minuteHigh > high) high = minuteHigh;
      if (minuteLow < low) low = minuteLow;
    }
    close = rows[at + CLOSE] ?? 0;
    if (minuteUnits === 0) continue;
    const minuteScale = scales[offset] ?? 0;
    if (!traded) scale = minuteScale;
    else if (minuteScale !== scale) oneScale = false;
    traded = true;
    units += minuteUnits;
    const volume =
      minuteScale === 0 || minuteScale === LARGE
        ? minuteUnits
        : minuteUnits / (POWERS_OF_TEN[minuteScale] ?? 1);
    notional += (rows[at + VWAP] ?? 0) * volume;
    shares += volume;
  }
  if (count === 0) return undefined;
  const exact = oneScale && scale !== LARGE && units <= Number.MAX_SAFE_INTEGER;
  const volume = exact ? decimalFrom(units, scale) : exactVolume(minutes, from, to);
  const marks = foldMarks(minutes, coverages, from, to);
  return {
    open,
    high,
    low,
    close,
    volume,
    ...(traded && !Number.isNaN(notional) ? { vwap: notional / shares } : {}),
    ...(Number.isNaN(trades) ? {} : { trades }),
    minutes: count,
    uncovered: marks.uncovered,
    version: version + marks.version,
  };
}

const UNMARKED = { uncovered: 0, version: 0 };

function foldMarks(
  minutes: Minutes,
  { slot, own }: Coverages,
  from: number,
  to: number,
): { uncovered: number; version: number } {
  if (!slot && !own) return UNMARKED;
  let uncovered = 0;
  let version = 0;
  for (let offset = from; offset < to; offset++) {
    version += (slot?.versionAt(offset) ?? 0) + (own?.versionAt(offset) ?? 0);
    if (!minutes.has(offset) && isUncovered(offset, slot, own)) uncovered++;
  }
  return { uncovered, version };
}
