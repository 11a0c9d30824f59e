/** What every ingester tells, whether it has minutes or not. */
import { ingesterGauges } from '../../platform/metric-names.ts';
import { version } from '../../platform/release-names.ts';
import type { FeedStatus } from '../../vendor/feed-events.ts';
import type { Passing } from '../channels/passed-on/passing.ts';
import type { LeaseKeeper } from '../lease/lease-keeper.ts';
import type { QuarantineWriter } from '../sinks/quarantine-writer.ts';
import { prometheusText, prometheusType } from './prometheus.ts';
import { sinkStats } from './sinks.ts';
import type { Answer, Answers } from './status-server.ts';

/** What `/ready` and `/stats` answer at a moment. */
export interface Told {
  readonly ready: unknown;
  readonly stats: object;
}

export interface AnswerParts {
  readonly health: () => Answer;
  readonly ready: () => Answer;
  readonly stats: () => object;
  readonly subscriptions: () => Answer;
  readonly passing: Pick<Passing, 'sinks'>;
}

export function answersOf({ health, ready, stats, subscriptions, passing }: AnswerParts): {
  readonly answers: Answers;
  readonly told: () => Told;
} {
  return {
    answers: {
      '/health': health,
      '/ready': ready,
      '/stats': () => ({ code: 200, body: stats() }),
      '/metrics': () => ({
        code: 200,
        type: prometheusType,
        text: prometheusText(stats(), passing.sinks),
      }),
      '/subscriptions': subscriptions,
    },
    told: () => ({ ready: ready().body, stats: stats() }),
  };
}

export interface CommonParts {
  /** Event time, epoch ms. */
  readonly now: number;
  readonly lease: LeaseKeeper;
  readonly feed: FeedStatus;
  readonly quarantine: QuarantineWriter;
  readonly passing: Pick<Passing, 'counts' | 'sinks'>;
}

/** Numbers of this moment. */
export function commonStats({ now, lease, feed, quarantine, passing }: CommonParts) {
  const { acknowledged, unacknowledged, ...connection } = feed;
  return {
    release: version,
    now,
    lease: { holds: lease.holds, epoch: lease.epoch, holder: lease.holder ?? null },
    feed: { ...connection, acknowledged: acknowledged.length, unacknowledged: unacknowledged.length },
    quarantined: quarantine.total,
    passedOn: passing.counts,
    sinks: sinkStats(passing.sinks),
    memoryBytes: process.memoryUsage.rss(),
  };
}

/** @param isOpen whether the market is, at the time that the feed shows */
export function connectionGauges({ state }: Pick<FeedStatus, 'state'>, isOpen: boolean) {
  const isLive = state === 'live';
  return {
    [ingesterGauges.connected]: isLive ? 1 : 0,
    [ingesterGauges.disconnected]: isOpen && !isLive ? 1 : 0,
  };
}

/** Why nothing is heard of the feed; undefined when it is. */
export function feedTrouble({ state, reason }: Pick<FeedStatus, 'state' | 'reason'>): string | undefined {
  if (state === 'live') return undefined;
  return reason === undefined ? state : `${state}: ${reason}`;
}

export function standby({ holder, problem }: Pick<LeaseKeeper, 'holder' | 'problem'>): string {
  if (problem !== undefined) return `the lease cannot be read: ${problem}`;
  return holder === undefined ? 'the lease could not be taken yet' : `the lease is held by ${holder}`;
}

/**
 * A process is unwell until it has reached what it depends on in AWS, so that a version which cannot takes nobody's place. From then on it is well
 * as long as it answers: no outage, the vendor's or AWS's, must restart it, for it may hold what nobody else has.
 */
export function healthOf(
  lease: Pick<LeaseKeeper, 'wasRead' | 'problem'>,
  unreached: readonly string[],
): Answer {
  const uptimeSeconds = Math.floor(process.uptime());
  const missing = [
    ...(lease.wasRead
      ? []
      : [`the lease has never been read${lease.problem === undefined ? '' : `: ${lease.problem}`}`]),
    ...unreached,
  ];
  if (missing.length === 0) return { code: 200, body: { status: 'alive', uptimeSeconds } };
  return { code: 503, body: { status: 'starting', reason: missing.join('; '), uptimeSeconds } };
}
