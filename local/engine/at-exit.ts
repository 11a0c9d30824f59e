/** What must not outlive this process, however it ends: child processes and folders. */

const rites = new Set<() => void>();
process.once('exit', () => {
  for (const rite of rites) rite();
});

/** Calls `rite` when this process ends, unless what is returned was called before. It may not wait for anything. */
export function atExit(rite: () => void): () => void {
  rites.add(rite);
  return () => rites.delete(rite);
}
