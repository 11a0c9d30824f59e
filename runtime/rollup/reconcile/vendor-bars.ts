/** The vendor's own bars of a symbol and a span of time. */
import * as v from 'valibot';
import type { VendorRest } from '../../platform/vendor-rest.ts';

/** A bar as both sides can tell it; prices exact, volume in shares, contracts or coins. */
export interface PlainBar {
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const page = v.object({
  results: v.optional(
    v.array(
      v.object({ t: v.number(), o: v.number(), h: v.number(), l: v.number(), c: v.number(), v: v.number() }),
    ),
    [],
  ),
  next_url: v.optional(v.string()),
});

export interface BarsWanted {
  /** As the vendor spells it in REST paths. */
  readonly ticker: string;
  /** Length of a bar, minutes. */
  readonly minutes: number;
  /** Bars that start in `[from, to)`, epoch ms. */
  readonly from: number;
  readonly to: number;
}

/** @throws RestUnavailable when the vendor does not answer */
export async function vendorBars(
  rest: VendorRest,
  { ticker, minutes, from, to }: BarsWanted,
): Promise<PlainBar[]> {
  const range = `${minutes}/minute/${from}/${to - 1}`;
  const bars: PlainBar[] = [];
  let next: string | undefined =
    `/v2/aggs/ticker/${encodeURIComponent(ticker)}/range/${range}?adjusted=false&sort=asc&limit=50000`;
  while (next !== undefined) {
    const answer: v.InferOutput<typeof page> = await rest.get(next, page);
    for (const { t, o, h, l, c, v: volume } of answer.results)
      bars.push({ start: t, open: o, high: h, low: l, close: c, volume });
    next = answer.next_url;
  }
  return bars.filter(({ start }) => start >= from && start < to);
}
