/** What a symbol cost when the trading day before ended: the close of its last regular bar of 30m before the day. */
import * as v from 'valibot';
import { CLOSED } from '../../markets/calendar.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import type { Windows } from '../../markets/window.ts';
import type { Feed } from '../feed/feed.ts';

/** After the regular session there are at most so many bars of a day: eight hours of them. */
const LOOKED_AT = 16;
/** A market that is open for longer without a break has days by its calendar. */
const LONGEST_DAY = 24 * 60 * MINUTE;

const read = v.object({ close: v.number(), session: v.string() });

/** @param minute of the day, epoch ms */
export async function previousClose(
  feed: Feed,
  symbol: string,
  minute: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const to = tradingDayStart(feed.windows, minute);
  const { bars } = await feed.bars.range(
    { symbol, timeframe: '30m', to, limit: LOOKED_AT, order: 'desc' },
    signal,
  );
  const closes = bars.map(({ text }) => v.parse(read, JSON.parse(text)));
  return (closes.find(({ session }) => session === 'regular') ?? closes[0])?.close;
}

/** Where the sessions of a trading day begin: after the last time that the market was closed, or at midnight where it never is. */
export function tradingDayStart({ calendar }: Windows, minute: number): number {
  let { name, start } = calendar.sessionAt(minute);
  const midnight = calendar.days.at(minute).start;
  if (name === CLOSED) return midnight;
  for (;;) {
    const before = calendar.sessionAt(start - 1);
    if (before.name === CLOSED) return start;
    if (minute - before.start > LONGEST_DAY) return midnight;
    start = before.start;
  }
}
