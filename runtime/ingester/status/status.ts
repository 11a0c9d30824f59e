/** What the status server tells: health, readiness, numbers and subscriptions. The vendor's key is in none of them. */
import type { ClockCheck } from '../../platform/clock-check.ts';
import type { Halt } from '../../tables/lease/halt-table.ts';
import type { GapsUnderWay } from '../channels/minutes/gaps.ts';
import type { MinutesChannel, VendorParts } from '../channels/minutes/minutes-channel.ts';
import type { Observation } from '../channels/minutes/observation.ts';
import type { Passing } from '../channels/passed-on/passing.ts';
import type { Timing } from '../channels/timing.ts';
import type { LeaseKeeper } from '../lease/lease-keeper.ts';
import type { Versions } from '../lease/versions.ts';
import type { Publishing } from '../sinks/minutes-stream/publishing.ts';
import type { QuarantineWriter } from '../sinks/quarantine-writer.ts';
import type { Subscription } from '../symbols/subscription.ts';
import type { Follower } from '../symbols/symbol-follower.ts';
import { answersOf, commonStats, feedTrouble, healthOf, standby, type Told } from './common.ts';
import type { Answer, Answers } from './status-server.ts';

/** Records that wait longer than this (ms of wall time) without one being taken mean that the stream is in trouble. */
const STALLED = 30_000;

/** Halted symbols that are named: what is told stands in the log every minute. */
const TOLD_HALTS = 20;

/** The parts of an ingester that have something to tell. */
export interface StatusParts {
  readonly timing: Timing;
  readonly clockCheck: ClockCheck;
  readonly lease: LeaseKeeper;
  readonly vendor: VendorParts;
  readonly subscription: Subscription;
  readonly observation: Observation;
  readonly underWay: GapsUnderWay;
  readonly channel: MinutesChannel;
  readonly sink: Publishing;
  readonly quarantine: QuarantineWriter;
  readonly follower: Follower;
  readonly versions: Versions;
  readonly passing: Pick<Passing, 'counts' | 'sinks' | 'halts'>;
}

/** Why the ingester is not ready, or undefined when it is. */
function unreadiness({ lease, vendor, underWay, sink }: StatusParts): string | undefined {
  if (!lease.holds) return `standing by: ${standby(lease)}`;
  const trouble = feedTrouble(vendor.feed.status());
  if (trouble !== undefined) return trouble;
  if (sink.publisher.stalledFor > STALLED) return 'the minutes stream takes nothing';
  const [gap] = underWay.all;
  if (gap) return `catching up: ${gap.remaining} of ${gap.symbols} symbols are still to be asked for`;
  const { onDisk } = sink.backlog.held;
  if (onDisk > 0) return `not caught up: ${onDisk} records wait on disk for the minutes stream`;
  return undefined;
}

/** The watermark: as far as it has gone out, and as far as the stream has acknowledged it for every slot. */
function watermarkOf({ timing, observation, sink, subscription }: StatusParts) {
  const { through } = observation;
  if (through === undefined) return null;
  const now = timing.clock.now();
  const acknowledged = sink.acknowledged.lowest(subscription.slots);
  return {
    ...{ through, lagMs: now - through },
    ...(acknowledged !== undefined && { acknowledged, acknowledgedLagMs: now - acknowledged }),
  };
}

/** Every number of this moment. */
function statsOf(parts: StatusParts): object {
  const { timing, clockCheck, lease, vendor, channel, sink, quarantine, versions, passing } = parts;
  const now = timing.clock.now();
  const { counts } = sink.acknowledged;
  const { records, bytes, onDisk } = sink.backlog.held;
  return {
    ...commonStats({ now, lease, feed: vendor.feed.status(), quarantine, passing }),
    clockOff: clockCheck.off ?? null,
    degraded: channel.fallback.isActive,
    rates: {
      framesPerSecond: channel.intake.rates.frames.perSecond,
      barsPerSecond: channel.intake.rates.bars.perSecond,
      publishedPerSecond: sink.acknowledged.perSecond,
    },
    published: { bars: counts.bar, coverage: counts.coverage, watermarks: counts.watermark },
    repeated: channel.intake.counts.repeated,
    backfill: backfillOf(parts),
    uncoveredMinutes: channel.uncoveredMinutes,
    ...(passing.halts && { halted: haltedOf(passing.halts.standing) }),
    lostBars: sink.stream.stats.dropped,
    held: { records, bytes, onDisk },
    stalledForMs: Math.round(sink.publisher.stalledFor),
    retried: sink.publisher.retried,
    throttled: sink.publisher.throttled,
    watermark: watermarkOf(parts),
    lastVersion: versions.last,
  };
}

function haltedOf(halts: readonly Halt[]) {
  const latest = halts.slice(-TOLD_HALTS).map(({ symbol, since }) => ({ symbol, since }));
  return { symbols: halts.length, latest };
}

function backfillOf({ channel, underWay, vendor }: StatusParts) {
  return {
    bars: channel.intake.counts.backfilled,
    gaps: underWay.all,
    gapsOpen: underWay.all.length,
    symbolsLeft: underWay.catchingUp?.remaining ?? 0,
    missingMinutes: channel.uncovered.minutes,
    suspects: channel.investigation.counts,
    requests: vendor.history.status(),
  };
}

function readyAnswer(parts: StatusParts): Answer {
  const reason = unreadiness(parts);
  const { refusal } = parts.vendor.history.status();
  const { unacknowledged } = parts.vendor.feed.status();
  const note = {
    ...(refusal !== undefined && { history: refusal }),
    ...(unacknowledged.length > 0 && { missing: unacknowledged }),
  };
  if (reason === undefined) return { code: 200, body: { status: 'ready', ...note } };
  const status = parts.channel.fallback.isActive && parts.lease.holds ? 'degraded' : 'not ready';
  return { code: 503, body: { status, reason, ...note } };
}

function subscriptionsAnswer({ vendor, subscription, follower }: StatusParts): Answer {
  const { acknowledged, unacknowledged } = vendor.feed.status();
  const { symbols, slots } = subscription;
  const note = follower.problem === undefined ? {} : { problem: follower.problem };
  return { code: 200, body: { symbols, slots, acknowledged, unacknowledged, ...note } };
}

export function statusOf(parts: StatusParts): { readonly answers: Answers; readonly told: () => Told } {
  const { lease, sink, passing } = parts;
  return answersOf({
    health: () => healthOf(lease, sink.wasReached ? [] : ['the minutes stream has never answered']),
    ready: () => readyAnswer(parts),
    stats: () => statsOf(parts),
    subscriptions: () => subscriptionsAnswer(parts),
    passing,
  });
}
