/** The vendor's own bars of a symbol and a span of time. */
import * as v from 'valibot';
import type { Market } from '../../markets/names.ts';
import { planDelay } from '../address-names.ts';
import { checked } from './answers.ts';
import type { RestClient } from './client.ts';
import { barRow, barsQuestion } from './questions.ts';
import { orUnavailable } from './unavailable.ts';

/** A bar as both sides can tell it; prices exact, volume in shares, contracts or coins. */
export interface PlainBar {
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** What cannot be is nonsense and no mismatch: it says nothing about our bars. */
const bar = v.pipe(
  v.object({
    t: v.pipe(v.number(), v.safeInteger()),
    ...{ o: v.number(), h: v.number(), l: v.number(), c: v.number() },
    // Text where it has many digits; what is compared is no finer than a double.
    v: v.pipe(v.union([v.number(), v.pipe(v.string(), v.decimal(), v.toNumber())]), v.minValue(0)),
  }),
  v.check(({ o, h, l, c }) => l <= Math.min(o, c) && h >= Math.max(o, c), 'prices beyond high and low'),
);

export interface BarsWanted {
  readonly market: Market;
  readonly symbol: string;
  /** Length of a bar, minutes. */
  readonly minutes: number;
  /** Bars that start in `[from, to)`, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** The present, epoch ms. */
  readonly at: number;
}

/** @throws RestUnavailable when the vendor does not answer, or answers what proves nothing or cannot be */
export async function vendorBars(
  rest: RestClient,
  { market, symbol, minutes, from, to, at }: BarsWanted,
  signal: AbortSignal,
): Promise<PlainBar[]> {
  const question = barsQuestion(market, symbol, { minutes, from, to });
  const mayBeDelayed = to <= at - planDelay(market);
  const read = (row: unknown, index: number): PlainBar => {
    const { t, o, h, l, c, v: volume } = checked(barRow(market, row), bar, `results.${index}`);
    return { start: t, open: o, high: h, low: l, close: c, volume };
  };
  const bars = await orUnavailable(question.path, rest.rows(question, mayBeDelayed, read, { signal }));
  return bars.filter(({ start }) => start >= from && start < to);
}
