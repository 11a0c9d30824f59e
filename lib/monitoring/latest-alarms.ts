/** Alarms on the latest bars in Redis: does the function keep up, does it fail, is something in the way, did Lambda give anything up. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { latestMetrics } from '../../runtime/platform/metric-names.ts';
import type { AlarmSet } from './alarm-set.ts';
import type { Counts } from './counts.ts';
import { type Fed, type Measures, sumOf } from './measures.ts';

const again = { periods: 3, of: 5, missing: 'notBreaching' } as const;

export function latestAlarms(set: AlarmSet, measures: Measures, latest: Fed): void {
  set.alarm('LatestBehind', {
    means: 'The latest bars reach Redis later than they should: what is read there is out of date.',
    first: 'see whether LatestFailing is raised, and follow that section.',
    severity: 'ticket',
    metric: measures.function(latest, 'IteratorAge', { statistic: Stats.MAXIMUM }),
    threshold: set.thresholds.storeAgeSeconds * 1000,
    ...again,
  });
  set.alarm('LatestFailing', {
    means: 'The function of the latest bars fails again and again, or Lambda refuses to run it.',
    first: 'read in its log what the Redis server says, and what to do about it.',
    severity: 'ticket',
    metric: sumOf(
      ['Errors', 'Throttles'].map(name => measures.function(latest, name)),
      'failed and refused invocations',
    ),
    threshold: 1,
    ...again,
  });
  set.alarm('LatestBlocked', {
    means: 'Something that is not ours stands at keys of the latest bars: bars are not written there.',
    first: 'read in the log of the function which keys, and rename or delete them.',
    severity: 'ticket',
    metric: measures.own(latestMetrics.blocked),
    threshold: 1,
    missing: 'notBreaching',
  });
  set.alarm('LatestGivenUp', {
    means:
      'Lambda gave batches of the latest bars up, filed in the failure bucket or lost: days in Redis have holes.',
    first: 'repair the cause, then redrive what the failure bucket has.',
    severity: 'ticket',
    metric: measures.givenUp(latest),
    threshold: 1,
    missing: 'notBreaching',
  });
}

/** What the dashboard shows of it beside its alarms. */
export function latestCounts(measures: Measures, latest: Fed): Counts[] {
  return [
    {
      title: 'Bars written, superseded',
      metrics: [latestMetrics.written, latestMetrics.superseded].map(name => measures.own(name)),
    },
    {
      title: 'Duration, most',
      metrics: [measures.function(latest, 'Duration', { statistic: Stats.MAXIMUM })],
    },
  ];
}
