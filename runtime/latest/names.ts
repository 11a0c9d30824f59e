/** Names of the own environment variables of the latest bars, shared by the function and the infrastructure that sets them. */
export const latestEnv = {
  barsTable: 'BARS_TABLE',
  redisUrlSecret: 'REDIS_URL_SECRET',
  redisTokenSecret: 'REDIS_TOKEN_SECRET',
  dayTtl: 'AGG5M_TTL_SEC',
} as const;

/** What the function keeps of every symbol. */
export const keptTimeframe = '5m';
