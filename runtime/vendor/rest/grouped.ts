/** What every stock traded on a day, as the vendor adds it up. */
import * as v from 'valibot';
import { faultOf, symbolIn } from '../../records/check.ts';
import { checked, Unproven } from './answers.ts';
import type { RestClient } from './client.ts';
import { orUnavailable } from './unavailable.ts';

const amount = v.pipe(v.number(), v.minValue(0));
const answer = v.object({
  status: v.picklist(['OK', 'DELAYED']),
  resultsCount: v.number(),
  results: v.optional(
    v.array(
      v.object({ T: v.string(), v: amount, c: amount, vw: v.optional(amount), otc: v.optional(v.boolean()) }),
    ),
  ),
});

/**
 * Shares by their mean price, by symbol, in dollars; what trades over the counter alone is left out.
 * @param date of the exchange, `YYYY-MM-DD`
 * @throws RestUnavailable when the vendor does not answer, or answers what cannot be
 */
export async function dollarVolumes(
  rest: RestClient,
  date: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const path = `/v2/aggs/grouped/locale/us/market/stocks/${date}?adjusted=false`;
  const rows = await orUnavailable(path, rest.answer(path, rowsIn, { signal }));
  return new Map(
    rows.flatMap(({ T, v: shares, vw, c, otc }): [string, number][] =>
      otc === true || rest.words.quoteKey(T) || faultOf(() => symbolIn(T)) !== undefined
        ? []
        : [[T, shares * (vw ?? c)]],
    ),
  );
}

/** @throws Unproven */
function rowsIn(body: unknown) {
  const { resultsCount, results = [] } = checked(body, answer);
  if (resultsCount !== results.length)
    throw new Unproven(`it has ${results.length} rows and counts ${resultsCount}`);
  return results;
}
