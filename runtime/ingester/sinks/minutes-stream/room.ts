/** Holds back what can wait while much is on its way to the stream: a backfill must not displace what is live. */
import { setTimeout as sleep } from 'node:timers/promises';

/** So many records may be on their way when more is added that can wait. */
const MANY = 10_000;
/** Wall time between two looks, ms. */
const LOOK = 20;

/** Resolves when there is room for what can wait. @throws the signal's reason */
export async function roomIn(
  backlog: { readonly held: { readonly records: number } },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  while (backlog.held.records > MANY) await sleep(LOOK, undefined, { signal });
}
