/** What the simulated vendor plays: minutes and their re-sends, from a file or from a seeded market. */
import type { Ohlcv } from '../../runtime/records/bar.ts';

/** One version of one minute `[start, start + 1 minute)` of one symbol, as the vendor builds it. */
export interface VendorMinute extends Ohlcv {
  /** The vendor's spelling, case and all. */
  readonly symbol: string;
  /** Epoch ms UTC. */
  readonly start: number;
  /** Present only for over-the-counter symbols. */
  readonly otc?: true;
}

/**
 * The truth behind a simulated feed. After every minute there may be one burst; a burst is named by the start of its
 * minute (epoch ms) and holds that minute's bars and whatever older minutes are re-sent with it.
 */
export interface Source {
  /** Every symbol that has any data. */
  readonly symbols: readonly string[];
  has(symbol: string): boolean;
  /** The first minute at or after `from` whose burst may hold something; undefined when nothing follows. */
  next(from: number): number | undefined;
  /** What the burst of this minute holds: the minute's own bars first, then re-sends of older minutes. */
  burst(minute: number): readonly VendorMinute[];
  /** The symbol's minutes that start in `[from, to)`, ascending, as they are once the burst of minute `through` is out. */
  history(symbol: string, from: number, to: number, through: number): readonly VendorMinute[];
}
