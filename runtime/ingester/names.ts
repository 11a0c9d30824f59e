/** Names of the ingester's own environment variables, shared by the container and the infrastructure that sets them. */
export const ingesterEnv = {
  apiKey: 'POLYGON_API_KEY',
  feedUrl: 'FEED_URL',
  restUrl: 'REST_URL',
  symbols: 'SYMBOLS',
  /** Where a list of symbols is kept that takes the place of that one, now and whenever it changes. */
  symbolSource: 'SYMBOLS_SOURCE',
  /** Symbol that is subscribed to as proof of life and not published. */
  sentinel: 'SENTINEL',
  minutesStream: 'MINUTES_STREAM',
  leaseTable: 'LEASE_TABLE',
  quarantineTable: 'QUARANTINE_TABLE',
  /** Where the record of every session is left. */
  sessionsTable: 'SESSIONS_TABLE',
  /** Folder for records that wait while the stream takes less than the feed brings. */
  backlogFolder: 'BACKLOG_FOLDER',
  /** The most that may wait there, in MiB. */
  backlogMebibytes: 'BACKLOG_MEBIBYTES',
  statusPort: 'STATUS_PORT',
  /** Address that the status server listens on. */
  statusHost: 'STATUS_HOST',
  eventClock: 'EVENT_CLOCK',
  restConcurrency: 'REST_CONCURRENCY',
} as const;

/** What it is told of its feed. */
export const ingesterSettings = [
  'alignment',
  'symbolLimit',
  'delay',
  'watermarkGrace',
  'backfillOnStart',
  'restRequestsPerSecond',
  'compression',
] as const;
