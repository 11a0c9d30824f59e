/** What the ingester measures of itself. */
import type { Calendar } from '../../markets/calendar.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import { ingesterCounts, ingesterGauges } from '../../platform/metric-names.ts';
import type { Measured } from './meter.ts';
import type { StatusParts } from './status.ts';

/** A gap longer than this (minutes) is only known to be as long. */
const LONGEST_GAP = 1_440;

export interface MeasureParts
  extends Pick<
    StatusParts,
    | 'clock'
    | 'clockCheck'
    | 'lease'
    | 'feed'
    | 'observation'
    | 'publisher'
    | 'backlog'
    | 'refusals'
    | 'counts'
  > {
  readonly calendar: Calendar;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  /** How long after a minute's end its bars may still be on their way, in ms. */
  readonly grace: () => number;
}

/** The values of this moment. */
export function measure(parts: MeasureParts): Measured {
  const { clock, clockCheck, lease, feed, publisher, backlog, refusals, counts, calendar, delay } = parts;
  const { off } = clockCheck;
  const { state, frames, endings } = feed.status();
  const isLive = state === 'live';
  const isOpen = calendar.isOpen(clock.now() - delay);
  return {
    totals: {
      [ingesterCounts.messages]: frames,
      [ingesterCounts.minuteBars]: counts.bar,
      [ingesterCounts.backfilledBars]: counts.backfilled,
      [ingesterCounts.quarantined]: refusals.total,
      [ingesterCounts.dropped]: refusals.dropped,
      [ingesterCounts.connectionsLost]: endings.lost,
      [ingesterCounts.keyRefused]: endings.refused,
      [ingesterCounts.tooManyConnections]: endings['too many connections'],
      [ingesterCounts.retriedPuts]: publisher.retried,
      [ingesterCounts.throttledPuts]: publisher.throttled,
      [ingesterCounts.declaredUncovered]: counts.uncoveredMinutes,
    },
    gauges: {
      [ingesterGauges.connected]: isLive ? 1 : 0,
      [ingesterGauges.disconnected]: isOpen && !isLive ? 1 : 0,
      [ingesterGauges.bufferedRecords]: backlog.held.records,
      [ingesterGauges.recordsOnDisk]: backlog.held.onDisk,
      [ingesterGauges.bufferSeconds]: Math.round(publisher.promisesWaitFor / 1_000),
      // Who stands by knows nothing of gaps.
      ...(lease.holds && { [ingesterGauges.gapMinutes]: gapMinutes(parts) }),
      ...(off && { [ingesterGauges.clockOff]: Math.abs(off.ms) / 1_000 }),
    },
  };
}

/** Open minutes that are due and not promised. */
function gapMinutes({ clock, observation, calendar, delay, grace }: MeasureParts): number {
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
