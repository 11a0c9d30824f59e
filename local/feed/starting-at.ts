/** A source without what lies before an instant. */
import type { Source } from './source.ts';

/** The part of `source` whose minutes start at or after `start` (epoch ms). */
export function startingAt(source: Source, start: number): Source {
  return {
    symbols: source.symbols,
    has: symbol => source.has(symbol),
    next: from => source.next(Math.max(from, start)),
    burst: minute => source.burst(minute).filter(bar => bar.start >= start),
    history: (symbol, from, to, through) => source.history(symbol, Math.max(from, start), to, through),
  };
}
