/** Names of the monitor's own environment variables, shared by the function and the infrastructure. */
export const monitorEnv = {
  /** `*`, or the numbers of the slots that hold a symbol of the feed. */
  slots: 'SLOTS',
  stateTable: 'STATE_TABLE',
  leaseTable: 'LEASE_TABLE',
  memoryTable: 'MEMORY_TABLE',
  /** Of a service that sleeps while the market is closed, or prefers Spot; not told of others. */
  cluster: 'CLUSTER',
  service: 'SERVICE',
  /** How many tasks it has while it is awake. */
  tasks: 'TASKS',
  /** `sessions` where it sleeps, and `spot` where it prefers that. */
  schedule: 'SCHEDULE',
  capacity: 'CAPACITY',
} as const;

/** What it is told of its feed. */
export const monitorSettings = ['alignment', 'delay'] as const;

/** What ECS calls the capacity that is always there, and that which AWS has to spare. */
export const ON_DEMAND = 'FARGATE';
export const SPOT = 'FARGATE_SPOT';
