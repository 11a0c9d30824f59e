/** Names of the own environment variables of the latest bars, shared by the function and the infrastructure that sets them. */
export const latestEnv = {
  redisUrlSecret: 'REDIS_URL_SECRET',
  dayTtl: 'AGG5M_TTL_SEC',
} as const;

/** What the function keeps of every symbol. */
export const keptTimeframe = '5m';

/** Stands in for the secret where it is set. */
export const redisUrlVariable = 'REDIS_URL';

/** What the function of the latest bars counts. */
export const latestMetrics = {
  /** Bars written into Redis. */
  written: 'LatestBars',
  /** Bars that were not, for a newer version or a later day stands there: delivered twice, or out of order. */
  superseded: 'LatestSuperseded',
  /** Bars that were not, for something that is not ours stands at their key. Always 0 when all is well. */
  blocked: 'LatestBlocked',
} as const;
