/** Gaps: stretches that the feed was blind for, of windows without any bar. Windows with a bar tell it themselves. */
import { MINUTE, type Timeframe } from '../../markets/timeframe.ts';
import { slotOf } from '../../records/slot.ts';
import type { LoggedBlock } from '../../tables/chunks/logged-block.ts';
import type { Feed } from '../feed/feed.ts';
import type { Gap } from './page.ts';

/** No log reaches further back, ms. */
const LIFE = 8 * 24 * 60 * MINUTE;

/** Of windows that start in `[from, to)`. @param through the slot's watermark */
export async function gapsOf(
  feed: Feed,
  symbol: string,
  timeframe: Timeframe,
  span: { readonly from: number; readonly to: number },
  through: number,
  signal: AbortSignal,
): Promise<Gap[]> {
  const slot = slotOf(symbol);
  const from = Math.max(span.from, span.to - LIFE);
  const blocks = [];
  for (let at = from; at < span.to; at = feed.windows.blockOf(at).end) blocks.push(feed.windows.blockOf(at));
  const found = await Promise.all(
    blocks.map(async block =>
      (await feed.uncovered.has(slot, block, through))
        ? blindIn(await feed.blocks.get(slot, block, signal), symbol, timeframe, { from, to: span.to })
        : [],
    ),
  );
  return stretchesOf(found.flat());
}

/** Starts of minutes, ascending. */
function blindIn(
  logged: LoggedBlock,
  symbol: string,
  timeframe: Timeframe,
  { from, to }: { readonly from: number; readonly to: number },
): number[] {
  const { start: blockStart, minutes, windows } = logged.block;
  const spans =
    timeframe === '1m'
      ? Array.from({ length: minutes }, (_, offset) => ({ from: offset, to: offset + 1 }))
      : windows.filter(window => window.timeframe === timeframe);
  const startOf = (offset: number) => blockStart + offset * MINUTE;
  return spans
    .filter(span => startOf(span.from) >= from && startOf(span.from) < to)
    .map(span => Array.from({ length: span.to - span.from }, (_, index) => span.from + index))
    .filter(offsets => offsets.every(offset => logged.minute(symbol, offset) === undefined))
    .flatMap(offsets => offsets.filter(offset => logged.isUncovered(symbol, offset)).map(startOf));
}

function stretchesOf(minutes: readonly number[]): Gap[] {
  const gaps: { start: number; end: number }[] = [];
  for (const minute of minutes) {
    const last = gaps.at(-1);
    if (last?.end === minute) last.end = minute + MINUTE;
    else gaps.push({ start: minute, end: minute + MINUTE });
  }
  return gaps;
}
