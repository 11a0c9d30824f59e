/** Bars of 1m, from the roll-up's log: block by block, as far as the log reaches back. */
import { MINUTE } from '../../markets/timeframe.ts';
import type { MinuteValues } from '../../records/bar.ts';
import { encodeBar } from '../../records/encode.ts';
import { slotOf } from '../../records/slot.ts';
import type { StoredBar } from '../../tables/bars/bar-item.ts';
import type { LoggedBlock } from '../../tables/chunks/logged-block.ts';
import type { Feed } from '../feed/feed.ts';
import type { Problem } from '../http/problem.ts';
import { refused } from '../http/query.ts';
import { isWithin, type Page, pageOf, type Range } from './page.ts';

/** For how long the log keeps a block, ms. */
export const LIFE = 8 * 24 * 60 * MINUTE;

/** @param blocks the most blocks to read: with fewer bars than were asked for the page ends there, and the next one goes on */
export function minutePage(feed: Feed, range: Range, blocks: number, signal: AbortSignal): Promise<Page> {
  return range.order === 'asc'
    ? forwards(feed, range, blocks, signal)
    : backwards(feed, range, blocks, signal);
}

async function forwards(feed: Feed, range: Range, blocks: number, signal: AbortSignal): Promise<Page> {
  const slot = slotOf(range.symbol);
  const bars: StoredBar[] = [];
  let start = await feed.blocks.next(slot, feed.windows.blockOf(range.from).start, signal);
  for (let read = 0; start < range.to; read++) {
    if (read === blocks) return { bars, next: Math.max(start, range.from) };
    const block = feed.windows.blockOf(start);
    bars.push(...minutesIn(feed, await feed.blocks.get(slot, block, signal), range));
    if (bars.length > range.limit) break;
    start = await feed.blocks.next(slot, block.end, signal);
  }
  return pageOf(bars, range);
}

async function backwards(feed: Feed, range: Range, blocks: number, signal: AbortSignal): Promise<Page> {
  const slot = slotOf(range.symbol);
  const bars: StoredBar[] = [];
  let before = range.to;
  for (let read = 0; ; read++) {
    const start = await feed.slots.lastBlock(slot, before);
    if (start === undefined || feed.windows.blockOf(start).end <= range.from) break;
    if (read === blocks) return { bars, next: before };
    const logged = await feed.blocks.get(slot, feed.windows.blockOf(start), signal);
    bars.push(...minutesIn(feed, logged, range).reverse());
    if (bars.length > range.limit) break;
    before = start;
  }
  return pageOf(bars, range);
}

function minutesIn(feed: Feed, logged: LoggedBlock, range: Range): StoredBar[] {
  const { symbol } = range;
  const { start: blockStart, minutes } = logged.block;
  const bars: StoredBar[] = [];
  for (let offset = 0; offset < minutes; offset++) {
    const start = blockStart + offset * MINUTE;
    const minute = isWithin({ start }, range) ? logged.minute(symbol, offset) : undefined;
    if (minute) bars.push(minuteBar(feed, symbol, start, minute));
  }
  return bars;
}

/** A minute as all bars are alike: where it came from and the day's figures, which a minute bar tells besides, are not in the log. */
export function minuteBar(
  { windows }: Pick<Feed, 'windows'>,
  symbol: string,
  start: number,
  minute: MinuteValues,
): StoredBar {
  const { name: session } = windows.calendar.sessionAt(start);
  const span = { timeframe: '1m', start, end: start + MINUTE } as const;
  const counts = { minutes: 1, uncovered: 0, final: true };
  const text = encodeBar({ symbol, ...span, ...counts, session, ...minute });
  return { start, version: minute.version, final: true, text };
}

/**
 * Refuses a question that begins before the log does, where bars would be missing without a word.
 * @param at now, epoch ms of event time
 * @throws Problem that names the archive
 */
export async function expectLogged(
  feed: Feed,
  symbols: readonly string[],
  from: number,
  at: number,
  signal: AbortSignal,
): Promise<void> {
  if (from === 0 || from >= at - LIFE) return;
  const slots = [...new Set(symbols.map(slotOf))];
  const firsts = await Promise.all(slots.map(slot => feed.blocks.next(slot, 0, signal)));
  const reach = Math.min(at - LIFE, ...firsts);
  if (from < reach) throw olderThanLog(from, reach);
}

function olderThanLog(from: number, reach: number): Problem {
  const since = new Date(Math.ceil(reach / MINUTE) * MINUTE).toISOString();
  return refused(
    'from',
    new Date(from).toISOString(),
    `bars of 1m reach back 8 days, to ${since} now; older ones are in the archive, in Parquet files by day`,
  );
}
