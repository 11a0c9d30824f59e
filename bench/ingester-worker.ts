/** Child process that is the ingester as its container runs it, and tells what it has used whenever it is asked. */

/** What a process has used since it started. */
export interface Usage {
  /** Seconds of processor time. */
  readonly processor: number;
  /** Bytes of resident memory. */
  readonly rss: number;
}

function tell(message: unknown): void {
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ processor: (user + system) / 1e6, rss: process.memoryUsage.rss() });
}

// Messages wait for the first who listens: the ingester, or it would miss the clock that it is sent.
process.on('newListener', function join(name) {
  if (name !== 'message') return;
  process.off('newListener', join);
  process.on('message', tell);
});
await import('../runtime/ingester/main.ts');
