/** Names of the environment variables of the comparison with the vendor, shared with the infrastructure that sets them. */
export const reconcileEnv = {
  market: 'MARKET',
  alignment: 'ALIGNMENT',
  symbols: 'SYMBOLS',
  feedDelaySeconds: 'FEED_DELAY_SECONDS',
  restUrl: 'REST_URL',
  restRequestsPerSecond: 'REST_REQUESTS_PER_SECOND',
  apiKeySecret: 'API_KEY_SECRET',
  stateTable: 'STATE_TABLE',
  reportBucket: 'REPORT_BUCKET',
} as const;
