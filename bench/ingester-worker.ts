/** Child process that is the ingester as its container runs it, and tells what it has used whenever it is asked. */

/** What a process has used since it started. */
export interface Usage {
  /** Seconds of processor time. */
  readonly processor: number;
  /** Bytes of resident memory. */
  readonly rss: number;
}

process.on('message', (message: unknown) => {
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ processor: (user + system) / 1e6, rss: process.memoryUsage.rss() });
});
await import('../runtime/ingester/main.ts');
