/** What the lease keeps for a successor: versions reserved ahead, and how far minutes are promised. */
import type { Clock } from '../../platform/clock.ts';
import type { Promised } from '../promised.ts';
import type { Versions } from '../versions.ts';
import type { Lease } from './lease.ts';
import type { LeaseKeeperOptions } from './lease-keeper.ts';
import type { Facts } from './lease-table.ts';

/** How far versions are reserved ahead of the clock (ms of event time, and ms of wall time): longer than a holder goes without a renewal. */
const AHEAD = 600_000;
const AHEAD_WALL = 20_000;

export interface ReservationParts {
  readonly clock: Clock;
  readonly versions: Versions;
  readonly promised: Promised;
  /** The slots that are promised for. */
  readonly slots: () => readonly number[];
}

export function reservationOf({
  clock,
  versions,
  promised,
  slots,
}: ReservationParts): Pick<LeaseKeeperOptions, 'facts' | 'lastFacts' | 'onWritten'> {
  let reserved = 0;
  const throughOf = (before: Lease | undefined) => (before ? before.through : promised.lowest(slots()));
  return {
    facts: before => {
      const last = Math.max(versions.last, before?.lastVersion ?? 0);
      const ahead = Math.max(clock.now(), last) + Math.max(AHEAD, clock.perWall(AHEAD_WALL));
      return { lastVersion: Math.max(reserved, ahead), through: throughOf(before) };
    },
    lastFacts: () => ({ lastVersion: versions.last, through: throughOf(undefined) }),
    onWritten: ({ lastVersion }: Facts) => {
      reserved = Math.max(reserved, lastVersion);
      versions.reserve(reserved);
    },
  };
}
