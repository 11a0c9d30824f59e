/** Names of the roll-up's own environment variables, shared by the function and the infrastructure that sets them. */
export const rollupEnv = {
  barsStream: 'BARS_STREAM',
  stateTable: 'STATE_TABLE',
  quarantineTable: 'QUARANTINE_TABLE',
} as const;

/** What it is told of its feed. */
export const rollupSettings = ['alignment', 'provisionalBars', 'delay', 'watermarkGrace'] as const;
