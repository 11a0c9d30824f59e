/** Which bars of a block are due: closed windows that were touched, and windows that the batch's watermarks close. */
import type { Folded } from '../fold/fold.ts';
import { MINUTE } from '../markets/timeframe.ts';
import type { Window } from '../markets/window.ts';
import type { Touched } from '../tables/chunks/logged-block.ts';
import type { BlockState } from './block-state.ts';

/** What closed a window. */
export interface Closing {
  /** The bar of its last minute, or a watermark. */
  readonly by: 'minute' | 'watermark';
  /** When that arrived on the stream, epoch ms. */
  readonly arrival: number;
}

/** A bar that has to be put on the stream. */
export interface Due {
  readonly state: BlockState;
  readonly symbol: string;
  readonly windowIndex: number;
  readonly window: Window;
  readonly folded: Folded;
  readonly final: boolean;
  /** What of the batch closed its window, as far as its lateness counts. */
  readonly closing?: Closing | undefined;
}

/** Watermarks `(low, high]` that this batch moved the block through, epoch ms. */
export interface WatermarkRange {
  readonly low: number;
  readonly high: number;
}

/** What there is to know about a block when its due bars are chosen. */
export interface BlockView {
  readonly state: BlockState;
  readonly touched: Touched;
  /** The slot's highest watermark. */
  readonly through: number;
  readonly range?: WatermarkRange;
  /** Whether touched windows that are still open are due too, as bars that are not final. */
  readonly provisional: boolean;
}

/** One after the other, as they are asked for: a block that closes at once has many times as many as it has minutes. */
export function* dueBars(view: BlockView): Generator<Due, void, void> {
  for (const [symbol, windows] of view.touched) {
    for (const index of windows) {
      const closed = isClosed(view, symbol, index);
      const due = closed || view.provisional ? barOf(view.state, symbol, index, closed) : undefined;
      if (due) yield due;
    }
  }
  if (!view.range) return;
  // What was touched and is closed by the range has come above, for no watermark exceeds the slot's highest.
  for (const [symbol, index] of closedBy(view.state, view.range)) {
    const due = view.touched.get(symbol)?.has(index) ? undefined : barOf(view.state, symbol, index, true);
    if (due) yield due;
  }
}

function barOf(state: BlockState, symbol: string, windowIndex: number, final: boolean): Due | undefined {
  const window = state.block.windows[windowIndex];
  const folded = state.fold(symbol, windowIndex);
  return window && folded && { state, symbol, windowIndex, window, folded, final };
}

/** Most windows end far from the watermark: only for the others it matters whether the last minute is there. */
function isClosed({ state, through }: BlockView, symbol: string, windowIndex: number): boolean {
  const end = state.block.windows[windowIndex]?.end ?? Number.POSITIVE_INFINITY;
  return end - MINUTE <= through && state.closesAt(symbol, windowIndex) <= through;
}

function* closedBy(state: BlockState, { low, high }: WatermarkRange): Generator<[string, number]> {
  const candidates = state.block.windows.flatMap((window, index) =>
    window.end > low && window.end - MINUTE <= high ? [index] : [],
  );
  if (candidates.length === 0) return;
  for (const symbol of state.symbols()) {
    for (const index of candidates) {
      const closes = state.closesAt(symbol, index);
      if (closes > low && closes <= high) yield [symbol, index];
    }
  }
}
