/** Alarms on the data and on what carries it: refused pieces, throttles, comparisons with the vendor, the calendar. */

import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import {
  calendarMetrics,
  ingesterCounts,
  monitorMetrics,
  reconcileMetrics,
} from '../../runtime/platform/metric-names.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';
import type { AlarmSet, NamedAlarm } from './alarm-set.ts';
import { type Measures, sumOf } from './measures.ts';

const fiveMinutes = { period: Duration.minutes(5) };

export interface DataAlarms {
  /** Judged from the monitor's first look on. */
  readonly calendarRunningOut: NamedAlarm;
}

/** @param jobErrors how often each of the daily jobs failed */
export function dataAlarms(
  set: AlarmSet,
  measures: Measures,
  streams: Pick<MinutesStorage, 'minutes' | 'bars'>,
  jobErrors: readonly Metric[],
): DataAlarms {
  refusalAlarms(set, measures);
  streamAlarms(set, measures, streams);
  tableAlarms(set, measures);
  return { calendarRunningOut: dailyAlarms(set, measures, jobErrors) };
}

export function refusalAlarms(set: AlarmSet, measures: Measures): void {
  const { thresholds } = set;
  set.alarm('Quarantined', {
    means: 'Data was refused and is kept in the quarantine, not in the bars.',
    first: 'read the reasons in the quarantine table.',
    severity: 'ticket',
    metric: measures.own(ingesterCounts.quarantined, fiveMinutes),
    threshold: 1,
    missing: 'notBreaching',
  });
  set.alarm('QuarantineFlood', {
    means:
      'The quarantine fills: the vendor may have changed its format, and bars lack most of their minutes.',
    first: 'read the newest reasons in the quarantine table.',
    severity: 'page',
    metric: measures.own(ingesterCounts.quarantined, fiveMinutes),
    threshold: thresholds.quarantineFlood,
    missing: 'notBreaching',
  });
  set.alarm('DataDropped', {
    means: 'Refused data found no place in the quarantine: only a log has it.',
    first:
      'see why the quarantine table takes nothing, and save the lines of the log, the ingester’s, the roll-up’s or the bar store’s.',
    severity: 'page',
    metric: measures.own(ingesterCounts.dropped),
    threshold: 1,
    missing: 'notBreaching',
  });
}

function streamAlarms(
  set: AlarmSet,
  measures: Measures,
  streams: Pick<MinutesStorage, 'minutes' | 'bars'>,
): void {
  for (const [id, stream] of [
    ['MinutesThrottled', 'minutes'],
    ['BarsThrottled', 'bars'],
  ] as const)
    set.alarm(id, {
      means: `The stream of ${stream} refuses records because a shard is full.`,
      first: 'see whether the feed outgrew its shards; records are put again until they are taken.',
      severity: 'ticket',
      metric: measures.stream(streams[stream], 'WriteProvisionedThroughputExceeded'),
      threshold: 1,
      periods: 3,
      of: 5,
      missing: 'notBreaching',
    });
}

export function tableAlarms(set: AlarmSet, measures: Measures): void {
  set.alarm('TablesThrottled', {
    means: 'DynamoDB throttles a table of the feed.',
    first: 'see which table, and whether an import runs.',
    severity: 'ticket',
    metric: measures.tableThrottles(measures.tables),
    threshold: 1,
    periods: 3,
    of: 5,
    missing: 'notBreaching',
  });
}

function dailyAlarms(set: AlarmSet, measures: Measures, jobErrors: readonly Metric[]): NamedAlarm {
  const { thresholds } = set;
  set.alarm('ReconcileMismatch', {
    means: "Bars differ from the vendor's own.",
    first: 'read the report of the day in the bucket of reports.',
    severity: 'ticket',
    metric: measures.own(reconcileMetrics.mismatches),
    threshold: thresholds.reconcileMismatches + 1,
    missing: 'notBreaching',
  });
  set.alarm('CalendarDiffers', {
    means:
      'The vendor announces a holiday or an early close that the calendar does not know, or the other way round.',
    first: 'read the day in the log of the calendar function and confirm it with the exchange.',
    severity: 'ticket',
    metric: measures.own(calendarMetrics.differences, { statistic: Stats.MAXIMUM }),
    threshold: 1,
    missing: 'notBreaching',
  });
  const calendarRunningOut = set.alarm('CalendarRunningOut', {
    means: "The calendar's rules end soon: after that nobody knows when the market is open.",
    first: 'bring in a newer release.',
    severity: 'ticket',
    metric: measures.own(monitorMetrics.calendarDaysLeft, { statistic: Stats.MINIMUM, ...fiveMinutes }),
    threshold: thresholds.calendarDays,
    below: true,
    // Days do not come back because nobody counts them; and it tells whether the monitor has ever measured.
    missing: 'keeps',
  });
  if (jobErrors.length > 0)
    set.alarm('JobFailing', {
      means: 'A job fails: the comparison with the vendor, the look at its calendar, or the archive.',
      first: 'read the error in the log of the job.',
      severity: 'ticket',
      metric: sumOf(jobErrors, 'failed jobs'),
      threshold: 1,
      // One ticket for an evening on which every hour's start fails.
      of: 65,
      missing: 'notBreaching',
    });
  return calendarRunningOut;
}
