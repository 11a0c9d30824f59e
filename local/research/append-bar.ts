/** Bars as rows of the tables in which they arrive, column by column in their order. */
import { type DuckDBAppender, timestampValue } from '@duckdb/node-api';
import type { Bar, LongerBar, OneMinuteBar } from '../../kit/index.ts';
import type { Calendar } from '../../runtime/markets/calendar.ts';

/** A minute as the query API has it: where it came from is not in the log that it asks. */
export type AskedMinute = Omit<OneMinuteBar, 'source'> & { readonly source: 'api' };

/** @param now when it is taken, epoch ms */
export function appendMinute(
  rows: DuckDBAppender,
  bar: OneMinuteBar | AskedMinute,
  calendar: Calendar,
  now: number,
): void {
  rows.appendVarchar(bar.symbol);
  rows.appendTimestamp(instant(bar.start));
  rows.appendVarchar(bar.session);
  rows.appendTimestamp(instant(sessionStart(calendar, bar.start)));
  appendPrices(rows, bar);
  rows.appendVarchar(bar.source);
  rows.appendTimestamp(instant(now));
  rows.appendBigInt(BigInt(bar.version));
  rows.endRow();
}

/** @param now when it is taken, epoch ms */
export function appendLonger(rows: DuckDBAppender, bar: LongerBar, now: number): void {
  rows.appendVarchar(bar.symbol);
  rows.appendVarchar(bar.timeframe);
  rows.appendTimestamp(instant(bar.start));
  rows.appendTimestamp(instant(bar.end));
  rows.appendVarchar(bar.session);
  appendPrices(rows, bar);
  rows.appendInteger(bar.minutes);
  rows.appendInteger(bar.uncovered);
  rows.appendBoolean(bar.final);
  rows.appendTimestamp(instant(now));
  rows.appendBigInt(BigInt(bar.version));
  rows.endRow();
}

function appendPrices(rows: DuckDBAppender, bar: Bar | AskedMinute): void {
  for (const price of [bar.open, bar.high, bar.low, bar.close, Number(bar.volume)]) rows.appendDouble(price);
  if (bar.vwap === undefined) rows.appendNull();
  else rows.appendDouble(bar.vwap);
  if (bar.trades === undefined) rows.appendNull();
  else rows.appendBigInt(BigInt(bar.trades));
}

/** Between when each of those minutes' sessions began. @param starts epoch ms */
export function appendSessionStarts(
  rows: DuckDBAppender,
  starts: Iterable<number>,
  calendar: Calendar,
): void {
  for (const start of starts) {
    rows.appendTimestamp(instant(start));
    rows.appendTimestamp(instant(sessionStart(calendar, start)));
    rows.endRow();
  }
}

/** When the session began that an instant lies in; where no session is and none was before, the instant itself. Epoch ms. */
export function sessionStart(calendar: Calendar, start: number): number {
  const session = calendar.sessionAt(start);
  return Number.isFinite(session.start) ? session.start : start;
}

/** @param ms epoch */
function instant(ms: number) {
  return timestampValue(BigInt(ms) * 1_000n);
}
