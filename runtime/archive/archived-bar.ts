/** A bar as the archive has it: every timeframe alike, one row of a file. */
import type { Ohlcv } from '../records/bar.ts';

export interface ArchivedBar extends Ohlcv {
  readonly symbol: string;
  /** Epoch ms, as is the end. */
  readonly start: number;
  readonly end: number;
  /** How many minute bars were folded in: 1 for a minute. */
  readonly minutes: number;
  /** How many of its minutes are marked uncovered and have no bar. */
  readonly uncovered: number;
  readonly session: string;
  /** Whether the watermark had passed its end when it was archived. */
  readonly final: boolean;
  readonly version: number;
}
