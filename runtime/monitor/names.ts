/** Names of the monitor's own environment variables, shared by the function and the infrastructure. */
export const monitorEnv = {
  /** `*`, or the numbers of the slots that hold a symbol of the feed. */
  slots: 'SLOTS',
  stateTable: 'STATE_TABLE',
  leaseTable: 'LEASE_TABLE',
  memoryTable: 'MEMORY_TABLE',
  /** Of a service that sleeps while the market is closed; not told of others. */
  cluster: 'CLUSTER',
  service: 'SERVICE',
  /** How many tasks it has while it is awake. */
  tasks: 'TASKS',
} as const;

/** What it is told of its feed. */
export const monitorSettings = ['alignment', 'delay'] as const;
