/** Names of the own environment variables of the archive, shared with the infrastructure that sets them. */
export const archiveEnv = {
  stateTable: 'STATE_TABLE',
  bucket: 'ARCHIVE_BUCKET',
} as const;

/** What it is told of its feed. */
export const archiveSettings = ['alignment', 'delay'] as const;
