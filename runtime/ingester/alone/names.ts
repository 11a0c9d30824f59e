/** Names of the variables of an ingester that stands alone. */
export const aloneEnv = {
  apiKey: 'POLYGON_API_KEY',
  cluster: 'POLYGON_CLUSTER',
  subscription: 'SUBSCRIPTION',
  feedUrl: 'FEED_URL',
  sink: 'SINK',
  emitNdjson: 'EMIT_NDJSON',
  channelCap: 'CHANNEL_CAP',
  backoffInitial: 'BACKOFF_INITIAL_SECS',
  backoffMax: 'BACKOFF_MAX_SECS',
  readTimeout: 'READ_TIMEOUT_SECS',
  heartbeatInterval: 'HEARTBEAT_INTERVAL_SECS',
  metricsAddress: 'METRICS_ADDR',
  statsInterval: 'STATS_INTERVAL_SECS',
  readyMinMessages: 'READY_MIN_MESSAGES',
  readyDelay: 'READY_DELAY_MS',
  logLevel: 'LOG_LEVEL',
  ndjsonDest: 'NDJSON_DEST',
  ndjsonChannelCap: 'NDJSON_CHANNEL_CAP',
  ndjsonWarnInterval: 'NDJSON_WARN_INTERVAL_SECS',
  ndjsonFlushEvery: 'NDJSON_FLUSH_EVERY',
  ndjsonFlushInterval: 'NDJSON_FLUSH_INTERVAL_MS',
  ndjsonMaxBytes: 'NDJSON_MAX_BYTES',
  ndjsonRotate: 'NDJSON_ROTATE_SECS',
  ndjsonGzip: 'NDJSON_GZIP',
  ndjsonNoReopen: 'NDJSON_NO_REOPEN',
  ndjsonInclude: 'NDJSON_INCLUDE',
  ndjsonSampleQuotes: 'NDJSON_SAMPLE_QUOTES',
  ndjsonSplitPerType: 'NDJSON_SPLIT_PER_TYPE',
  zmqEndpoint: 'ZMQ_ENDPOINT',
  zmqBind: 'ZMQ_BIND',
  zmqChannelCap: 'ZMQ_CHANNEL_CAP',
  zmqWarnInterval: 'ZMQ_WARN_INTERVAL_SECS',
  zmqSendHighWaterMark: 'ZMQ_SND_HWM',
  zmqTopicPrefix: 'ZMQ_TOPIC_PREFIX',
  redisUrl: 'REDIS_URL',
  redisCap: 'REDIS_CHANNEL_CAP',
} as const;

/** Where events can go. */
export const sinkNames = ['stdout', 'ndjson', 'zmq', 'redis'] as const;
export type SinkName = (typeof sinkNames)[number];

/** What stands for standard output where a path may stand. */
export const STDOUT = 'stdout';
