/** Names of the roll-up's environment variables, shared by the function and the infrastructure that sets them. */
export const rollupEnv = {
  market: 'MARKET',
  alignment: 'ALIGNMENT',
  barsStream: 'BARS_STREAM',
  stateTable: 'STATE_TABLE',
  quarantineTable: 'QUARANTINE_TABLE',
} as const;
