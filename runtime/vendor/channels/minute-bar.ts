/** Turns the vendor's minute aggregate into a minute bar, strictly. */

import type { Calendar } from '../../markets/calendar.ts';
import { type Market, marketRules } from '../../markets/market.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import type { MinuteBar } from '../../records/bar.ts';
import {
  checkRange,
  FURTHEST_AHEAD,
  minuteIn,
  priceIn,
  Refused,
  symbolIn,
  tradesIn,
  volumeIn,
} from '../../records/check.ts';
import type { Fields } from './channel.ts';
import type { MinutesRow } from './table.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What a bar is read against. */
export interface BarContext {
  readonly market: Market;
  readonly row: MinutesRow;
  readonly calendar: Calendar;
  /** The present, epoch ms of event time. */
  readonly now: number;
  readonly version: number;
}

/** @throws Refused with field, value and rule when the event breaks one. */
export function minuteBarOf(event: Fields, { market, row, calendar, now, version }: BarContext): MinuteBar {
  const start = minuteIn('s', event['s']);
  if (event['e'] !== start + MINUTE)
    throw new Refused('e', event['e'], `this minute ends at ${start + MINUTE}`);
  if (start > now + FURTHEST_AHEAD)
    throw new Refused('s', start, `more than an hour ahead of the clock, which shows ${now}`);
  const bar: Writable<MinuteBar> = {
    type: 'bar',
    symbol: symbolIn(event[row.symbol]),
    start,
    open: priceIn('o', event['o'], market),
    high: priceIn('h', event['h'], market),
    low: priceIn('l', event['l'], market),
    close: priceIn('c', event['c'], market),
    volume: marketRules[market].hasVolume ? exactOr(row, event, 'dv', 'v') : '0',
    session: calendar.sessionAt(start).name,
    version,
    source: 'live',
  };
  checkRange(bar);
  if (event['vw'] !== undefined) bar.vwap = priceIn('vw', event['vw'], market);
  if (event['a'] !== undefined) bar.dayVwap = priceIn('a', event['a'], market);
  if (event['av'] !== undefined || event['dav'] !== undefined)
    bar.dayVolume = exactOr(row, event, 'dav', 'av');
  if (event['op'] !== undefined) bar.officialOpen = priceIn('op', event['op'], market);
  if (event['n'] !== undefined) bar.trades = tradesIn('n', event['n']);
  if (event['otc'] === true) bar.otc = true;
  return bar;
}

/** Futures have a `dv` too, but there it is a number of dollars. */
function exactOr(row: MinutesRow, event: Fields, exact: string, truncated: string) {
  const text = event[exact];
  if (row.exactVolume && typeof text === 'string') return volumeIn(exact, text);
  return volumeIn(truncated, event[truncated]);
}
