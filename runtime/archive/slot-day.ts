/** One slot's day as its log says it: every bar of every timeframe that starts in it. */
import { MINUTE, type Timeframe, timeframes } from '../markets/timeframe.ts';
import type { Windows } from '../markets/window.ts';
import type { LoggedBlock } from '../tables/chunks/logged-block.ts';
import type { ArchivedBar } from './archived-bar.ts';
import { BarColumns } from './bar-columns.ts';

export interface SlotDay {
  readonly windows: Windows;
  /** In the order of time. */
  readonly blocks: readonly LoggedBlock[];
  /** The slot's watermark, epoch ms. */
  readonly through: number;
  /** Bars start in `[from, to)`, epoch ms. */
  readonly from: number;
  readonly to: number;
}

export function barsOf(day: SlotDay): ReadonlyMap<Timeframe, BarColumns> {
  const symbols = new Set(day.blocks.flatMap(block => [...block.symbols()]));
  const bars = timeframes.map(timeframe => {
    const columns = new BarColumns();
    for (const symbol of symbols)
      columns.add(symbol, timeframe === '1m' ? minutesOf(day, symbol) : windowsOf(day, symbol, timeframe));
    return [timeframe, columns] as const;
  });
  return new Map(bars);
}

function* minutesOf({ windows, blocks, from, to }: SlotDay, symbol: string): Generator<ArchivedBar> {
  for (const logged of blocks)
    for (let offset = 0; offset < logged.block.minutes; offset++) {
      const start = logged.block.start + offset * MINUTE;
      const minute = start >= from && start < to ? logged.minute(symbol, offset) : undefined;
      if (!minute) continue;
      const { name: session } = windows.calendar.sessionAt(start);
      const end = start + MINUTE;
      yield { symbol, start, end, ...minute, minutes: 1, uncovered: 0, session, final: true };
    }
}

function* windowsOf(
  { blocks, through, from, to }: SlotDay,
  symbol: string,
  timeframe: string,
): Generator<ArchivedBar> {
  for (const logged of blocks)
    for (const [index, window] of logged.block.windows.entries()) {
      const { start, end, session } = window;
      if (window.timeframe !== timeframe || start < from || start >= to) continue;
      const folded = logged.fold(symbol, index);
      if (folded)
        yield { symbol, start, end, ...folded, session, final: logged.closesAt(symbol, index) <= through };
    }
}
