/** Turns rows of the vendor's REST into minute bars, strictly. */

import type { Calendar } from '../../markets/calendar.ts';
import type { Market } from '../../markets/market.ts';
import { minuteOf } from '../../markets/timeframe.ts';
import type { MinuteBar } from '../../records/bar.ts';
import { checkRange, minuteIn, priceIn, Refused, tradesIn, volumeIn } from '../../records/check.ts';
import type { RefusedBar } from '../feed-events.ts';
import type { HistoryAnswer } from '../history.ts';
import { jsonOf } from '../json.ts';
import { barRow } from './questions.ts';

/** What rows are read against. */
export interface RowContext {
  readonly symbol: string;
  readonly market: Market;
  readonly calendar: Calendar;
  /** The minutes asked for start in `[from, to)`, epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly version: number;
}

/** Rows in any order, some of them twice; of two rows of one minute the later counts. Broken ones are refused each with its own text. */
export function answerOf(rows: readonly unknown[], context: RowContext): HistoryAnswer {
  const bars = new Map<number, MinuteBar>();
  const refused: RefusedBar[] = [];
  const broken = new Set<number>();
  let mayBeAny = false;
  for (const row of rows) {
    const fields = barRow(context.market, row);
    try {
      const bar = barOf(fields, context);
      bars.set(bar.start, bar);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const where = `${context.market} REST, ${context.symbol}`;
      refused.push({ raw: jsonOf(row), reason: error.message, where });
      const minute = minuteOf(Number(fields['t']));
      if (minute >= context.from && minute < context.to) broken.add(minute);
      else mayBeAny = true;
    }
  }
  return {
    bars: [...bars.values()].sort((a, b) => a.start - b.start),
    refused,
    isRefused: minute => !bars.has(minute) && (mayBeAny || broken.has(minute)),
  };
}

/** @throws Refused with field, value and rule when the row breaks one */
function barOf(row: Readonly<Record<string, unknown>>, context: RowContext): MinuteBar {
  const { symbol, market, calendar, from, to, version } = context;
  const start = minuteIn('t', row['t']);
  if (start < from || start >= to)
    throw new Refused('t', start, `minutes from ${from} to ${to} were asked for`);
  const prices = {
    open: priceIn('o', row['o'], market),
    high: priceIn('h', row['h'], market),
    low: priceIn('l', row['l'], market),
    close: priceIn('c', row['c'], market),
  };
  checkRange(prices);
  return {
    type: 'bar',
    symbol,
    start,
    ...prices,
    volume: volumeIn('v', row['v']),
    ...(row['vw'] !== undefined && { vwap: priceIn('vw', row['vw'], market) }),
    ...(row['n'] !== undefined && { trades: tradesIn('n', row['n']) }),
    ...(row['otc'] === true && { otc: true }),
    session: calendar.sessionAt(start).name,
    version,
    source: 'backfill',
  };
}
