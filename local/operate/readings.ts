/** The numbers that a status shows, and the metrics that they come from. */
import { bringsMinutes } from '../../lib/settings/feed-symbols.ts';
import { feedName } from '../../lib/settings/names.ts';
import { finalLatency, ingesterGauges, monitorMetrics } from '../../runtime/platform/metric-names.ts';
import type { NamedFeed } from './asked-feed.ts';

export interface Gauge {
  readonly what: string;
  readonly metric: string;
  readonly unit: string;
  /** Which of the minute's values it is, as CloudWatch calls it. @default the highest */
  readonly statistic?: 'p50' | 'p99';
}

/** Below 0 nobody knows any more when the market is open. */
export const calendarLeft: Gauge = {
  what: 'calendar known for',
  metric: monitorMetrics.calendarDaysLeft,
  unit: 'days',
};

/** In the order of the data flow. */
export const gauges: readonly Gauge[] = [
  { what: 'market open', metric: monitorMetrics.marketOpen, unit: '(1 yes, 0 no)' },
  { what: 'connected to the vendor', metric: ingesterGauges.connected, unit: '(1 yes, 0 no)' },
  { what: 'lease renewed before', metric: monitorMetrics.leaseAge, unit: 's' },
  { what: 'records held by the ingester', metric: ingesterGauges.bufferedRecords, unit: '' },
  { what: 'catching up over REST', metric: monitorMetrics.catchingUp, unit: '(1 yes, 0 no)' },
  { what: 'clock of the ingester off by', metric: ingesterGauges.clockOff, unit: 's' },
  { what: 'gap minutes open', metric: ingesterGauges.gapMinutes, unit: '' },
  { what: 'freshest slot behind', metric: monitorMetrics.freshestLag, unit: 's' },
  { what: 'slowest slot behind', metric: monitorMetrics.watermarkLag, unit: 's' },
  { what: 'oldest window not final', metric: monitorMetrics.finalLag, unit: 's' },
  ...latencies('bars put after their window, closed by its last minute', finalLatency.byMinute),
  ...latencies('bars put after that minute’s arrival', finalLatency.sinceMinute),
  ...latencies('bars put after their window, closed by a watermark', finalLatency.byWatermark),
  ...latencies('bars put after that watermark’s arrival', finalLatency.sinceWatermark),
  { what: 'symbols in the last minute', metric: monitorMetrics.symbols, unit: '' },
  { what: 'uncovered minutes today', metric: monitorMetrics.uncoveredMinutes, unit: '' },
  calendarLeft,
];

/** Those of each feed, whose name stands before them where there are several; without minutes most of them say nothing. */
export function gaugesOf(feeds: readonly NamedFeed[]): (Gauge & { readonly feed: string })[] {
  return feeds.flatMap(each => {
    const feed = feedName(each);
    const own = bringsMinutes(each)
      ? gauges
      : gauges.filter(({ metric }) => metric === ingesterGauges.connected);
    return own.map(gauge => ({
      ...{ ...gauge, feed },
      what: feeds.length > 1 ? `${feed}: ${gauge.what}` : gauge.what,
    }));
  });
}

/** Half of the bars, and all but a hundredth, of the last minute that finished any. */
function latencies(what: string, metric: string): Gauge[] {
  return (['p50', 'p99'] as const).map(statistic => ({
    ...{ what: `${what}: ${statistic}`, metric, unit: 's', statistic },
  }));
}

/** A reading that is older than this is none (ms). */
export const READING_LIFE = 10 * 60_000;
