/** `GET /v1/latest`: of each symbol its last minute, the session so far, the previous close, and the last final bar of each timeframe. */
import { MINUTE, type RolledTimeframe, rolledTimeframes } from '../../markets/timeframe.ts';
import { slotOf } from '../../records/slot.ts';
import type { StoredBar } from '../../tables/bars/bar-item.ts';
import { minuteBar } from '../bars/minutes.ts';
import { NEVER } from '../bars/page.ts';
import { newestWindows, type Progress } from '../bars/rolled.ts';
import type { LatestQuery } from '../contract/queries.ts';
import type { Feed } from '../feed/feed.ts';
import type { Answer } from '../http/response.ts';
import { unknownSymbol } from '../symbols/nearest.ts';
import { previousClose } from './previous-close.ts';
import { sessionSoFar } from './session-so-far.ts';

/** @throws Problem */
export async function latestAnswer(
  feed: Feed,
  { symbols }: LatestQuery,
  at: number,
  signal: AbortSignal,
): Promise<Answer> {
  const slots = [...new Set(symbols.map(slotOf))];
  const progress = new Map(
    await Promise.all(slots.map(async slot => [slot, await feed.slots.newest(slot, at)] as const)),
  );
  const of = (symbol: string) => progress.get(slotOf(symbol)) ?? { through: 0, block: undefined };
  const texts = await Promise.all(symbols.map(symbol => textOf(feed, symbol, of(symbol), signal)));
  const [only] = symbols;
  if (symbols.length === 1 && only !== undefined && texts[0] === '{}') {
    const problem = await unknownSymbol(feed, only, at, signal);
    if (problem) throw problem;
  }
  const through = Math.min(...symbols.map(symbol => of(symbol).through));
  const latest = symbols.map((symbol, index) => `${JSON.stringify(symbol)}:${texts[index]}`);
  const until = through > 0 ? `,"through":${through}` : '';
  return { type: 'application/json', text: `{"latest":{${latest.join(',')}}${until}}` };
}

async function textOf(feed: Feed, symbol: string, progress: Progress, signal: AbortSignal): Promise<string> {
  const bars = new Map(
    await Promise.all(
      rolledTimeframes.map(
        async timeframe => [timeframe, await lastFinal(feed, symbol, timeframe, progress, signal)] as const,
      ),
    ),
  );
  const minute = await lastMinute(feed, symbol, progress, bars.get('5m'), signal);
  const members: string[] = [];
  if (minute) {
    const { start } = minute;
    const [session, close] = await Promise.all([
      sessionSoFar(feed, symbol, feed.windows.calendar.sessionAt(start), start + MINUTE, signal),
      feed.closes.get(`${symbol}#${feed.windows.calendar.tradingDay(start).date}`, () =>
        previousClose(feed, symbol, start, signal),
      ),
    ]);
    members.push(`"minute":${minute.text}`);
    if (session !== undefined) members.push(`"session":${session}`);
    if (close !== undefined) members.push(`"previousClose":${close}`);
  }
  const known = rolledTimeframes.flatMap(timeframe => {
    const bar = bars.get(timeframe);
    return bar ? [`"${timeframe}":${bar.text}`] : [];
  });
  if (known.length > 0) members.push(`"bars":{${known.join(',')}}`);
  return `{${members.join(',')}}`;
}

/** From the blocks that the watermark has not left behind; where they have none, from the table, which is not asked again at once. */
async function lastFinal(
  feed: Feed,
  symbol: string,
  timeframe: RolledTimeframe,
  progress: Progress,
  signal: AbortSignal,
): Promise<StoredBar | undefined> {
  const newest = await newestWindows(feed, timeframe, { symbol, from: 0, to: NEVER }, progress, signal);
  const closed = newest.findLast(({ final }) => final);
  if (closed) return closed;
  const { start = 0 } = progress.block === undefined ? {} : feed.windows.blockOf(progress.through);
  const { bars } = await feed.lastBars.get(`${symbol}#${timeframe}#${start}`, () =>
    feed.bars.range({ symbol, timeframe, limit: 1, order: 'desc' }, signal),
  );
  return bars[0];
}

/** @param last the last final bar of 5m: no minute that lies before it is the last */
async function lastMinute(
  feed: Feed,
  symbol: string,
  { through, block: newest }: Progress,
  last: StoredBar | undefined,
  signal: AbortSignal,
): Promise<StoredBar | undefined> {
  if (newest === undefined) return undefined;
  const { windows } = feed;
  const starts = new Set<number>();
  for (let at = Math.min(newest, Math.max(0, through - MINUTE)); at <= newest; at = windows.blockOf(at).end)
    starts.add(windows.blockOf(at).start);
  if (last) starts.add(windows.blockOf(last.start).start);
  for (const start of [...starts].sort((a, b) => b - a)) {
    const logged = await feed.blocks.get(slotOf(symbol), windows.blockOf(start), signal);
    for (let offset = logged.block.minutes - 1; offset >= 0; offset--) {
      const minute = logged.minute(symbol, offset);
      if (minute) return minuteBar(feed, symbol, start + offset * MINUTE, minute);
    }
  }
  return undefined;
}
