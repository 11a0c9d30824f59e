/** Alarms on the sinks of what a feed passes on: does one fail, does one drop. */
import { Duration } from 'aws-cdk-lib/core';
import { sinkCounts } from '../../runtime/platform/metric-names.ts';
import type { FeedStorage } from '../storage/feed-storage.ts';
import type { AlarmSet } from './alarm-set.ts';
import type { Counts } from './counts.ts';
import type { Measures } from './measures.ts';

export function sinkAlarms(set: AlarmSet, measures: Measures): void {
  const { thresholds } = set;
  set.alarm('SinkFailing', {
    means:
      'A sink of the feed fails again and again: what is passed on does not arrive there, and is dropped in the end.',
    first: 'see in the log of the ingester which sink it is and what it says.',
    severity: 'page',
    metric: measures.own(sinkCounts.failures),
    threshold: thresholds.sinkFailures,
    periods: 3,
    of: 5,
    missing: 'notBreaching',
  });
  set.alarm('SinkDropping', {
    means: 'Events that should have been passed on were dropped: a sink took less than came.',
    first: 'see in the log of the ingester which sink dropped how many, and whether it fails or is too slow.',
    severity: 'ticket',
    metric: measures.own(sinkCounts.dropped, { period: Duration.minutes(5) }),
    threshold: thresholds.sinkDrops,
    missing: 'notBreaching',
  });
}

/** What the dashboard shows of sinks beside their alarms. */
export function sinkCountsOf(measures: Measures, { events }: FeedStorage): Counts[] {
  if (events === undefined) return [];
  return [
    {
      title: 'Events stream: bytes, refused puts',
      metrics: ['IncomingBytes', 'WriteProvisionedThroughputExceeded'].map(name =>
        measures.stream(events, name),
      ),
    },
  ];
}
