/** The simulated symbols and their characters: from names that trade hundreds of times a minute to names that hardly trade at all. */
import type { Market } from '../../runtime/bars/market.ts';
import { draw, mixText } from './random.ts';

/** What makes one simulated symbol different from another. */
export interface Character {
  readonly symbol: string;
  readonly seed: number;
  /** Price that it wanders around. */
  readonly price: number;
  /** Price steps per unit of currency: 100 for cents. */
  readonly steps: number;
  /** Relative price change of a typical minute. */
  readonly volatility: number;
  /** Expected trades in a quiet minute of the regular session. */
  readonly trades: number;
  /** Mean size of a trade, in shares, contracts or coins. */
  readonly size: number;
  /** Digits after the point of its volumes; 0 when it trades in whole units only. */
  readonly decimals: number;
  readonly otc: boolean;
}

const KNOWN: Readonly<Record<Market, readonly string[]>> = {
  stocks: [
    'SPY',
    'AAPL',
    'NVDA',
    'TSLA',
    'MSFT',
    'AMZN',
    'QQQ',
    'AMD',
    'META',
    'GOOGL',
    'IWM',
    'PLTR',
    'INTC',
    'BAC',
    'F',
    'AVGO',
    'NFLX',
    'JPM',
    'XOM',
    'BRK.B',
    'T',
    'WFC',
    'DIS',
    'KO',
    'PFE',
    'C',
    'CSCO',
    'ORCL',
    'UBER',
    'WMT',
    'BA',
    'GLD',
    'TLT',
    'V',
    'MA',
    'HD',
    'PG',
    'JNJ',
    'UNH',
    'CVX',
    'ABBV',
    'LLY',
    'CRM',
    'ADBE',
    'PEP',
    'MCD',
    'SHY',
    'TpC',
    'BACpL',
    'BRK.A',
  ],
  crypto: [
    'BTC-USD',
    'ETH-USD',
    'SOL-USD',
    'XRP-USD',
    'DOGE-USD',
    'ADA-USD',
    'AVAX-USD',
    'LINK-USD',
    'LTC-USD',
    'DOT-USD',
  ],
  futures: ['ESZ5', 'NQZ5', 'CLZ5', 'GCZ5', 'ZNZ5', 'YMZ5', 'RTYZ5', 'SIZ5', 'NGZ5', 'ZCZ5'],
};

const SUFFIX: Readonly<Record<Market, string>> = { stocks: '', crypto: '-USD', futures: 'Z5' };

/** That many symbols, most liquid first: well-known names, then made-up ones that start with Z. */
export function symbolNames(market: Market, count: number): string[] {
  return Array.from(
    { length: count },
    (_, rank) => KNOWN[market][rank] ?? `Z${letters(rank)}${SUFFIX[market]}`,
  );
}

/** A list this long spans the whole range from liquid to nearly dead; a shorter one only its liquid part. */
const WHOLE_RANGE = 50;
const BUSIEST = 400;

/** The character of the symbol at that rank (0 is the most liquid) of a list; the last of a long list trades `quietest` times a minute. */
export function characterOf(
  symbol: string,
  market: Market,
  options: { seed: number; rank: number; count: number; quietest: number },
): Character {
  const seed = mixText(options.seed, symbol);
  const share = options.rank / (Math.max(options.count, WHOLE_RANGE) - 1);
  const trades = BUSIEST * (options.quietest / BUSIEST) ** share;
  const of = (purpose: number) => draw(seed, 0, purpose);
  const common = { symbol, seed, trades, volatility: 0.0003 + 0.0012 * of(1) ** 2, otc: false };
  switch (market) {
    case 'stocks': {
      const price = (share < 0.5 ? 20 : 1) * 30 ** of(2);
      const thin = share > 0.9;
      return {
        ...common,
        price,
        steps: 100,
        size: 20 + 180 * of(3),
        decimals: of(4) < 0.3 ? 5 : 0,
        otc: thin && of(5) < 0.3,
      };
    }
    case 'crypto': {
      const price = 0.05 * 2e6 ** of(2);
      return { ...common, price, steps: price > 100 ? 100 : 10_000, size: 400 / price, decimals: 8 };
    }
    case 'futures':
      return { ...common, price: 500 + 5_000 * of(2), steps: 4, size: 1 + 2 * of(3), decimals: 0 };
  }
}

function letters(rank: number): string {
  let text = '';
  for (let rest = rank, place = 0; place < 3 || rest > 0; place++) {
    text = String.fromCharCode(65 + (rest % 26)) + text;
    rest = Math.floor(rest / 26);
  }
  return text;
}
