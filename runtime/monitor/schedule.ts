/** When a feed that sleeps between sessions is awake, by the market's calendar. */
import { CLOSED } from '../markets/calendar.ts';
import { MINUTE } from '../markets/timeframe.ts';
import type { Windows } from '../markets/window.ts';

/** A task takes a minute or two to start and to subscribe. */
const BEFORE = 5 * MINUTE;
/** Late bars, the last watermarks and what is still to be fetched come meanwhile. */
const AFTER = 20 * MINUTE;

/** @param now instant of the market that the feed shows now, epoch ms: the present less the feed's delay */
export function isAwake(windows: Windows, now: number): boolean {
  const { name, start, end } = windows.calendar.sessionAt(now);
  if (name !== CLOSED || end - now <= BEFORE) return true;
  // On a day that ends early the clock's last window ends after the close, and nothing but a watermark finishes it.
  return now < Math.max(start, windows.windowOf(start - MINUTE, '4h').end) + AFTER;
}
