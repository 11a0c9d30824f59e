/** The simulated symbols and their characters: from names that trade thousands of times a minute to names that hardly trade at all. */
import { type Market, marketRules } from '../../runtime/markets/market.ts';
import { type KnownSymbol, knownSymbols } from './known-symbols.ts';
import { draw, mixText } from './random.ts';

/** What makes one simulated symbol different from another. */
export interface Character {
  readonly symbol: string;
  readonly seed: number;
  /** Price that it wanders around. */
  readonly price: number;
  /** Price steps per unit of currency: 100 for cents. */
  readonly steps: number;
  /** Relative price change of an average minute. */
  readonly volatility: number;
  /** Its correlation with the market's index, -1 to 1. */
  readonly together: number;
  /** Expected trades in an average minute of the main session. */
  readonly trades: number;
  /** Mean size of a trade, in shares, contracts or coins. */
  readonly size: number;
  /** Digits after the point of its volumes; 0 when it trades in whole units only. */
  readonly decimals: number;
  readonly otc: boolean;
  /** Currencies have none. */
  readonly hasVwap: boolean;
  /** Indices have none. */
  readonly hasVolume: boolean;
}

/** Where a symbol stands in a list: 0 is the most liquid of `count`; the last of a long list trades `quietest` times a minute. */
export interface Place {
  readonly seed: number;
  readonly rank: number;
  readonly count: number;
  readonly quietest: number;
}

const MADE_UP: Readonly<Record<Market, (rank: number) => string>> = {
  stocks: rank => `Z${letters(rank)}`,
  crypto: rank => `Z${letters(rank)}-USD`,
  futures: rank => `Z${letters(rank)}Z5`,
  options: rank => `O:Z${letters(rank)}251219C00100000`,
  forex: rank => `Z${letters(rank)}/USD`,
  indices: rank => `I:Z${letters(rank)}`,
};

/** That many symbols, most liquid first: well-known names, then made-up ones that start with Z. */
export function symbolNames(market: Market, count: number): string[] {
  return Array.from(
    { length: count },
    (_, rank) => knownSymbols[market][rank]?.symbol ?? MADE_UP[market](rank),
  );
}

/** A list this long spans the whole range from liquid to nearly dead; a shorter one only its liquid part. */
const WHOLE_RANGE = 50;
/** Trades a minute of the busiest name that everybody knows, and of the busiest that is made up. */
const MOST_TRADES = 2_500;
const BUSIEST = 400;
/** Minutes over which a day's volume spreads. */
const DAY_MINUTES: Readonly<Record<Market, number>> = {
  stocks: 390,
  crypto: 1_440,
  futures: 600,
  options: 390,
  forex: 1_440,
  indices: 390,
};
/** A trade is usually not larger than this, in units and in currency. */
const TRADE: Readonly<Record<Market, { units: number; money: number }>> = {
  stocks: { units: 100, money: 20_000 },
  crypto: { units: Number.POSITIVE_INFINITY, money: 1_000 },
  futures: { units: 2, money: Number.POSITIVE_INFINITY },
  options: { units: 5, money: Number.POSITIVE_INFINITY },
  // What counts is how often the price is set anew.
  forex: { units: 1, money: Number.POSITIVE_INFINITY },
  indices: { units: 1, money: Number.POSITIVE_INFINITY },
};

export function characterOf(symbol: string, market: Market, place: Place): Character {
  const seed = mixText(place.seed, symbol);
  const known = knownSymbols[market].find(each => each.symbol === symbol);
  const of = (purpose: number) => draw(seed, 0, purpose);
  const { steps, decimals } = formOf(market, (known ?? madeUp(market, place, of)).price, of);
  const { hasVolume } = marketRules[market];
  const hasVwap = hasVolume && market !== 'forex';
  const common = { symbol, seed, decimals, steps: known?.steps ?? steps, hasVolume, hasVwap };
  if (known) return { ...common, ...characterOfKnown(known, market, place), otc: false };
  const { price, ...rest } = madeUp(market, place, of);
  const size = usualSize(market, price) * (0.2 + 1.6 * of(3));
  const isThin = shareOf(place) > 0.9;
  return { ...common, price, ...rest, size, otc: market === 'stocks' && isThin && of(5) < 0.3 };
}

function characterOfKnown(
  { price, dayVolume, swing, together }: KnownSymbol,
  market: Market,
  { quietest }: Place,
) {
  const perMinute = dayVolume / DAY_MINUTES[market];
  const usual = perMinute / usualSize(market, price);
  const size = perMinute / Math.min(MOST_TRADES, usual);
  const trades = Math.max(quietest, Math.min(MOST_TRADES, usual));
  return { price, volatility: swing / 10_000, together, trades, size };
}

/** The thinner a name is, the more it jumps. */
function madeUp(market: Market, place: Place, of: (purpose: number) => number) {
  const share = shareOf(place);
  const trades = BUSIEST * (place.quietest / BUSIEST) ** share;
  const price = {
    stocks: (share < 0.5 ? 10 : 1) * 40 ** of(2),
    crypto: 0.01 * 1e4 ** of(2),
    futures: 100 + 5_000 * of(2),
    options: 0.1 * 400 ** of(2),
    forex: 0.01 * 1e4 ** of(2),
    indices: 100 + 5_000 * of(2),
  };
  return {
    price: price[market],
    trades,
    volatility: 0.0004 + 0.0008 * of(1) ** 2 + 0.0012 * share,
    together: 0.15 + 0.5 * of(6),
  };
}

/** How its prices and volumes are written. */
function formOf(market: Market, price: number, of: (purpose: number) => number) {
  switch (market) {
    case 'stocks':
      // Below a dollar prices have four digits.
      return { steps: price < 1 ? 10_000 : 100, decimals: of(4) < 0.3 ? 5 : 0 };
    case 'crypto':
      if (price > 100) return { steps: 100, decimals: 8 };
      return price > 1 ? { steps: 10_000, decimals: 4 } : { steps: 1_000_000, decimals: 2 };
    case 'futures':
      return { steps: 4, decimals: 0 };
    case 'forex':
      return { steps: price > 20 ? 1_000 : 100_000, decimals: 0 };
    case 'options':
    case 'indices':
      return { steps: 100, decimals: 0 };
  }
}

function usualSize(market: Market, price: number): number {
  const { units, money } = TRADE[market];
  const size = Math.min(units, money / price);
  return market === 'crypto' ? size : Math.max(1, size);
}

function shareOf({ rank, count }: Place): number {
  return rank / (Math.max(count, WHOLE_RANGE) - 1);
}

function letters(rank: number): string {
  let text = '';
  for (let rest = rank, place = 0; place < 3 || rest > 0; place++) {
    text = String.fromCharCode(65 + (rest % 26)) + text;
    rest = Math.floor(rest / 26);
  }
  return text;
}
