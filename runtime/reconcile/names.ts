/** Names of the own environment variables of the comparison with the vendor, shared with the infrastructure that sets them. */
export const reconcileEnv = {
  symbols: 'SYMBOLS',
  restUrl: 'REST_URL',
  apiKeySecret: 'API_KEY_SECRET',
  stateTable: 'STATE_TABLE',
  reportBucket: 'REPORT_BUCKET',
} as const;

/** What it is told of its feed. */
export const reconcileSettings = ['alignment', 'delay', 'restRequestsPerSecond'] as const;
