/** Names of the variables of an ingester that stands alone; those of its sinks are in `sink-names.ts`. */
export const aloneEnv = {
  apiKey: 'POLYGON_API_KEY',
  cluster: 'POLYGON_CLUSTER',
  subscription: 'SUBSCRIPTION',
  feedUrl: 'FEED_URL',
  backoffInitial: 'BACKOFF_INITIAL_SECS',
  backoffMax: 'BACKOFF_MAX_SECS',
  readTimeout: 'READ_TIMEOUT_SECS',
  heartbeatInterval: 'HEARTBEAT_INTERVAL_SECS',
  metricsAddress: 'METRICS_ADDR',
  statsInterval: 'STATS_INTERVAL_SECS',
  readyMinMessages: 'READY_MIN_MESSAGES',
  readyDelay: 'READY_DELAY_MS',
  logLevel: 'LOG_LEVEL',
} as const;
