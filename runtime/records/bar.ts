/** What Barflow's streams carry: minute bars, rolled-up bars, coverage marks and watermarks. All times are epoch ms UTC. */

import type { RolledTimeframe } from '../markets/timeframe.ts';
import type { Decimal } from './decimal.ts';

/** The schema number that this code writes. Additions keep it; anything else is a new number. */
export const SCHEMA = 1;

/** Where a minute bar came from. */
export type Source = 'live' | 'backfill' | 'import';

/** Prices and volume of one symbol over one span of time. Prices in the quote currency, volume in shares, contracts or coins. */
export interface Ohlcv {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Exact, as a canonical decimal. */
  readonly volume: Decimal;
  /** Volume-weighted average price; absent when it cannot be known. */
  readonly vwap?: number;
  /** How many trades it was made from; absent when the vendor does not say. */
  readonly trades?: number;
}

/** One vendor minute `[start, start + 1 minute)` of one symbol. A later version replaces an earlier one. */
export interface MinuteBar extends Ohlcv {
  readonly type: 'bar';
  readonly symbol: string;
  readonly start: number;
  /** Session of the minute, `closed` outside every session. */
  readonly session: string;
  /** Epoch-ms-like number, above 0: the higher version is the newer. */
  readonly version: number;
  readonly source: Source;
  /** The trading day's volume so far. */
  readonly dayVolume?: Decimal;
  /** The trading day's VWAP so far. */
  readonly dayVwap?: number;
  /** The trading day's official opening price, once there is one. */
  readonly officialOpen?: number;
  /** Present only for over-the-counter symbols. */
  readonly otc?: true;
}

/** What a roll-up keeps of a minute bar. */
export type MinuteValues = Ohlcv & Pick<MinuteBar, 'version'>;

/** A bar of 5m to 4h, rolled up from the minutes of `[start, end)`. */
export interface RolledBar extends Ohlcv {
  readonly symbol: string;
  readonly timeframe: RolledTimeframe;
  readonly start: number;
  readonly end: number;
  /** How many minute bars were folded in. */
  readonly minutes: number;
  /** How many of the window's minutes are marked uncovered and have no bar. */
  readonly uncovered: number;
  readonly session: string;
  readonly final: boolean;
  /** Sum of the versions of the minutes and coverage marks folded in. */
  readonly version: number;
}

/** Says whether a minute was observed, for a whole slot or, when it names one, for one symbol. */
export interface Coverage {
  readonly type: 'coverage';
  readonly slot: number;
  readonly symbol?: string;
  /** Start of the minute. */
  readonly minute: number;
  readonly covered: boolean;
  readonly version: number;
}

/** Says of one slot that every minute that ends at or before `through` was published or declared uncovered. */
export interface Watermark {
  readonly type: 'watermark';
  readonly slot: number;
  readonly through: number;
  /** Epoch of the lease under which it was issued; 0 for imports. */
  readonly epoch: number;
}

/** Everything that the `minutes` stream carries. */
export type MinuteRecord = MinuteBar | Coverage | Watermark;
