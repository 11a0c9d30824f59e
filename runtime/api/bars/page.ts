/** One symbol's part of an answer: its bars in the order that was asked for, and where the next page goes on. */
import type { RolledBar } from '../../records/bar.ts';
import type { StoredBar } from '../../tables/bars/bar-item.ts';

export type Order = 'asc' | 'desc';

/** What is asked of one symbol. */
export interface Range {
  readonly symbol: string;
  /** Bars start at or after it, epoch ms. */
  readonly from: number;
  /** Bars start before it, epoch ms. */
  readonly to: number;
  /** The most bars. */
  readonly limit: number;
  readonly order: Order;
}

export interface Page {
  readonly bars: readonly StoredBar[];
  /** Pages tile the range: the next one begins here in ascending order, and ends here in descending order. Absent on the last. */
  readonly next?: number;
}

/** A stretch `[start, end)` that the feed was blind for, epoch ms, cut to the minute. */
export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** One symbol's part of the answer. */
export interface SymbolBars extends Page {
  readonly symbol: string;
  readonly gaps: readonly Gap[];
  readonly through: number;
}

/** The whole answer, before it takes a form. */
export interface Bars {
  readonly series: readonly SymbolBars[];
  /** Everything that ends by then is there, or is declared uncovered; 0 before the first watermark. */
  readonly through: number;
  readonly nextCursor?: string;
}

/** Behind everything there can be, epoch ms: the last that has 13 digits. */
export const NEVER = 9_999_999_999_999;

/** Of two bars of one window the newer. */
export function newerOf(one: StoredBar, other: StoredBar): StoredBar {
  const isNewer = other.version > one.version || (other.version === one.version && other.final && !one.final);
  return isNewer ? other : one;
}

/** A page of bars in order, of which there may be more than were asked for. */
export function pageOf(bars: readonly StoredBar[], { limit, order }: Pick<Range, 'limit' | 'order'>): Page {
  const next = bars[limit];
  if (next === undefined) return { bars };
  const kept = bars.slice(0, limit);
  return { bars: kept, next: order === 'asc' ? next.start : (kept.at(-1)?.start ?? next.start) };
}

export function isWithin(
  { start }: Pick<RolledBar, 'start'>,
  { from, to }: Pick<Range, 'from' | 'to'>,
): boolean {
  return start >= from && start < to;
}

/** What a page covers of the time that was asked for, as far as anything is known of it: `[from, to)`. Undefined where it covers nothing. */
export function coveredBy(
  { bars, next }: Page,
  { from, to, order }: Pick<Range, 'from' | 'to' | 'order'>,
  through: number,
): { from: number; to: number } | undefined {
  const starts = bars.map(({ start }) => start);
  const oldest = order === 'asc' ? starts[0] : starts.at(-1);
  const isBounded = from > 0 && (order === 'asc' || next === undefined);
  const begins = isBounded ? from : oldest;
  const ends = Math.min(order === 'asc' && next !== undefined ? next : to, through);
  return begins === undefined || begins >= ends ? undefined : { from: begins, to: ends };
}
