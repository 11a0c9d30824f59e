/** The seven features as pure functions of a session's minutes: a value for each minute, NaN where there is none. */
import type { Series } from './series.ts';

/** Wilder's period, in bars. */
const RSI_BARS = 14;
/** How far momentum, volatility and the volume ratio look back, in bars. */
const BARS = 20;

/** `Σ(vwap·volume) / Σvolume` of the session so far. A minute with volume but without a VWAP leaves none from there on. */
export function vwap({ length, volumes, vwaps }: Series): Float64Array {
  let notional = 0;
  let shares = 0;
  return columnOf(length, i => {
    const volume = volumes[i] ?? 0;
    if (volume > 0) notional += (vwaps[i] ?? 0) * volume;
    shares += volume;
    return notional / shares;
  });
}

/** Wilder's relative strength: the share of average rises in average rises and falls, 0 to 100, and 50 where nothing moved. */
export function rsi({ length, closes }: Series): Float64Array {
  let rises = 0;
  let falls = 0;
  return columnOf(length, i => {
    const change = i === 0 ? 0 : (closes[i] ?? 0) - (closes[i - 1] ?? 0);
    const kept = i > RSI_BARS ? (RSI_BARS - 1) / RSI_BARS : 1;
    rises = rises * kept + Math.max(change, 0) / RSI_BARS;
    falls = falls * kept + Math.max(-change, 0) / RSI_BARS;
    if (i < RSI_BARS) return Number.NaN;
    return rises + falls === 0 ? 50 : (100 * rises) / (rises + falls);
  });
}

/** The return over 20 bars; none from a price that is not above zero. */
export function momentum({ length, closes }: Series): Float64Array {
  return columnOf(length, i => returnFrom(closes[i - BARS], closes[i]));
}

/** The root of the sum of the squares of the last 20 log returns; none where a price is not above zero. */
export function volatility({ length, closes }: Series): Float64Array {
  const squares = columnOf(length, i => {
    const [before = Number.NaN, price = Number.NaN] = [closes[i - 1], closes[i]];
    return before > 0 && price > 0 ? Math.log(price / before) ** 2 : Number.NaN;
  });
  return columnOf(length, i => Math.sqrt(sumBefore(squares, i + 1)));
}

/** The minute's volume over the mean of the 20 bars before it; none where they have no volume. */
export function volumeRatio({ length, volumes }: Series): Float64Array {
  return columnOf(length, i => {
    const mean = sumBefore(volumes, i) / BARS;
    return mean > 0 ? (volumes[i] ?? 0) / mean : Number.NaN;
  });
}

/** The return since the session's open; none from a price that is not above zero. */
export function priceToOpen({ length, opens, closes }: Series): Float64Array {
  return columnOf(length, i => returnFrom(opens[i], closes[i]));
}

/** Where the price is in the session's range so far: 0 at its low, 1 at its high, 0.5 where they are equal. */
export function rangePosition({ length, highs, lows, closes }: Series): Float64Array {
  return columnOf(length, i => {
    const [high = 0, low = 0, close = 0] = [highs[i], lows[i], closes[i]];
    return high === low ? 0.5 : (close - low) / (high - low);
  });
}

function columnOf(length: number, valueAt: (i: number) => number): Float64Array {
  const column = new Float64Array(length);
  for (let i = 0; i < length; i++) column[i] = valueAt(i);
  return column;
}

function returnFrom(before = Number.NaN, price = Number.NaN): number {
  return before > 0 ? price / before - 1 : Number.NaN;
}

/** Of the 20 elements before `end`; NaN where there are fewer. Each sum is made anew: one that is carried along keeps the errors of all that went through it. */
function sumBefore(column: Float64Array, end: number): number {
  if (end < BARS) return Number.NaN;
  let sum = 0;
  for (let i = end - BARS; i < end; i++) sum += column[i] ?? 0;
  return sum;
}
