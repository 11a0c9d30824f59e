/** Names of the monitor's environment variables and of its event, shared by the function and the infrastructure. */
export const monitorEnv = {
  market: 'MARKET',
  alignment: 'ALIGNMENT',
  /** `*`, or the numbers of the slots that hold a symbol of the feed. */
  slots: 'SLOTS',
  feedDelaySeconds: 'FEED_DELAY_SECONDS',
  stateTable: 'STATE_TABLE',
  leaseTable: 'LEASE_TABLE',
  memoryTable: 'MEMORY_TABLE',
} as const;
