/** Judges how fresh what was read is, by the market's calendar. Pure: told the time, keeps none. */
import { type Calendar, CLOSED } from '../markets/calendar.ts';
import { MINUTE } from '../markets/timeframe.ts';
import type { Windows } from '../markets/window.ts';
import type { SlotReading } from '../tables/chunks/slot-reader.ts';
import { type CatchUp, holdsBack } from './catch-up.ts';

/** Beyond this (ms) nobody asks how late it is. */
const LONGEST = 24 * 60 * MINUTE;

/** Spans in seconds, all 0 while the market is closed. */
export interface Freshness {
  readonly isOpen: boolean;
  readonly freshestLag: number;
  readonly watermarkLag: number;
  readonly finalLag: number;
}

/** What excuses a missing watermark, in the market's time that the feed shows, epoch ms. */
export interface Excuses {
  /** The first instant that anybody looked at: before it there may have been no feed. */
  readonly watchedSince: number;
  /** The latest gap that was being filled: its last progress counts like a watermark of the slots that wait for it. */
  readonly catchUp?: CatchUp;
}

/** @param now instant of the market that the feed shows now, epoch ms: the present less the feed's delay */
export function freshnessOf(
  readings: readonly SlotReading[],
  windows: Windows,
  now: number,
  { watchedSince, catchUp }: Excuses,
): Freshness {
  const { calendar } = windows;
  const isOpen = calendar.isOpen(now);
  if (!isOpen || readings.length === 0) return { isOpen, freshestLag: 0, watermarkLag: 0, finalLag: 0 };
  const opened = Math.max(openSince(calendar, now), watchedSince);
  const slots = readings.map(({ through, emitted }) => {
    const isExcused = catchUp !== undefined && holdsBack(catchUp, through);
    const since = isExcused ? Math.max(opened, catchUp.progressed) : opened;
    return { lag: Math.max(0, now - Math.max(through, since)), emitted: Math.max(emitted, since) };
  });
  const lags = slots.map(({ lag }) => lag);
  const emitted = Math.min(...slots.map(slot => slot.emitted));
  return {
    isOpen,
    freshestLag: Math.min(...lags) / 1000,
    watermarkLag: Math.max(...lags) / 1000,
    finalLag: Math.max(0, now - windows.windowOf(emitted, '5m').end) / 1000,
  };
}

/** Minutes whose watermark is missing count from here: start of the open time without a break, a day ago at the most. */
function openSince(calendar: Calendar, now: number): number {
  let { start } = calendar.sessionAt(now);
  while (start > now - LONGEST) {
    const before = calendar.sessionAt(start - 1);
    if (before.name === CLOSED) return start;
    start = before.start;
  }
  return now - LONGEST;
}
