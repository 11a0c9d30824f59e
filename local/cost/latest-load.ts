/** What the latest bars in Redis bring: calls of their function, and what it prints. */
import { minutesIn } from '../../runtime/markets/timeframe.ts';

/** Bars of one batch, and how long it takes for them (s), and for any. */
const [BATCH, SECONDS, LEAST_SECONDS] = [1_000, 0.4, 0.05];
/** Of a shard and window: where it ends, and where what is late closes it. */
const CALLS = 2;
/** Of an invocation, KB, Lambda's own lines included. */
const PRINTED = 0.7;

export interface LatestLoad {
  readonly latestInvocations: number;
  readonly latestSeconds: number;
  readonly latestLogGigabytes: number;
}

/** @param minutes bars of minutes, of which a fifth are bars of 5m @param open minutes in which the market is open */
export function latestLoad(minutes: number, open: number, shards: number): LatestLoad {
  const batches = minutes / minutesIn['5m'] / BATCH;
  const latestInvocations = batches + (open / minutesIn['5m']) * shards * CALLS;
  return {
    latestInvocations,
    latestSeconds: batches * SECONDS + latestInvocations * LEAST_SECONDS,
    latestLogGigabytes: (latestInvocations * PRINTED) / 1e6,
  };
}
