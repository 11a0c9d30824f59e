/** One simulated symbol's minutes, each a function of (seed, symbol, minute) alone. */
import { decimalFrom } from '../../runtime/bars/decimal.ts';
import { MINUTE } from '../../runtime/bars/timeframe.ts';
import { curve, draw } from './random.ts';
import type { VendorMinute } from './source.ts';
import type { Character } from './universe.ts';

/** Swings of the price, in minutes: weeks to a minute; each as strong as a random walk makes it. */
const SWINGS = [7_200, 1_440, 390, 97, 23, 7, 2];
const SWING_STRENGTHS = SWINGS.map(Math.sqrt);
/** One minute in so many has a bar without volume. */
const VOLUME_FREE = 2_000;

const FOR = {
  whether: 10,
  trades: 11,
  size: 12,
  reach: 13,
  dip: 14,
  average: 15,
  volumeFree: 16,
  revision: 20,
};

/** The symbol's minute as first sent; `activity` scales how much it trades, 1 in a quiet regular minute. Undefined without a trade. */
export function minuteOf(character: Character, start: number, activity: number): VendorMinute | undefined {
  const place = start / MINUTE;
  const chance = (purpose: number) => draw(character.seed, place, purpose);
  const expected = character.trades * activity;
  if (chance(FOR.whether) >= 1 - Math.exp(-expected)) return undefined;
  const open = priceAt(character, place);
  if (chance(FOR.volumeFree) * VOLUME_FREE < 1) {
    return make(character, {
      start,
      open,
      high: open,
      low: open,
      close: open,
      average: 0,
      units: 0,
      trades: 0,
    });
  }
  const close = priceAt(character, place + 1);
  const reach = character.price * character.volatility;
  const trades = Math.max(1, Math.round(expected * (0.5 + chance(FOR.trades))));
  const size = character.size * (0.5 + chance(FOR.size));
  return make(character, {
    start,
    open,
    close,
    high: Math.max(open, close) + reach * chance(FOR.reach) ** 2,
    low: Math.min(open, close) - reach * chance(FOR.dip) ** 2,
    average: chance(FOR.average),
    units: Math.max(1, Math.round(trades * size * 10 ** character.decimals)),
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

function priceAt(character: Character, place: number): number {
  let swing = 0;
  for (let n = 0; n < SWINGS.length; n++) {
    swing += (SWING_STRENGTHS[n] ?? 0) * curve(character.seed + n, place / (SWINGS[n] ?? 1));
  }
  return character.price * Math.exp(character.volatility * swing);
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
  const { steps, symbol, decimals, otc } = character;
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
    volume: decimalFrom(draft.units, decimals),
    vwap: Math.round((low + (high - low) * draft.average) * 10_000) / 10_000,
    trades: draft.trades,
    ...(otc ? { otc } : {}),
  };
}
