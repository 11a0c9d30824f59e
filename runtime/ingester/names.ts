/** Names of the ingester's environment variables, shared by the container and the infrastructure that sets them. */
export const ingesterEnv = {
  apiKey: 'POLYGON_API_KEY',
  feedUrl: 'FEED_URL',
  restUrl: 'REST_URL',
  market: 'MARKET',
  alignment: 'ALIGNMENT',
  symbols: 'SYMBOLS',
  /** Where a list of symbols is kept that takes the place of that one, now and whenever it changes. */
  symbolSource: 'SYMBOLS_SOURCE',
  /** The most symbols that the plan allows. */
  symbolLimit: 'SYMBOLS_LIMIT',
  /** Symbol that is subscribed to as proof of life and not published. */
  sentinel: 'SENTINEL',
  minutesStream: 'MINUTES_STREAM',
  leaseTable: 'LEASE_TABLE',
  quarantineTable: 'QUARANTINE_TABLE',
  feedDelaySeconds: 'FEED_DELAY_SECONDS',
  watermarkGraceSeconds: 'WATERMARK_GRACE_SECONDS',
  /** Folder for records that wait while the stream takes less than the feed brings. */
  backlogFolder: 'BACKLOG_FOLDER',
  /** The most that may wait there, in MiB. */
  backlogMebibytes: 'BACKLOG_MEBIBYTES',
  statusPort: 'STATUS_PORT',
  /** Address that the status server listens on. */
  statusHost: 'STATUS_HOST',
  eventClock: 'EVENT_CLOCK',
  backfillOnStart: 'BACKFILL_ON_START',
  restRequestsPerSecond: 'REST_REQUESTS_PER_SECOND',
  restConcurrency: 'REST_CONCURRENCY',
} as const;

/**
 * What a feed that has never run backfills when it starts: the whole session so far, the current 4h block so far, or
 * nothing, in which case the block's minutes so far are declared uncovered.
 */
export const backfillsOnStart = ['session', 'block', 'none'] as const;
export type BackfillOnStart = (typeof backfillsOnStart)[number];
