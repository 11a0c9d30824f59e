/** Compares our bars with the vendor's. Pure. */
import type { Market } from '../markets/names.ts';
import type { PlainBar } from '../vendor/rest/plain-bars.ts';

/** Both sides cut fractions of a share or contract off at different places. */
const WHOLE_TOLERANCE = 1;
/** Coins have no whole: so much of their volume may be lost to rounding. */
const COIN_TOLERANCE = 1e-6;

/** A bar on which the two differ. */
export interface Mismatch {
  readonly symbol: string;
  /** Length of the bar, minutes. */
  readonly minutes: number;
  /** ISO 8601, UTC. */
  readonly start: string;
  /** What differs: a field with both values, or that one side has no bar. */
  readonly what: string;
}

export interface Compared {
  readonly compared: number;
  readonly mismatches: readonly Mismatch[];
}

export interface Sides {
  readonly market: Market;
  readonly symbol: string;
  /** Length of the bars, minutes. */
  readonly minutes: number;
  readonly ours: readonly PlainBar[];
  readonly theirs: readonly PlainBar[];
  /** Starts of bars of which we know that we lack minutes: no mismatch, for they say so themselves. */
  readonly uncovered: ReadonlySet<number>;
}

export function compareBars({ market, symbol, minutes, ours, theirs, uncovered }: Sides): Compared {
  const own = new Map(ours.map(bar => [bar.start, bar]));
  const vendor = new Map(theirs.map(bar => [bar.start, bar]));
  const starts = [...new Set([...own.keys(), ...vendor.keys()])]
    .filter(start => !uncovered.has(start))
    .sort((a, b) => a - b);
  const mismatches = starts.flatMap(start => {
    const what = difference(own.get(start), vendor.get(start), market);
    return what === undefined ? [] : [{ symbol, minutes, start: new Date(start).toISOString(), what }];
  });
  return { compared: starts.length, mismatches };
}

function difference(
  ours: PlainBar | undefined,
  theirs: PlainBar | undefined,
  market: Market,
): string | undefined {
  if (!ours) return 'we have no bar';
  if (!theirs) return 'the vendor has no bar';
  for (const field of ['open', 'high', 'low', 'close'] as const)
    if (ours[field] !== theirs[field]) return `${field}: ours ${ours[field]}, theirs ${theirs[field]}`;
  const tolerance = market === 'crypto' ? COIN_TOLERANCE * theirs.volume : WHOLE_TOLERANCE;
  if (ours.volume !== theirs.volume && Math.abs(ours.volume - theirs.volume) >= tolerance)
    return `volume: ours ${ours.volume}, theirs ${theirs.volume}`;
  return undefined;
}
