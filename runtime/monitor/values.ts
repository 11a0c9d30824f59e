/** What a look found, by metric name. */
import { monitorMetrics } from '../platform/metric-names.ts';
import type { Look } from './monitor.ts';

/** Values of spans are in seconds. What nothing can be said about is left out. */
export function valuesOf(look: Look): Readonly<Record<string, number>> {
  const { symbolsRatio, lease } = look;
  return {
    [monitorMetrics.marketOpen]: look.isOpen ? 1 : 0,
    [monitorMetrics.freshestLag]: look.freshestLag,
    [monitorMetrics.watermarkLag]: look.watermarkLag,
    [monitorMetrics.finalLag]: look.finalLag,
    [monitorMetrics.uncoveredMinutes]: look.uncoveredMinutes,
    [monitorMetrics.symbols]: look.symbols,
    ...(symbolsRatio === undefined ? {} : { [monitorMetrics.symbolsRatio]: symbolsRatio }),
    ...(lease && {
      [monitorMetrics.leaseAge]: lease.age,
      [monitorMetrics.leaseEpochChanges]: lease.epochChanges,
      [monitorMetrics.catchingUp]: lease.isCatchingUp ? 1 : 0,
    }),
    [monitorMetrics.calendarDaysLeft]: look.calendarDaysLeft,
  };
}
