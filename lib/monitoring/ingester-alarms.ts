/** Alarms on the ingester: does it run, is it connected, does the stream take what it holds. */

import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { ingesterGauges, monitorMetrics } from '../../runtime/platform/metric-names.ts';
import type { Severity } from '../settings/environment.ts';
import type { AlarmSet } from './alarm-set.ts';
import type { Measures } from './measures.ts';

const lowest = { statistic: Stats.MINIMUM };

export function ingesterAlarms(set: AlarmSet, measures: Measures): void {
  // Minutes are asked for over REST meanwhile: what is missing all the same silences the feed, and that pages.
  runningAlarms(set, measures, {
    severity: 'ticket',
    unconnected:
      'The ingester runs without its socket in market hours: at best it asks for every minute over REST.',
    silent: 'No ingester has said a word for five minutes. In market hours this also silences the feed.',
  });
  leaseAlarms(set, measures);
  workAlarms(set, measures);
  clockAlarms(set, measures);
}

/** What it means that an ingester does not run, or is not connected. */
interface Standstill {
  readonly severity: Severity;
  readonly unconnected: string;
  readonly silent: string;
}

/** Whether it runs and is connected. */
export function runningAlarms(set: AlarmSet, measures: Measures, standstill: Standstill): void {
  const { severity, unconnected, silent } = standstill;
  set.alarm('NotConnected', {
    means: unconnected,
    first: 'read the cause in the log of the ingester: refused key, another connection, or a lost one.',
    severity,
    metric: measures.own(ingesterGauges.disconnected, lowest),
    threshold: 1,
    periods: 3,
    missing: 'notBreaching',
  });
  set.alarm('IngesterNotRunning', {
    means: silent,
    first: 'see why its tasks stop: the events of the service name the reason.',
    severity,
    metric: measures.own(ingesterGauges.connected, { statistic: Stats.SAMPLE_COUNT }),
    threshold: 1,
    below: true,
    periods: 5,
    missing: 'breaching',
  });
}

/** Whether it is alone. */
function leaseAlarms(set: AlarmSet, measures: Measures): void {
  set.alarm('LeaseFlapping', {
    means: 'The right to connect wanders between ingesters more often than deployments explain.',
    first: 'see whether two tasks run, and whether they are short of processor time or of the lease table.',
    severity: 'ticket',
    metric: measures.own(monitorMetrics.leaseEpochChanges, { period: Duration.minutes(15) }),
    threshold: set.thresholds.leaseChanges,
    missing: 'notBreaching',
  });
}

/** Whether it gets done what it takes on. */
function workAlarms(set: AlarmSet, measures: Measures): void {
  const { thresholds } = set;
  set.alarm('BufferGrowing', {
    means: 'The ingester holds records that the minutes stream does not take fast enough.',
    first: 'look at the throttles of the minutes stream: it may need more shards.',
    severity: 'page',
    metric: measures.own(ingesterGauges.bufferSeconds, { statistic: Stats.MAXIMUM }),
    threshold: thresholds.bufferSeconds,
    missing: 'notBreaching',
  });
  set.alarm('GapOpen', {
    means: 'Minutes of the open market are missing and neither backfilled nor declared uncovered.',
    first: 'see in the log of the ingester what keeps it from filling the gap.',
    severity: 'page',
    metric: measures.own(ingesterGauges.gapMinutes, { statistic: Stats.MAXIMUM }),
    threshold: 1,
    periods: thresholds.gapMinutes,
    missing: 'notBreaching',
  });
}

/** Whether it knows what time it is. */
export function clockAlarms(set: AlarmSet, measures: Measures): void {
  set.alarm('ClockOff', {
    means:
      "The ingester's clock is off against the vendor's or AWS's time: minutes are judged too early or too late.",
    first: 'read clockOff in the stats of the ingester: by how much, and against whom.',
    severity: 'ticket',
    metric: measures.own(ingesterGauges.clockOff, { statistic: Stats.MAXIMUM }),
    threshold: set.thresholds.clockOffSeconds,
    periods: 3,
    of: 5,
    missing: 'notBreaching',
  });
}
