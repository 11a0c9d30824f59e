/** Names of the monitor's own environment variables, shared by the function and the infrastructure. */
export const monitorEnv = {
  /** `*`, or the numbers of the slots that hold a symbol of the feed. */
  slots: 'SLOTS',
  stateTable: 'STATE_TABLE',
  leaseTable: 'LEASE_TABLE',
  memoryTable: 'MEMORY_TABLE',
} as const;

/** What it is told of its feed. */
export const monitorSettings = ['alignment', 'delay'] as const;
