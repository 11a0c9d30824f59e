/** The features by name, in the order in which they are told. */
export const featureNames = [
  'intraday_vwap',
  'intraday_rsi_14',
  'intraday_momentum_20',
  'intraday_volatility_20',
  'intraday_volume_ratio',
  'intraday_price_to_open',
  'intraday_range_position',
] as const;

export type FeatureName = (typeof featureNames)[number];
