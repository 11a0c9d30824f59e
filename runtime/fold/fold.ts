/** The fold: a window as a pure function of the minutes and coverage marks in it. */
import type { Ohlcv } from '../records/bar.ts';
import { decimalFrom, POWERS_OF_TEN } from '../records/decimal.ts';
import { isUncovered, type Marks } from './marks.ts';
import { exactVolume, type Minutes, row } from './minutes.ts';

/** What code compiles in as numbers; the fields of an object it would look up for every minute. */
const { version: VERSION, open: OPEN, high: HIGH, low: LOW, close: CLOSE } = row;
const { units: UNITS, vwap: VWAP, trades: TRADES, length: ROW } = row;

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

/**
 * Folds the minutes at offsets `[from, to)` of a block, in their order; undefined when none of them has a bar.
 * Open, high, low and close come from minutes with volume alone as soon as there is one. `vwap` is
 * `Σ(vwap·volume) / Σvolume` in minute order, left out when a minute with volume lacks it.
 */
export function fold(minutes: Minutes, coverages: Coverages, from: number, to: number): Folded | undefined {
  const { rows } = minutes;
  const one = POWERS_OF_TEN[minutes.scale] ?? 1;
  let count = 0;
  let version = 0;
  let [open, high, low, close] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  let traded = false;
  let units = 0;
  let notional = 0;
  let shares = 0;
  let trades = 0;
  for (let at = from * ROW; at < to * ROW; at += ROW) {
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
    traded = true;
    units += minuteUnits;
    const volume = minuteUnits / one;
    notional += (rows[at + VWAP] ?? 0) * volume;
    shares += volume;
  }
  if (count === 0) return undefined;
  // A sum that leaves the safe integers stays above them, so one look at the end tells whether it was exact all along.
  const isExact = units <= Number.MAX_SAFE_INTEGER;
  const volume = isExact ? decimalFrom(units, minutes.scale) : exactVolume(minutes, from, to);
  const marks = foldMarks(minutes, coverages, from, to);
  const { uncovered } = marks;
  const vwap = Number.isFinite(units) ? notional / shares : roundedVwap(minutes, from, to);
  version += marks.version;
  const hasTrades = !Number.isNaN(trades);
  // A field that is added to an object later costs as much as all that are there from the first.
  if (!traded || Number.isNaN(vwap)) {
    const folded = { open, high, low, close, volume, minutes: count, uncovered, version };
    return hasTrades ? { ...folded, trades } : folded;
  }
  return hasTrades
    ? { open, high, low, close, volume, minutes: count, uncovered, version, vwap, trades }
    : { open, high, low, close, volume, minutes: count, uncovered, version, vwap };
}

/** The VWAP where some volume is larger than any safe integer: from doubles, which are as near as a VWAP can be. */
function roundedVwap(minutes: Minutes, from: number, to: number): number {
  let notional = 0;
  let shares = 0;
  for (let offset = from; offset < to; offset++) {
    const volume = minutes.has(offset) ? Number(minutes.volumeAt(offset)) : 0;
    if (volume > 0) notional += (minutes.rows[offset * ROW + VWAP] ?? 0) * volume;
    shares += volume;
  }
  return notional / shares;
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
