/** When a feed that sleeps between sessions is awake: weeks of real calendars, minute by minute. */
import { expect, test } from '@jest/globals';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import type { Alignment, Market } from '../../../runtime/markets/names.ts';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { isAwake } from '../../../runtime/monitor/schedule.ts';

/** When it wakes up and goes to sleep in those days, by the market's clock. */
function turns(market: Market, from: string, to: string, alignment: Alignment = 'clock'): string[] {
  const windows = new Windows(calendarOf(market), alignment);
  const { timeZone } = windows.calendar;
  const shown = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  const found: string[] = [];
  let before: boolean | undefined;
  for (let at = Date.parse(from); at < Date.parse(to); at += MINUTE) {
    const awake = isAwake(windows, at);
    if (before !== undefined && awake !== before)
      found.push(`${shown.format(at).replace(',', '')} ${awake ? 'awake' : 'asleep'}`);
    before = awake;
  }
  return found;
}

test('it is awake from 5 minutes before the first session to 20 minutes after the last, and not on a holiday', () => {
  // Thanksgiving, and the half day after it, whose last 4h window ends at 20:00 all the same.
  expect(turns('stocks', '2025-11-25T05:00:00Z', '2025-12-02T05:00:00Z')).toEqual([
    ...['Tue 03:55 awake', 'Tue 20:20 asleep', 'Wed 03:55 awake', 'Wed 20:20 asleep'],
    ...['Fri 03:55 awake', 'Fri 20:20 asleep', 'Mon 03:55 awake', 'Mon 20:20 asleep'],
  ]);
});

test('where windows end with their session it sleeps 20 minutes after an early close', () => {
  expect(turns('stocks', '2025-11-28T05:00:00Z', '2025-11-29T05:00:00Z', 'session')).toEqual([
    'Fri 03:55 awake',
    'Fri 17:20 asleep',
  ]);
});

test('it goes by the clock of the exchange across a clock change', () => {
  // From Friday's 20:20 of summer to Monday's 3:55 of winter.
  expect(turns('stocks', '2025-11-01T00:10:00Z', '2025-11-03T09:00:00Z')).toEqual([
    'Fri 20:20 asleep',
    'Mon 03:55 awake',
  ]);
  const windows = new Windows(calendarOf('stocks'), 'clock');
  expect(isAwake(windows, Date.parse('2025-11-03T08:54:59Z'))).toBe(false);
  expect(isAwake(windows, Date.parse('2025-11-03T08:55:00Z'))).toBe(true);
});

test('futures sleep from 20 minutes into their daily break, and over the weekend', () => {
  expect(turns('futures', '2025-11-20T12:00:00Z', '2025-11-24T12:00:00Z')).toEqual([
    ...['Thu 16:20 asleep', 'Thu 16:55 awake', 'Fri 16:20 asleep', 'Sun 16:55 awake'],
  ]);
});
