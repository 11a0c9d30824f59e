/** One simulated symbol's minutes, each a function of (seed, symbol, minute) alone. */

import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { decimalFrom } from '../../runtime/records/decimal.ts';
import { draw, normal, walk } from './random.ts';
import type { Beat } from './rhythm.ts';
import type { VendorMinute } from './source.ts';
import type { Character } from './universe.ts';

/** One minute in so many has a bar without volume. */
const VOLUME_FREE = 2_000;

/** How unevenly volume comes: the standard deviation of its logarithm. */
const UNEVEN = 0.65;
/** How much farther prices reach in a minute of much volume. */
const STIR = 0.35;

const FOR = {
  whether: 10,
  volume: 11,
  reach: 12,
  dip: 13,
  average: 14,
  volumeFree: 15,
  revision: 20,
};

/** The symbol's minute as first sent. Undefined without a trade. */
export function minuteOf(character: Character, start: number, beat: Beat): VendorMinute | undefined {
  const place = start / MINUTE;
  const chance = (purpose: number) => draw(character.seed, place, purpose);
  const expected = character.trades * beat.activity;
  if (chance(FOR.whether) >= 1 - Math.exp(-expected)) return undefined;
  const open = priceAt(character, beat.from, beat.index[0]);
  const quiet = { start, open, high: open, low: open, close: open, average: 0 };
  if (chance(FOR.volumeFree) * VOLUME_FREE < 1) return make(character, { ...quiet, units: 0, trades: 0 });
  const stir = normal(chance(FOR.volume));
  const busy = expected * Math.exp(UNEVEN * stir - UNEVEN ** 2 / 2);
  const trades = Math.max(1, Math.round(busy));
  const units = Math.max(1, Math.round(Math.max(1, busy) * character.size * 10 ** character.decimals));
  // A single trade has a single price.
  if (trades === 1) return make(character, { ...quiet, units, trades });
  const close = priceAt(character, beat.to, beat.index[1]);
  const reach = trades === 2 ? 0 : (open * character.volatility * beat.reach * Math.exp(STIR * stir)) / 3;
  return make(character, {
    start,
    open,
    close,
    high: Math.max(open, close) - reach * Math.log(1 - chance(FOR.reach)),
    low: Math.min(open, close) + reach * Math.log(1 - chance(FOR.dip)),
    average: chance(FOR.average),
    units,
    trades,
  });
}

/** The minute after its `revision`th correction, from what it was before: late trades, sometimes at a new extreme, sometimes one taken back. */
export function revised(character: Character, before: VendorMinute, revision: number): VendorMinute {
  const place = before.start / MINUTE;
  const chance = (n: number) => draw(character.seed, place, FOR.revision + 10 * revision + n);
  const scale = 10 ** character.decimals;
  const units = Math.round(Number(before.volume) * scale);
  const late = Math.max(1, Math.round(character.size * scale * (0.1 + chance(0))));
  const takenBack = chance(1) < 0.2 && units > late;
  const step = 1 / character.steps;
  return make(character, {
    ...before,
    high: chance(2) < 0.3 ? before.high + step : before.high,
    low: chance(3) < 0.3 ? before.low - step : before.low,
    average: chance(4),
    units: takenBack ? units - late : units + late,
    trades: (before.trades ?? 0) + (takenBack ? 0 : 1),
  });
}

/** Partly the index moves it, partly it moves by itself. */
function priceAt({ seed, price, volatility, together }: Character, time: number, index: number): number {
  const own = Math.sqrt(1 - together ** 2) * walk(seed, time);
  return price * Math.exp(volatility * (together * index + own));
}

interface Draft {
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Where between low and high the average price lies, 0 to 1. */
  readonly average: number;
  /** Volume in the smallest unit. */
  readonly units: number;
  readonly trades: number;
}

function make(character: Character, draft: Draft): VendorMinute {
  const { steps, symbol, decimals, otc, hasVolume, hasVwap } = character;
  const stepped = (price: number) => Math.max(1, Math.round(price * steps)) / steps;
  const high = stepped(draft.high);
  const low = stepped(draft.low);
  return {
    symbol,
    start: draft.start,
    open: stepped(draft.open),
    high,
    low,
    close: stepped(draft.close),
    volume: hasVolume ? decimalFrom(draft.units, decimals) : '0',
    // Four digits may be fewer than a price has.
    ...(hasVwap && {
      vwap: Math.min(high, Math.max(low, Math.round((low + (high - low) * draft.average) * 10_000) / 10_000)),
    }),
    ...(hasVolume && { trades: draft.trades }),
    ...(otc ? { otc } : {}),
  };
}
