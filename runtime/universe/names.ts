/** Names of the universe function's own environment variables, shared with the infrastructure that sets them. */
export const universeEnv = {
  restUrl: 'REST_URL',
  apiKeySecret: 'API_KEY_SECRET',
  /** The list that it writes: `ssm:<parameter>` or `s3://<bucket>/<key>`. */
  list: 'UNIVERSE_LIST',
  size: 'UNIVERSE_SIZE',
  hysteresis: 'UNIVERSE_HYSTERESIS',
  changesPerDay: 'UNIVERSE_CHANGES_PER_DAY',
  sessions: 'UNIVERSE_SESSIONS',
  memoryTable: 'MEMORY_TABLE',
} as const;

/** What it is told of its feed. */
export const universeSettings = ['delay', 'restRequestsPerSecond'] as const;
