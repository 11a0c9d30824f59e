/** What the status server tells: health, readiness, numbers and subscriptions. The vendor's key is in none of them. */
import type { Clock } from '../../platform/clock.ts';
import type { ClockCheck } from '../../platform/clock-check.ts';
import { Rate } from '../../platform/rate.ts';
import type { Feed } from '../../vendor/feed-events.ts';
import type { History } from '../../vendor/history.ts';
import type { Recovery } from '../channels/minutes/gaps.ts';
import type { Investigation } from '../channels/minutes/investigation.ts';
import type { Observation } from '../channels/minutes/observation.ts';
import type { Degraded } from '../channels/minutes/rest-fallback.ts';
import type { Missing } from '../channels/minutes/uncovered.ts';
import type { LeaseKeeper } from '../lease/lease-keeper.ts';
import type { Versions } from '../lease/versions.ts';
import type { Backlog } from '../sinks/minutes-stream/backlog.ts';
import type { MinutesStream } from '../sinks/minutes-stream/minutes-stream.ts';
import type { Promised } from '../sinks/minutes-stream/promised.ts';
import type { Publisher } from '../sinks/minutes-stream/publisher.ts';
import type { Refusals } from '../sinks/quarantine-writer.ts';
import type { Subscription } from '../symbols/subscription.ts';
import { prometheusText, prometheusType } from './prometheus.ts';
import type { Answers } from './status-server.ts';

/** Records that wait longer than this (ms of wall time) without one being taken mean that the stream is in trouble. */
const STALLED = 30_000;

/** What was acknowledged and what was not sent, since the start. */
export interface Counts {
  /** Minute bars, coverage marks and watermarks acknowledged by the stream. */
  bar: number;
  coverage: number;
  watermark: number;
  /** Re-sends that said what had been published already. */
  repeated: number;
  /** Bars published from the vendor's history. */
  backfilled: number;
  /** Minutes declared uncovered after a first start or a gap. */
  uncoveredMinutes: number;
}

export function noCounts(): Counts {
  return { bar: 0, coverage: 0, watermark: 0, repeated: 0, backfilled: 0, uncoveredMinutes: 0 };
}

/** What happens how often. */
export interface Rates {
  /** Frames of the vendor's with bars. */
  readonly frames: Rate;
  /** Bars in them. */
  readonly bars: Rate;
  /** Records that the stream acknowledged. */
  readonly published: Rate;
}

export function ratesOf(clock: Clock): Rates {
  const now = () => clock.now();
  return { frames: new Rate(now), bars: new Rate(now), published: new Rate(now) };
}

/** The parts of an ingester that have something to tell. */
export interface StatusParts {
  readonly clock: Clock;
  readonly clockCheck: ClockCheck;
  readonly lease: LeaseKeeper;
  readonly feed: Feed;
  readonly history: History;
  readonly subscription: Subscription;
  readonly observation: Observation;
  readonly promised: Promised;
  readonly recovery: Recovery;
  readonly missing: Missing;
  readonly degraded: Degraded;
  readonly investigation: Investigation;
  readonly publisher: Publisher;
  readonly backlog: Backlog;
  readonly follow: { readonly problem: string | undefined };
  readonly stream: MinutesStream;
  readonly refusals: Refusals;
  readonly versions: Versions;
  readonly counts: Readonly<Counts>;
  readonly rates: Rates;
}

/** Why the ingester is not ready, or undefined when it is. */
function unreadiness({ lease, feed, recovery, publisher, backlog }: StatusParts): string | undefined {
  if (!lease.holds) return `standing by: ${standby(lease)}`;
  const { state, reason } = feed.status();
  if (state !== 'live') return `${state}${reason === undefined ? '' : `: ${reason}`}`;
  if (publisher.stalledFor > STALLED) return 'the minutes stream takes nothing';
  const [gap] = recovery.underWay;
  if (gap) return `catching up: ${gap.remaining} of ${gap.symbols} symbols are still to be asked for`;
  const { onDisk } = backlog.held;
  if (onDisk > 0) return `not caught up: ${onDisk} records wait on disk for the minutes stream`;
  return undefined;
}

function standby({ holder, problem }: StatusParts['lease']): string {
  if (problem !== undefined) return `the lease cannot be read: ${problem}`;
  return holder === undefined ? 'the lease could not be taken yet' : `the lease is held by ${holder}`;
}

/** How far minutes are promised: as this process has said, and as far as the stream has acknowledged it for every slot. */
function watermarkOf({ clock, observation, promised, subscription }: StatusParts) {
  const { through } = observation;
  if (through === undefined) return null;
  const now = clock.now();
  const acknowledged = promised.lowest(subscription.slots);
  return {
    ...{ through, lagMs: now - through },
    ...(acknowledged !== undefined && { acknowledged, acknowledgedLagMs: now - acknowledged }),
  };
}

/** `/health` answers as long as the process can: a vendor outage must not restart it. */
export function statusOf(parts: StatusParts): { readonly answers: Answers; readonly stats: () => object } {
  const {
    clock,
    clockCheck,
    feed,
    subscription,
    publisher,
    backlog,
    stream,
    refusals,
    versions,
    counts,
    lease,
    history,
    recovery,
    missing,
    degraded,
    investigation,
    rates,
  } = parts;
  const stats = () => {
    const { acknowledged, unacknowledged, ...connection } = feed.status();
    return {
      now: clock.now(),
      clockOff: clockCheck.off ?? null,
      lease: { holds: lease.holds, epoch: lease.epoch, holder: lease.holder ?? null },
      degraded: degraded.isActive,
      feed: { ...connection, acknowledged: acknowledged.length, unacknowledged: unacknowledged.length },
      rates: {
        framesPerSecond: rates.frames.perSecond,
        barsPerSecond: rates.bars.perSecond,
        publishedPerSecond: rates.published.perSecond,
      },
      published: { bars: counts.bar, coverage: counts.coverage, watermarks: counts.watermark },
      repeated: counts.repeated,
      backfill: {
        bars: counts.backfilled,
        gaps: recovery.underWay,
        gapsOpen: recovery.underWay.length,
        symbolsLeft: recovery.catchingUp?.remaining ?? 0,
        missingMinutes: missing.minutes,
        suspects: { ...investigation.counts },
        requests: history.status(),
      },
      uncoveredMinutes: counts.uncoveredMinutes,
      quarantined: refusals.total,
      lostBars: stream.lostBars,
      held: backlog.held,
      stalledForMs: Math.round(publisher.stalledFor),
      retried: publisher.retried,
      throttled: publisher.throttled,
      watermark: watermarkOf(parts),
      lastVersion: versions.last,
      memoryBytes: process.memoryUsage.rss(),
    };
  };
  const answers: Answers = {
    '/health': () => ({ code: 200, body: { status: 'alive', uptimeSeconds: Math.floor(process.uptime()) } }),
    '/ready': () => {
      const reason = unreadiness(parts);
      const { refusal } = history.status();
      const note = refusal === undefined ? {} : { history: refusal };
      if (reason === undefined) return { code: 200, body: { status: 'ready', ...note } };
      const status = degraded.isActive && lease.holds ? 'degraded' : 'not ready';
      return { code: 503, body: { status, reason, ...note } };
    },
    '/stats': () => ({ code: 200, body: stats() }),
    '/metrics': () => ({ code: 200, type: prometheusType, text: prometheusText(stats()) }),
    '/subscriptions': () => {
      const { acknowledged, unacknowledged } = feed.status();
      return {
        code: 200,
        body: {
          symbols: subscription.symbols,
          slots: subscription.slots,
          acknowledged,
          unacknowledged,
          ...(parts.follow.problem !== undefined && { problem: parts.follow.problem }),
        },
      };
    },
  };
  return { answers, stats };
}
