/** What a symbol cost when the trading day before ended, in markets whose days begin at midnight and on the evening before. */
import { expect, test } from '@jest/globals';
import { previousClose } from '../../../../runtime/api/latest/previous-close.ts';
import { type Calendar, calendarOf } from '../../../../runtime/markets/calendar.ts';
import { MINUTE } from '../../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../../runtime/markets/window.ts';
import type { BarTable } from '../../../../runtime/tables/bars/bar-table.ts';

const HALF_HOUR = 30 * MINUTE;

/** Has a bar of every half hour in which the market is open, whose close is its start. */
function openHalfHours(calendar: Calendar): Pick<BarTable, 'range'> {
  return {
    async range({ to = 0, limit }) {
      const bars = [];
      for (let start = to - HALF_HOUR; bars.length < limit; start -= HALF_HOUR) {
        const { name: session } = calendar.sessionAt(start);
        const text = JSON.stringify({ close: start, session });
        if (session !== 'closed') bars.push({ start, version: 1, final: true, text });
      }
      return { bars };
    },
  };
}

test.each([
  ['stocks', '2025-11-20T10:00Z', '2025-11-19T20:30Z'],
  ['stocks', '2025-11-20T23:30Z', '2025-11-19T20:30Z'],
  ['crypto', '2025-11-20T15:00Z', '2025-11-19T23:30Z'],
  // In their evening, at noon, and in the hour in which they rest.
  ['futures', '2025-11-19T23:30Z', '2025-11-19T21:30Z'],
  ['futures', '2025-11-20T18:00Z', '2025-11-19T21:30Z'],
  ['futures', '2025-11-20T22:30Z', '2025-11-19T21:30Z'],
  ['forex', '2025-11-20T21:59Z', '2025-11-19T21:30Z'],
  ['forex', '2025-11-20T22:00Z', '2025-11-20T21:30Z'],
] as const)('of %s at %s is that of the bar at %s', async (market, minute, start) => {
  const calendar = calendarOf(market);
  const feed = { windows: new Windows(calendar, 'clock'), bars: openHalfHours(calendar) };
  const close = await previousClose(feed, 'ANY', Date.parse(minute), new AbortController().signal);
  expect(close).toBe(Date.parse(start));
});
