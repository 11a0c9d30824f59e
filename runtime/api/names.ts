/** What the API and the infrastructure in front of it agree on: routes and variables. */

/** Every route as API Gateway calls it; the template declares these and no others. */
export const routeKeys = {
  bars: 'GET /v1/bars',
  features: 'GET /v1/features',
  latest: 'GET /v1/latest',
  symbols: 'GET /v1/symbols',
  status: 'GET /v1/status',
  sessions: 'GET /v1/sessions',
  openapi: 'GET /v1/openapi.json',
  schema: 'GET /v1/schemas/{name}',
} as const;

/** Schemas of the streams' records, as they are asked for. */
export const schemaNames = [
  'minute-bar.schema.json',
  'bar.schema.json',
  'coverage.schema.json',
  'watermark.schema.json',
  'event.schema.json',
] as const;

/** Names of its own environment variables. */
export const apiEnv = {
  /** JSON: a list of `FeedVariables`. */
  feeds: 'FEEDS',
} as const;

/** What it is told of each feed: the variables of any unit of that feed, and the names of its tables. */
export const feedVariables = {
  stateTable: 'STATE_TABLE',
  barsTable: 'BARS_TABLE',
  leaseTable: 'LEASE_TABLE',
  memoryTable: 'MEMORY_TABLE',
  sessionsTable: 'SESSIONS_TABLE',
  slots: 'SLOTS',
  /** What the names of the feed's alarms begin with. */
  alarmPrefix: 'ALARM_PREFIX',
} as const;

/** What it is told of each feed's settings. */
export const apiSettings = ['alignment', 'delay'] as const;
