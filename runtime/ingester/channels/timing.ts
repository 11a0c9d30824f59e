/** When what a feed sends is due, in event time. */
import type { Calendar } from '../../markets/calendar.ts';
import type { Windows } from '../../markets/window.ts';
import { type Clock, LEAST_GRACE } from '../../platform/clock.ts';

export interface Timing {
  readonly clock: Clock;
  readonly windows: Windows;
  readonly calendar: Calendar;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  /** How long after a minute's end its bars may still be on their way, in ms. */
  readonly grace: () => number;
  /** When (epoch ms) the vendor can be expected to know a minute that ended then. */
  readonly knownAt: (end: number) => number;
}

export function timingOf(
  clock: Clock,
  windows: Windows,
  { feedDelay: delay, grace: least }: { readonly feedDelay: number; readonly grace: number },
): Timing {
  const grace = () => Math.max(least, clock.perWall(LEAST_GRACE));
  return { clock, windows, calendar: windows.calendar, delay, grace, knownAt: end => end + delay + grace() };
}
