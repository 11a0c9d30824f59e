/** Prices and features of a range, over the query API. */
import type { FeatureName } from '../../runtime/fold/features/names.ts';
import type { Timeframe } from '../../runtime/markets/timeframe.ts';
import { type ApiOptions, pagesOf } from './ask.ts';
import { type AskedBar, askedBarIn, barTextsIn } from './elements.ts';

export type { FeatureName } from '../../runtime/fold/features/names.ts';
export { ApiError, type ApiOptions, answered, type Fetch } from './ask.ts';
export { type AskedBar, askedBarIn, barTextsIn } from './elements.ts';

export interface PricesOptions extends ApiOptions {
  /** @default '1m' */
  readonly timeframe?: Timeframe;
}

export interface FeaturesOptions extends ApiOptions {
  /** Which. @default all seven */
  readonly names?: readonly FeatureName[];
}

/** Features of a minute that has a bar; one that does not exist yet is absent. Times are epoch ms UTC. */
export interface FeatureRow extends Readonly<Partial<Record<FeatureName, number>>> {
  readonly symbol: string;
  readonly start: number;
  readonly end: number;
  readonly session: string;
  /** Minutes of the session up to it that have a bar. */
  readonly minutes: number;
  /** Minutes of the session up to it that the feed was blind for. */
  readonly uncovered: number;
  /** Whether the watermark is behind it. */
  readonly final: boolean;
  /** The highest of the session's minutes up to it. */
  readonly version: number;
}

/**
 * Finished bars that start in `[from, to)`, by symbol, each that was asked for, in their order.
 * @param from a `Date`, or epoch ms
 * @throws ApiError with the API's own words, such as for a range of minutes that begins before its log
 */
export async function getIntradayPrices(
  symbols: readonly string[],
  from: Date | number,
  to: Date | number,
  options: PricesOptions,
): Promise<Map<string, AskedBar[]>> {
  const prices = emptyFor<AskedBar>(symbols);
  const query = { ...rangeOf(from, to), timeframe: options.timeframe ?? '1m' };
  for await (const page of pagesOf('/v1/bars', symbols, query, options))
    for (const [symbol, texts] of barTextsIn(page)) prices.get(symbol)?.push(...texts.map(askedBarIn));
  return prices;
}

/** The same of features, of minutes. @throws ApiError */
export async function getIntradayFeatures(
  symbols: readonly string[],
  from: Date | number,
  to: Date | number,
  options: FeaturesOptions,
): Promise<Map<string, FeatureRow[]>> {
  const rows = emptyFor<FeatureRow>(symbols);
  const { names } = options;
  const query = { ...rangeOf(from, to), ...(names && { names: names.join(',') }) };
  for await (const page of pagesOf('/v1/features', symbols, query, options)) {
    const { features }: { readonly features: Readonly<Record<string, readonly FeatureRow[]>> } =
      JSON.parse(page);
    for (const [symbol, some] of Object.entries(features)) rows.get(symbol)?.push(...some);
  }
  return rows;
}

function emptyFor<Row>(symbols: readonly string[]): Map<string, Row[]> {
  return new Map(symbols.map(symbol => [symbol, []]));
}

/** @throws RangeError for what is no instant */
function rangeOf(from: Date | number, to: Date | number) {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
