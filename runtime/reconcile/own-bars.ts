/** Our bars of a symbol and a span of time, folded from the roll-up's log. */

import { minutesIn, type RolledTimeframe } from '../markets/timeframe.ts';
import type { Windows } from '../markets/window.ts';
import { slotOf } from '../records/slot.ts';
import { decodeBody } from '../tables/chunks/chunk-body.ts';
import type { ChunkLog } from '../tables/chunks/chunk-log.ts';
import { LoggedBlock } from '../tables/chunks/logged-block.ts';
import type { LoggedMinute } from '../tables/chunks/minute-columns.ts';
import type { PlainBar } from '../vendor/rest/plain-bars.ts';

/** What we have of a symbol. */
export interface OwnBars {
  /** By length in minutes. Bars with an uncovered minute are not among them. */
  readonly bars: ReadonlyMap<number, readonly PlainBar[]>;
  /** Starts of the windows, by length in minutes, that hold an uncovered minute: nothing is claimed about those. */
  readonly uncovered: ReadonlyMap<number, ReadonlySet<number>>;
}

/** Reads `[from, to)`, epoch ms. @throws when the table cannot be read */
export async function ownBars(
  log: ChunkLog,
  windows: Windows,
  {
    symbol,
    timeframes,
    from,
    to,
  }: {
    readonly symbol: string;
    readonly timeframes: readonly RolledTimeframe[];
    readonly from: number;
    readonly to: number;
  },
  signal: AbortSignal,
): Promise<OwnBars> {
  const lengths = [1, ...timeframes.map(timeframe => minutesIn[timeframe])];
  const bars = new Map<number, PlainBar[]>(lengths.map(length => [length, []]));
  const uncovered = new Map<number, Set<number>>(lengths.map(length => [length, new Set()]));
  for (let at = from; at < to; ) {
    const block = windows.blockOf(at);
    at = block.end;
    const state = new LoggedBlock(slotOf(symbol), block);
    const newest = new Map<number, LoggedMinute>();
    for (const chunk of await log.read(state.slot, block.start, 0, signal)) {
      state.load(chunk);
      for (const minute of decodeBody(chunk.body, block.start).minutes)
        if (minute.symbol === symbol && minute.version >= (newest.get(minute.start)?.version ?? 0))
          newest.set(minute.start, minute);
    }
    const blind = new Set(
      [...state.marks()].filter(mark => isBlind(mark, symbol)).map(({ minute }) => minute),
    );
    for (const minute of blind) if (!newest.has(minute)) uncovered.get(1)?.add(minute);
    for (const minute of newest.values()) bars.get(1)?.push(plain(minute.start, minute));
    for (const [index, window] of block.windows.entries()) {
      const length = minutesIn[window.timeframe];
      if (!timeframes.includes(window.timeframe)) continue;
      const isBlindIn = [...blind].some(minute => minute >= window.start && minute < window.end);
      if (isBlindIn) uncovered.get(length)?.add(window.start);
      const folded = state.fold(symbol, index);
      if (folded && !isBlindIn) bars.get(length)?.push(plain(window.start, folded));
    }
  }
  return { bars, uncovered };
}

function isBlind({ covered, symbol: of }: { covered: boolean; symbol?: string }, symbol: string): boolean {
  return !covered && (of === undefined || of === symbol);
}

function plain(
  start: number,
  bar: Omit<PlainBar, 'start' | 'volume'> & { readonly volume: string },
): PlainBar {
  const { open, high, low, close, volume } = bar;
  return { start, open, high, low, close, volume: Number(volume) };
}
