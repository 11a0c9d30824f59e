/** What the lease keeps for a successor, and for whoever watches: versions reserved ahead, the watermark, and what is caught up with. */
import type { Clock } from '../../platform/clock.ts';
import type { CatchingUp, Facts, Lease } from '../../tables/lease/lease-table.ts';
import type { LeaseKeeperOptions } from './lease-keeper.ts';
import type { Versions } from './versions.ts';

/** How far versions are reserved ahead of the clock (ms of event time, and ms of wall time): longer than a holder goes without a renewal. */
const AHEAD = 600_000;
const AHEAD_WALL = 20_000;

export interface ReservationParts {
  readonly clock: Clock;
  readonly versions: Versions;
  /** The lowest over the slots that the stream has acknowledged, epoch ms. */
  readonly watermark: () => number | undefined;
  /** Start of the first block (epoch ms) that anything was published of. */
  readonly since: () => number | undefined;
  /** The slots that have watermarks. */
  readonly slots: () => readonly number[];
  readonly catchingUp: () => CatchingUp | undefined;
}

export function reservationOf({
  clock,
  versions,
  watermark,
  since,
  slots,
  catchingUp,
}: ReservationParts): Pick<LeaseKeeperOptions, 'facts' | 'lastFacts' | 'onWritten'> {
  let reserved = 0;
  const lastingOf = (before: Lease | undefined) => ({
    through: before ? before.through : watermark(),
    since: before ? before.since : since(),
  });
  const forWatchers = () => ({ slots: slots(), catchingUp: catchingUp() });
  return {
    facts: before => {
      const last = Math.max(versions.last, before?.lastVersion ?? 0);
      const ahead = Math.max(clock.now(), last) + Math.max(AHEAD, clock.perWall(AHEAD_WALL));
      return { lastVersion: Math.max(reserved, ahead), ...lastingOf(before), ...forWatchers() };
    },
    lastFacts: () => ({ lastVersion: versions.last, ...lastingOf(undefined), ...forWatchers() }),
    onWritten: ({ lastVersion }: Facts) => {
      reserved = Math.max(reserved, lastVersion);
      versions.reserve(reserved);
    },
  };
}
