/** What the ingester measures of itself. */
import { MINUTE } from '../../markets/timeframe.ts';
import { ingesterCounts, ingesterGauges } from '../../platform/metric-names.ts';
import { connectionGauges } from './common.ts';
import type { Measured } from './meter.ts';
import { sinkTotals } from './sinks.ts';
import type { StatusParts } from './status.ts';

/** A gap longer than this (minutes) is only known to be as long. */
const LONGEST_GAP = 1_440;

/** The values of this moment. */
export function measure(parts: StatusParts): Measured {
  const { timing, clockCheck, lease, vendor, sink, quarantine, passing } = parts;
  const { clock, calendar, delay } = timing;
  const { backlog, publisher } = sink;
  const { off } = clockCheck;
  const isOpen = calendar.isOpen(clock.now() - delay);
  return {
    totals: {
      [ingesterCounts.quarantined]: quarantine.total,
      [ingesterCounts.dropped]: quarantine.dropped,
      ...sinkTotals(passing.sinks),
    },
    gauges: {
      ...connectionGauges(vendor.feed.status(), isOpen),
      [ingesterGauges.bufferedRecords]: backlog.held.records,
      [ingesterGauges.bufferSeconds]: Math.round(publisher.watermarksWaitFor / 1_000),
      // Who stands by knows nothing of gaps.
      [ingesterGauges.gapMinutes]: lease.holds ? gapMinutes(parts) : undefined,
      [ingesterGauges.clockOff]: off && Math.abs(off.ms) / 1_000,
    },
  };
}

/** Open minutes that are due and beyond the watermark. */
function gapMinutes({ timing, observation }: StatusParts): number {
  const { clock, calendar, delay, grace } = timing;
  const { through } = observation;
  if (through === undefined) return 0;
  const due = clock.now() - delay - grace();
  let minutes = 0;
  for (let minute = through; minute + MINUTE <= due && minutes < LONGEST_GAP; minute += MINUTE) {
    if (calendar.isOpen(minute)) minutes++;
    else minute = calendar.nextOpen(minute) - MINUTE;
  }
  return minutes;
}
