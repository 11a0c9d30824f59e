/** How a feed stands with the vendor, by what its lease tells. */
import { MINUTE } from '../../markets/timeframe.ts';
import type { LeaseReading } from '../../tables/lease/lease-table.ts';

export const connections = ['live', 'reconnecting', 'down', 'none'] as const;
export type Connection = (typeof connections)[number];

/** The freshest slot of an open market is never further behind while the vendor sends, ms of event time. */
const SILENT_AFTER = 2.5 * MINUTE;
/** However fast event time runs, what is on its way takes a moment: least silence in ms of wall time. */
const WALL_MINIMUM = 2_000;

/**
 * @param lag of the freshest slot while the market is open, ms of event time; 0 while it is closed
 * @param rate how fast event time runs
 */
export function connectionOf(
  lease: LeaseReading | undefined,
  isRenewed: boolean,
  lag: number,
  rate: number,
): Connection {
  // Nobody has ever connected: what there is was imported.
  if (!lease) return 'none';
  if (!isRenewed) return 'down';
  return lease.catchingUp !== undefined || lag > Math.max(SILENT_AFTER, WALL_MINIMUM * rate)
    ? 'reconnecting'
    : 'live';
}
