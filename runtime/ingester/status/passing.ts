/** What an ingester without minutes tells: health, readiness, numbers and subscriptions, by the names of one with minutes. */
import { calendarOf } from '../../markets/calendar.ts';
import type { Market } from '../../markets/names.ts';
import type { Clock } from '../../platform/clock.ts';
import { ingesterCounts, ingesterGauges } from '../../platform/metric-names.ts';
import type { EventFeed } from '../../vendor/socket/event-feed.ts';
import type { Passing } from '../channels/passed-on/passing.ts';
import type { LeaseKeeper } from '../lease/lease-keeper.ts';
import type { QuarantineWriter } from '../sinks/quarantine-writer.ts';
import type { Subscription } from '../symbols/subscription.ts';
import type { Follower } from '../symbols/symbol-follower.ts';
import {
  answersOf,
  commonStats,
  connectionGauges,
  feedTrouble,
  healthOf,
  standby,
  type Told,
} from './common.ts';
import type { Measured } from './meter.ts';
import { sinkTotals } from './sinks.ts';
import type { Answer, Answers } from './status-server.ts';

export interface PassingParts {
  readonly clock: Clock;
  readonly market: Market;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly lease: LeaseKeeper;
  readonly feed: EventFeed;
  readonly passing: Passing;
  readonly quarantine: QuarantineWriter;
  readonly subscription: Subscription;
  readonly follower: Follower;
}

export function passingStatus(parts: PassingParts): {
  readonly answers: Answers;
  readonly told: () => Told;
  readonly measure: () => Measured;
} {
  const { clock, lease, feed, quarantine, passing } = parts;
  const answering = answersOf({
    health: () => healthOf(lease, []),
    ready: () => readyAnswer(parts),
    stats: () => commonStats({ now: clock.now(), lease, feed: feed.status(), quarantine, passing }),
    subscriptions: () => subscriptionsAnswer(parts),
    passing,
  });
  return { ...answering, measure: () => measured(parts) };
}

function readyAnswer({ lease, feed, passing }: PassingParts): Answer {
  const status = feed.status();
  const gone = passing.sinks.filter(sink => sink.isGone).map(sink => sink.name);
  const reason =
    (lease.holds ? undefined : `standing by: ${standby(lease)}`) ??
    feedTrouble(status) ??
    (gone.length > 0 ? `${gone.join(', ')} takes nothing any more` : undefined);
  const { unacknowledged } = status;
  const missing = unacknowledged.length > 0 ? { missing: unacknowledged } : {};
  return reason === undefined
    ? { code: 200, body: { status: 'ready', ...missing } }
    : { code: 503, body: { status: 'not ready', reason, ...missing } };
}

function subscriptionsAnswer({ feed, subscription, follower }: PassingParts): Answer {
  const { acknowledged, unacknowledged } = feed.status();
  const note = follower.problem === undefined ? {} : { problem: follower.problem };
  return { code: 200, body: { symbols: subscription.symbols, acknowledged, unacknowledged, ...note } };
}

function measured({ clock, market, delay, feed, passing, quarantine }: PassingParts): Measured {
  const isOpen = calendarOf(market).isOpen(clock.now() - delay);
  return {
    totals: {
      [ingesterCounts.quarantined]: quarantine.total,
      [ingesterCounts.dropped]: quarantine.dropped,
      ...sinkTotals(passing.sinks),
    },
    gauges: {
      ...connectionGauges(feed.status(), isOpen),
      // These are of minutes.
      [ingesterGauges.bufferedRecords]: undefined,
      [ingesterGauges.bufferSeconds]: undefined,
      [ingesterGauges.gapMinutes]: undefined,
      [ingesterGauges.clockOff]: undefined,
    },
  };
}
