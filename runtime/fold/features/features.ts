/** What each feature is: its function, and what whoever uses it has to know of it. */
import * as columns from './columns.ts';
import type { FeatureName } from './names.ts';
import type { Series } from './series.ts';

export interface Feature {
  /** Told with it, so that another formula is another feature. */
  readonly version: string;
  readonly formula: string;
  readonly unit: string;
  /** Number of the session's first bar that can have it. */
  readonly firstBar: number;
  /** What else leaves it out. @default nothing */
  readonly absent?: string;
  readonly source: string;
  /** A value for each minute, NaN where there is none. */
  readonly of: (series: Series) => Float64Array;
}

export const features: Readonly<Record<FeatureName, Feature>> = {
  intraday_vwap: {
    version: 'v1',
    formula: 'Σ(vwap·volume) / Σvolume of the session’s minutes so far',
    unit: 'price',
    firstBar: 1,
    absent: 'until a minute has volume; from the first minute on that has volume and no vwap',
    source:
      'Berkowitz, Logue and Noser, The Total Cost of Transactions on the NYSE, Journal of Finance 43 (1988)',
    of: columns.vwap,
  },
  intraday_rsi_14: {
    version: 'v1',
    formula:
      '100·R / (R + F): R and F average the rises and falls of price, first over 14 bars, then (13·before + new) / 14; 50 where both are 0',
    unit: '0 to 100',
    firstBar: 15,
    source: 'Wilder, New Concepts in Technical Trading Systems (1978)',
    of: columns.rsi,
  },
  intraday_momentum_20: {
    version: 'v1',
    formula: 'price / price 20 bars before − 1',
    unit: 'fraction',
    firstBar: 21,
    absent: 'where the earlier price is not above 0',
    source: 'the rate of change, as in Murphy, Technical Analysis of the Financial Markets (1999)',
    of: columns.momentum,
  },
  intraday_volatility_20: {
    version: 'v1',
    formula: '√Σr² of the last 20 returns r = ln(price / price a bar before)',
    unit: 'fraction over 20 bars, not scaled to a year',
    firstBar: 21,
    absent: 'where a price among them is not above 0',
    source:
      'Andersen, Bollerslev, Diebold and Labys, Modeling and Forecasting Realized Volatility, Econometrica 71 (2003)',
    of: columns.volatility,
  },
  intraday_volume_ratio: {
    version: 'v1',
    formula: 'volume / mean volume of the 20 bars before',
    unit: 'ratio',
    firstBar: 21,
    absent: 'where the 20 bars have no volume',
    source: 'relative volume, in common use',
    of: columns.volumeRatio,
  },
  intraday_price_to_open: {
    version: 'v1',
    formula: 'price / open of the session − 1',
    unit: 'fraction',
    firstBar: 1,
    absent: 'where the open is not above 0',
    source: 'the simple return since the open, in common use',
    of: columns.priceToOpen,
  },
  intraday_range_position: {
    version: 'v1',
    formula: '(price − low) / (high − low) of the session so far; 0.5 where high = low',
    unit: '0 to 1',
    firstBar: 1,
    source: 'Lane’s stochastic %K, over the session instead of a number of bars',
    of: columns.rangePosition,
  },
};
