/** Names of the bar store's own environment variables, shared by the function and the infrastructure that sets them. */
export const barStoreEnv = {
  barsTable: 'BARS_TABLE',
  quarantineTable: 'QUARANTINE_TABLE',
} as const;

/** What it is told of its feed. */
export const barStoreSettings = ['store'] as const;
