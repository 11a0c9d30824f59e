/** What a look found, by metric name. */
import { monitorMetrics } from '../platform/metric-names.ts';
import type { ValuesOf } from '../platform/metrics.ts';
import type { Look } from './monitor.ts';

/** Values of spans are in seconds. */
export function valuesOf(look: Look): ValuesOf<typeof monitorMetrics> {
  const { symbolsRatio, lease } = look;
  return {
    [monitorMetrics.marketOpen]: look.isOpen ? 1 : 0,
    [monitorMetrics.freshestLag]: look.freshestLag,
    [monitorMetrics.watermarkLag]: look.watermarkLag,
    [monitorMetrics.finalLag]: look.finalLag,
    [monitorMetrics.uncoveredMinutes]: look.uncoveredMinutes,
    [monitorMetrics.symbols]: look.symbols,
    [monitorMetrics.symbolsRatio]: symbolsRatio,
    [monitorMetrics.leaseAge]: lease?.age,
    [monitorMetrics.leaseEpochChanges]: lease?.epochChanges,
    [monitorMetrics.catchingUp]: lease && Number(lease.isCatchingUp),
    [monitorMetrics.calendarDaysLeft]: look.calendarDaysLeft,
  };
}
