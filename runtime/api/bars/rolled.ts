/** Bars of 5m to 4h: the table's, and with them what the log has of windows that are still open or were closed just now. */
import { MINUTE, type RolledTimeframe } from '../../markets/timeframe.ts';
import { encodeBar } from '../../records/encode.ts';
import { slotOf } from '../../records/slot.ts';
import type { StoredBar } from '../../tables/bars/bar-item.ts';
import type { LoggedBlock } from '../../tables/chunks/logged-block.ts';
import type { Feed } from '../feed/feed.ts';
import { isWithin, newerOf, type Page, pageOf, type Range } from './page.ts';

/** How far a slot is. */
export interface Progress {
  /** Its watermark; 0 when there is none. */
  readonly through: number;
  /** Start of its newest block. */
  readonly block: number | undefined;
}

export async function rolledPage(
  feed: Feed,
  timeframe: RolledTimeframe,
  range: Range,
  /** How far the slot is, where windows that are still open are asked for. */
  open: Progress | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const [stored, fresh] = await Promise.all([
    feed.bars.range({ ...range, timeframe }, signal),
    open ? newestWindows(feed, timeframe, range, open, signal) : [],
  ]);
  const { order, limit } = range;
  const { next } = stored;
  const isBeforeNext = ({ start }: StoredBar) =>
    next === undefined || (order === 'asc' ? start < next : start > next);
  const bars = new Map(stored.bars.map(bar => [bar.start, bar]));
  for (const bar of fresh.filter(isBeforeNext)) bars.set(bar.start, newerOf(bars.get(bar.start) ?? bar, bar));
  const sorted = [...bars.values()].sort((a, b) => (order === 'asc' ? a.start - b.start : b.start - a.start));
  if (next === undefined || sorted.length > limit) return pageOf(sorted, range);
  return { bars: sorted, next: order === 'asc' ? next : (sorted.at(-1)?.start ?? next) };
}

/** The windows of all blocks that the watermark has not left behind, as the log has them: what was closed a moment ago may not be in the table yet. */
export async function newestWindows(
  feed: Feed,
  timeframe: RolledTimeframe,
  range: Pick<Range, 'symbol' | 'from' | 'to'>,
  { through, block: newest }: Progress,
  signal: AbortSignal,
): Promise<StoredBar[]> {
  if (newest === undefined) return [];
  const bars: StoredBar[] = [];
  const first = through === 0 ? newest : Math.min(newest, through - MINUTE);
  for (let at = first; at <= newest; ) {
    const block = feed.windows.blockOf(at);
    at = block.end;
    if (block.end <= range.from || block.start >= range.to) continue;
    const logged = await feed.blocks.get(slotOf(range.symbol), block, signal);
    bars.push(...windowsIn(logged, timeframe, range, through));
  }
  return bars;
}

function windowsIn(
  logged: LoggedBlock,
  timeframe: RolledTimeframe,
  range: Pick<Range, 'symbol' | 'from' | 'to'>,
  through: number,
): StoredBar[] {
  const { symbol } = range;
  return logged.block.windows.flatMap((window, index) => {
    if (window.timeframe !== timeframe || !isWithin(window, range)) return [];
    const folded = logged.fold(symbol, index);
    if (!folded) return [];
    const { start, end, session } = window;
    const final = logged.closesAt(symbol, index) <= through;
    const text = encodeBar({ symbol, timeframe, start, end, session, final, ...folded });
    return [{ start, version: folded.version, final, text }];
  });
}
