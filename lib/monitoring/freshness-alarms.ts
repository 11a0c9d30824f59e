/** Alarms on what arrives: is the feed alive, does every slot move, are windows finished, is everybody there. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { monitorMetrics } from '../../runtime/platform/metric-names.ts';
import type { AlarmSet, NamedAlarm } from './alarm-set.ts';
import type { Measures } from './measures.ts';

const highest = { statistic: Stats.MAXIMUM };

export interface FreshnessAlarms {
  readonly feedSilent: NamedAlarm;
  readonly watermarkLag: NamedAlarm;
  readonly finalLag: NamedAlarm;
}

export function freshnessAlarms(set: AlarmSet, measures: Measures): FreshnessAlarms {
  const { thresholds } = set;
  const feedSilent = set.alarm('FeedSilent', {
    means: 'No minute of the open market gets through, or nobody measures it any more.',
    first: 'see whether the ingester runs and is connected, then whether the monitor runs.',
    severity: 'page',
    metric: measures.own(monitorMetrics.freshestLag, highest),
    threshold: thresholds.silentSeconds,
    periods: 2,
    missing: 'breaching',
    quiet: true,
  });
  const watermarkLag = set.alarm('WatermarkLag', {
    means: 'Some slots of the symbol space lag behind while others move.',
    first: 'look for a shard that is throttled or a roll-up worker that fails.',
    severity: 'page',
    metric: measures.own(monitorMetrics.watermarkLag, highest),
    threshold: thresholds.lagSeconds,
    periods: 3,
    missing: 'notBreaching',
    quiet: true,
  });
  const finalLag = set.alarm('FinalLag', {
    means: 'Windows that have ended are not finished, so their bars reach nobody.',
    first: 'look at the errors of the roll-up and at the throttles of the bars stream.',
    severity: 'page',
    metric: measures.own(monitorMetrics.finalLag, highest),
    threshold: thresholds.finalLagSeconds,
    periods: 3,
    missing: 'notBreaching',
    quiet: true,
  });
  set.alarm('FewSymbols', {
    means: 'Far fewer symbols than usual at this minute of the session have a bar.',
    first: 'compare the list of subscriptions with what the vendor acknowledged.',
    severity: 'ticket',
    metric: measures.own(monitorMetrics.symbolsRatio, highest),
    threshold: thresholds.symbolsRatio,
    below: true,
    periods: 5,
    missing: 'notBreaching',
  });
  set.alarm('UncoveredMinutes', {
    means: 'Minutes of today were not observed and could not be had afterwards: bars over them say so.',
    first: 'find the gap in the log of the ingester and see why it could not be filled.',
    severity: 'ticket',
    metric: measures.own(monitorMetrics.uncoveredMinutes, highest),
    threshold: thresholds.uncoveredMinutes + 1,
    // Those of a symbol that was just added count until they are fetched, a minute or two later.
    periods: 5,
    missing: 'notBreaching',
  });
  return { feedSilent, watermarkLag, finalLag };
}
