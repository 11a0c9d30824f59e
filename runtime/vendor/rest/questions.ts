/** How the vendor's REST is asked in each market: where bars and symbols are, how tickers are spelt, what rows look like. */
import { type Market, marketRules } from '../../markets/market.ts';
import { restTicker } from '../ticker-names.ts';
import type { Claim } from './answers.ts';

/** A question: where its first page is, and what the answer has to be about. */
export interface Question extends Pick<Claim, 'ticker' | 'isNamedByRows'> {
  /** Path and query. */
  readonly path: string;
}

export interface BarsAsked {
  /** Length of a bar. @default 1 minute */
  readonly minutes?: number;
  /** Bars that start in `[from, to)`, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Only the latest of them. @default all, the earliest first */
  readonly latest?: boolean;
}

/** Rows a page: the most that the vendor gives. */
const BARS = 50_000;
const TICKERS = 1_000;
const HOUR = 60;

/** The bars of a symbol. */
export function barsQuestion(market: Market, symbol: string, asked: BarsAsked): Question {
  const { minutes = 1, from, to, latest = false } = asked;
  const ticker = restTicker(market, symbol);
  const name = encodeURIComponent(ticker);
  const sort = latest ? 'desc' : 'asc';
  const limit = latest ? 1 : BARS;
  if (market !== 'futures')
    return {
      path: `/v2/aggs/ticker/${name}/range/${minutes}/minute/${from}/${to - 1}?adjusted=false&sort=${sort}&limit=${limit}`,
      ticker,
    };
  const resolution = minutes % HOUR === 0 ? `${minutes / HOUR}hour` : `${minutes}min`;
  const range = `window_start.gte=${nanoseconds(from)}&window_start.lt=${nanoseconds(to)}`;
  return {
    path: `/futures/v1/aggs/${name}?resolution=${resolution}&${range}&limit=${limit}&sort=window_start.${sort}`,
    ticker,
    isNamedByRows: true,
  };
}

const tickersOf = (market: string) => `/v3/reference/tickers?market=${market}&active=true`;

const UNIVERSES: Readonly<Record<Market, string>> = {
  stocks: tickersOf('stocks'),
  crypto: tickersOf('crypto'),
  futures: '/futures/v1/contracts?active=true',
  options: '/v3/reference/options/contracts?expired=false',
  forex: tickersOf('fx'),
  indices: tickersOf('indices'),
};

/** Everything that the market trades; rows have `ticker`, and pairs may have `base_currency_symbol`. */
export function tickersQuestion(market: Market): Question {
  return { path: `${UNIVERSES[market]}&limit=${TICKERS}` };
}

/** A row of bars under the names that it has in most markets: `t o h l c v`, and `vw n otc` where there are. What is never traded has a `v` of 0. */
export function barRow(market: Market, row: unknown): Readonly<Record<string, unknown>> {
  if (!marketRules[market].hasVolume) return { ...Object(row), v: 0 };
  if (market !== 'futures') return Object(row);
  const { window_start, open: o, high: h, low: l, close: c, volume: v, transactions: n } = Object(row);
  return { t: milliseconds(window_start), o, h, l, c, v, ...(n != null && { n }) };
}

/** As text, for no number holds them all. */
function nanoseconds(ms: number): string {
  return `${ms}000000`;
}

/** A full minute's nanoseconds are a multiple of 2048, so that a number holds them exactly. */
function milliseconds(ns: unknown): unknown {
  return typeof ns === 'number' ? ns / 1_000_000 : ns;
}
