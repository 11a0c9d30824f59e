/** The numbers that a status shows, and the metrics that they come from. */
import { ingesterGauges, monitorMetrics } from '../../runtime/platform/metric-names.ts';

export interface Gauge {
  readonly what: string;
  readonly metric: string;
  readonly unit: string;
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
  { what: 'symbols in the last minute', metric: monitorMetrics.symbols, unit: '' },
  { what: 'uncovered minutes today', metric: monitorMetrics.uncoveredMinutes, unit: '' },
  calendarLeft,
];

/** A reading that is older than this is none (ms). */
export const READING_LIFE = 10 * 60_000;
