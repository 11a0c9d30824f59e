/** Alarms on the roll-up: does it keep up, does it fail, did Lambda give anything up, does it revise too much. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { finalLatency, rollupMetrics } from '../../runtime/platform/metric-names.ts';
import type { AlarmSet, NamedAlarm } from './alarm-set.ts';
import type { Counts } from './counts.ts';
import { type Fed, type Measures, sumOf } from './measures.ts';

const highest = { statistic: Stats.MAXIMUM };
/** What tells of a roll-up that stands. Of five, so that it outlasts what it explains, the silence behind it. */
const part = { periods: 3, of: 5, missing: 'notBreaching', quiet: true } as const;

export interface RollupAlarms {
  readonly hindered: NamedAlarm;
  readonly behind: NamedAlarm;
  readonly failing: NamedAlarm;
  readonly throttled: NamedAlarm;
}

export function rollupAlarms(set: AlarmSet, measures: Measures, rollup: Fed): RollupAlarms {
  const { thresholds } = set;
  const [errors, throttles] = [measures.function(rollup, 'Errors'), measures.function(rollup, 'Throttles')];
  // Sooner than a page is due for it, and sooner than the silence behind a roll-up that stands.
  const hindered = set.alarm('RollupHindered', {
    means:
      'An invocation of the roll-up failed or was refused lately: that may be all that silences the feed.',
    first: 'wait: RollupDown is raised when it goes on.',
    severity: 'page',
    metric: sumOf([errors, throttles], 'failed and refused invocations'),
    threshold: 1,
    of: 3,
    missing: 'notBreaching',
    quiet: true,
  });
  const behind = set.alarm('RollupBehind', {
    means: 'The roll-up reads records later than it should.',
    first: 'look at its errors, throttles and duration.',
    severity: 'page',
    metric: measures.function(rollup, 'IteratorAge', highest),
    threshold: thresholds.iteratorAgeSeconds * 1000,
    ...part,
  });
  set.alarm('RollupStuck', {
    means: 'The roll-up has made no way for hours: records will leave the stream unread.',
    first: 'repair what its errors name; it retries for ever and then catches up by itself.',
    severity: 'page',
    metric: measures.function(rollup, 'IteratorAge', highest),
    threshold: thresholds.iteratorAgeCriticalSeconds * 1000,
    missing: 'notBreaching',
  });
  const failing = set.alarm('RollupFailing', {
    means: 'Invocations of the roll-up fail again and again.',
    first: 'read the error in its log.',
    severity: 'page',
    metric: errors,
    threshold: 1,
    ...part,
  });
  const throttled = set.alarm('RollupThrottled', {
    means: 'Lambda refuses to run the roll-up.',
    first: 'look at the concurrency of the account: another function may use all of it.',
    severity: 'page',
    metric: throttles,
    threshold: 1,
    ...part,
  });
  outcomeAlarms(set, measures, rollup);
  return { hindered, behind, failing, throttled };
}

/** What the dashboard shows of how late finished bars are. */
export function latencyCounts(measures: Measures): Counts[] {
  const percentiles = (metricName: string) =>
    [50, 99].map(percentile => {
      const statistic = Stats.percentile(percentile);
      return measures.own(metricName, { statistic }).with({ label: `${metricName} ${statistic}` });
    });
  return [
    {
      title: 'After their window, s',
      metrics: [finalLatency.byMinute, finalLatency.byWatermark].flatMap(percentiles),
    },
    {
      title: 'After what closed it, s',
      metrics: [finalLatency.sinceMinute, finalLatency.sinceWatermark].flatMap(percentiles),
    },
  ];
}

/** On what became of the batches and the bars. */
function outcomeAlarms(set: AlarmSet, measures: Measures, rollup: Fed): void {
  set.alarm('BatchesGivenUp', {
    means: 'Lambda gave batches up, filed in the failure bucket or lost: their minutes are missing in bars.',
    first: 'see whether the failure bucket has them; repair the cause, then redrive it.',
    severity: 'page',
    metric: measures.givenUp(rollup),
    threshold: 1,
    missing: 'notBreaching',
  });
  set.alarm('RevisedFinals', {
    means: 'For two hours many finished bars were revised: minutes arrive after their windows were closed.',
    first: 'see whether a backfill or an import runs; if none does, look at the lag of the feed.',
    severity: 'ticket',
    metric: measures.revisedPercent(rollupMetrics.bars, rollupMetrics.revisedBars),
    threshold: set.thresholds.revisedPercent,
    // Two full hours: a session's first few bars, or one late batch, say nothing.
    periods: 2,
    byTheClock: true,
    missing: 'notBreaching',
  });
}
