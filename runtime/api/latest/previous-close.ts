/** What a symbol cost when the trading day before ended: the close of its last regular bar of 30m before the day. */
import * as v from 'valibot';
import type { BarTable } from '../../tables/bars/bar-table.ts';
import type { Feed } from '../feed/feed.ts';

/** After the regular session there are at most so many bars of a day: eight hours of them. */
const LOOKED_AT = 16;

const read = v.object({ close: v.number(), session: v.string() });

/** @param minute of the day, epoch ms */
export async function previousClose(
  feed: Pick<Feed, 'windows'> & { readonly bars: Pick<BarTable, 'range'> },
  symbol: string,
  minute: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { start: to } = feed.windows.calendar.tradingDay(minute);
  const { bars } = await feed.bars.range(
    { symbol, timeframe: '30m', to, limit: LOOKED_AT, order: 'desc' },
    signal,
  );
  const closes = bars.map(({ text }) => v.parse(read, JSON.parse(text)));
  return (closes.find(({ session }) => session === 'regular') ?? closes[0])?.close;
}
