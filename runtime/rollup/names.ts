/** Names of the roll-up's environment variables, shared by the function and the infrastructure that sets them. */
export const rollupEnv = {
  market: 'MARKET',
  alignment: 'ALIGNMENT',
  barsStream: 'BARS_STREAM',
  stateTable: 'STATE_TABLE',
  quarantineTable: 'QUARANTINE_TABLE',
  /** `true` emits windows that are still open too, as bars that are not final. */
  provisionalBars: 'PROVISIONAL_BARS',
} as const;
