/** For how many hours a month metrics are billed: CloudWatch counts those in which one has a value. */
import {
  barStoreMetrics,
  calendarMetrics,
  finalLatency,
  ingesterCounts,
  ingesterGauges,
  latestMetrics,
  monitorMetrics,
  reconcileMetrics,
  rollupMetrics,
  sinkCounts,
} from '../../runtime/platform/metric-names.ts';
import { HOURS, OPEN_HOURS } from './load.ts';

/** Once a day. */
const DAILY = HOURS / 24;

/** What a feed may have that measures. */
export interface Parts {
  readonly store: boolean;
  readonly latest: boolean;
  readonly sinks: boolean;
}

/** Metric hours of one feed whose ingester runs for so many; a name that two units share is one metric. */
export function metricHours(running: number, has: Parts): number {
  const groups: readonly (readonly [object, number])[] = [
    [ingesterCounts, running],
    [ingesterGauges, running],
    [sinkCounts, has.sinks ? running : 0],
    // The monitor tells it while the ingester sleeps.
    [{ connected: ingesterGauges.connected }, HOURS],
    // Watermarks go on while the market is closed.
    [rollupMetrics, running],
    [finalLatency, OPEN_HOURS],
    [barStoreMetrics, has.store ? OPEN_HOURS : 0],
    [latestMetrics, has.latest ? OPEN_HOURS : 0],
    [monitorMetrics, HOURS],
    [calendarMetrics, DAILY],
    [reconcileMetrics, DAILY],
  ];
  const hours = new Map<string, number>();
  for (const [group, most] of groups)
    for (const name of Object.values(group)) hours.set(name, Math.max(hours.get(name) ?? 0, most));
  return [...hours.values()].reduce((sum, each) => sum + each, 0);
}
