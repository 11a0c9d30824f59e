/** The vendor's own bars of a symbol and a span of time. */
import * as v from 'valibot';
import { RestUnavailable, type VendorRest } from '../../platform/vendor-rest.ts';

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
    v: v.pipe(v.number(), v.minValue(0)),
  }),
  v.check(({ o, h, l, c }) => l <= Math.min(o, c) && h >= Math.max(o, c), 'prices beyond high and low'),
);

const page = v.object({
  status: v.picklist(['OK', 'DELAYED']),
  results: v.optional(v.array(bar), []),
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

/** @throws RestUnavailable when the vendor does not answer, or answers what cannot be */
export async function vendorBars(
  rest: VendorRest,
  { ticker, minutes, from, to }: BarsWanted,
): Promise<PlainBar[]> {
  const range = `${minutes}/minute/${from}/${to - 1}`;
  const bars: PlainBar[] = [];
  let next: string | undefined =
    `/v2/aggs/ticker/${encodeURIComponent(ticker)}/range/${range}?adjusted=false&sort=asc&limit=50000`;
  const asked = new Set<string>();
  while (next !== undefined) {
    if (asked.has(next))
      throw new RestUnavailable(`pages of ${ticker} lead in a circle: see what the vendor changed`);
    asked.add(next);
    const answer: v.InferOutput<typeof page> = await rest.get(next, page);
    for (const { t, o, h, l, c, v: volume } of answer.results)
      bars.push({ start: t, open: o, high: h, low: l, close: c, volume });
    next = answer.next_url;
  }
  return bars.filter(({ start }) => start >= from && start < to);
}
