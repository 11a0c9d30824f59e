/** Names that everybody knows, with their levels of late 2025, so that a simulated market looks like one. */
import type { Market } from '../../runtime/markets/market.ts';

export interface KnownSymbol {
  readonly symbol: string;
  readonly price: number;
  /** Of an ordinary day, in shares, coins or contracts. */
  readonly dayVolume: number;
  /** Relative price change of an average minute, in basis points. */
  readonly swing: number;
  /** Correlation with the market's index, -1 to 1. */
  readonly together: number;
  /** Price steps per unit of currency, where they are not those of the market. */
  readonly steps?: number;
}

type Row = readonly [
  symbol: string,
  price: number,
  dayVolume: number,
  swing: number,
  together: number,
  steps?: number,
];

/** The most liquid first. */
const TABLE: Readonly<Record<Market, readonly Row[]>> = {
  stocks: [
    ['SPY', 660, 75e6, 2.6, 0.98],
    ['AAPL', 270, 50e6, 4.5, 0.6],
    ['NVDA', 185, 190e6, 7, 0.65],
    ['TSLA', 420, 85e6, 9, 0.5],
    ['MSFT', 500, 22e6, 4.2, 0.6],
    ['AMZN', 230, 45e6, 5.5, 0.6],
    ['QQQ', 600, 55e6, 3.4, 0.95],
    ['AMD', 230, 50e6, 9, 0.55],
    ['META', 610, 17e6, 6, 0.55],
    ['GOOGL', 285, 33e6, 5.5, 0.55],
    ['IWM', 240, 35e6, 4, 0.85],
    ['PLTR', 175, 60e6, 11, 0.5],
    ['INTC', 36, 90e6, 9, 0.4],
    ['BAC', 52, 38e6, 5, 0.5],
    ['F', 13, 60e6, 6, 0.4],
    ['AVGO', 350, 22e6, 8, 0.6],
    ['NFLX', 110, 40e6, 5.5, 0.4],
    ['JPM', 305, 9e6, 4.5, 0.55],
    ['XOM', 118, 15e6, 4.2, 0.3],
    ['BRK.B', 500, 4.5e6, 3, 0.5],
    ['T', 25.5, 40e6, 4, 0.25],
    ['WFC', 84, 15e6, 5, 0.5],
    ['DIS', 105, 9e6, 4.5, 0.45],
    ['KO', 71, 16e6, 3, 0.25],
    ['PFE', 25, 45e6, 4.5, 0.3],
    ['C', 100, 14e6, 5.5, 0.55],
    ['CSCO', 77, 22e6, 4.2, 0.45],
    ['ORCL', 220, 25e6, 9, 0.45],
    ['UBER', 92, 18e6, 6, 0.4],
    ['WMT', 102, 17e6, 3.6, 0.3],
    ['BA', 190, 8e6, 6, 0.4],
    ['GLD', 375, 12e6, 3, 0],
    ['TLT', 89, 32e6, 2.2, -0.15],
    ['V', 330, 6e6, 3.8, 0.5],
    ['MA', 540, 2.8e6, 3.8, 0.5],
    ['HD', 350, 4e6, 4.2, 0.45],
    ['PG', 147, 8e6, 3.2, 0.25],
    ['JNJ', 200, 8e6, 3.3, 0.25],
    ['UNH', 320, 8e6, 7, 0.3],
    ['CVX', 153, 8e6, 4.3, 0.3],
    ['ABBV', 232, 6e6, 4.2, 0.25],
    ['LLY', 1020, 3.5e6, 6, 0.3],
    ['CRM', 238, 8e6, 6, 0.5],
    ['ADBE', 330, 4e6, 5.5, 0.45],
    ['PEP', 145, 8e6, 3.5, 0.25],
    ['MCD', 305, 3e6, 3.5, 0.3],
    ['SHY', 83, 5e6, 0.4, -0.1],
    ['TpC', 18.5, 1e5, 3, 0.1],
    ['BACpL', 1250, 9e3, 2, 0.1],
    ['BRK.A', 750000, 400, 3, 0.5],
  ],
  crypto: [
    ['BTC-USD', 90000, 9e3, 4, 0.95],
    ['ETH-USD', 3000, 120e3, 6, 0.85],
    ['SOL-USD', 140, 1.5e6, 7, 0.8],
    ['XRP-USD', 2.2, 80e6, 7, 0.7],
    ['DOGE-USD', 0.16, 500e6, 8, 0.7],
    ['ADA-USD', 0.47, 60e6, 8, 0.7],
    ['AVAX-USD', 14.5, 1.5e6, 8, 0.7],
    ['LINK-USD', 14, 2e6, 8, 0.7],
    ['LTC-USD', 90, 300e3, 7, 0.6],
    ['DOT-USD', 2.6, 4e6, 8, 0.7],
  ],
  futures: [
    ['ESZ5', 6700, 1.5e6, 2.5, 0.98],
    ['NQZ5', 24500, 600e3, 3.4, 0.95],
    ['CLZ5', 58, 300e3, 5, 0.2, 100],
    ['GCZ5', 4100, 250e3, 3.6, 0, 10],
    ['ZNZ5', 112.75, 1.5e6, 0.9, -0.2, 64],
    ['YMZ5', 46000, 120e3, 2.3, 0.93, 1],
    ['RTYZ5', 2400, 150e3, 4, 0.85, 10],
    ['SIZ5', 50, 90e3, 6, 0.1, 200],
    ['NGZ5', 4.5, 180e3, 10, 0, 1000],
    ['ZCZ5', 435, 150e3, 4, 0],
  ],
  options: [
    ['O:SPY251219C00650000', 21.5, 40e3, 30, 0.95],
    ['O:SPY251219P00650000', 11.2, 50e3, 35, -0.95],
    ['O:AAPL251219C00270000', 8.1, 25e3, 45, 0.6],
    ['O:NVDA251219C00185000', 9.4, 60e3, 60, 0.6],
    ['O:TSLA251219P00400000', 18.3, 20e3, 55, -0.5],
    ['O:SPXW251219C06650000', 95, 8e3, 30, 0.95],
    ['O:BRK.B251219C00500000', 12.4, 500, 30, 0.5],
  ],
  forex: [
    ['EUR/USD', 1.152, 60e3, 0.4, -0.3],
    ['USD/JPY', 157.4, 70e3, 0.5, 0.3],
    ['GBP/USD', 1.307, 55e3, 0.5, -0.2],
    ['USD/CHF', 0.806, 40e3, 0.5, 0.2],
    ['AUD/USD', 0.645, 40e3, 0.6, 0.2],
    ['USD/CAD', 1.409, 40e3, 0.4, 0],
    ['EUR/GBP', 0.881, 30e3, 0.3, 0],
    ['XAU/USD', 4075, 90e3, 1.2, -0.1, 100],
  ],
  indices: [
    ['I:SPX', 6600, 5e3, 2.6, 0.98],
    ['I:NDX', 24300, 5e3, 3.4, 0.95],
    ['I:VIX', 22.5, 4e3, 40, -0.8],
    ['I:DJI', 46100, 5e3, 2.3, 0.93],
    ['I:RUT', 2370, 5e3, 3.6, 0.85],
    ['I:COMP', 22500, 5e3, 3.3, 0.95],
  ],
};

function known(rows: readonly Row[]): readonly KnownSymbol[] {
  return rows.map(([symbol, price, dayVolume, swing, together, steps]) => ({
    ...{ symbol, price, dayVolume, swing, together },
    ...(steps === undefined ? {} : { steps }),
  }));
}

export const knownSymbols: Readonly<Record<Market, readonly KnownSymbol[]>> = {
  stocks: known(TABLE.stocks),
  crypto: known(TABLE.crypto),
  futures: known(TABLE.futures),
  options: known(TABLE.options),
  forex: known(TABLE.forex),
  indices: known(TABLE.indices),
};
