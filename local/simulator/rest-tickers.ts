/** `/v3/reference/tickers` and `/v3/reference/options/contracts`: every ticker of the simulated market, as the vendor's clients ask for them. */
import type { Market } from '../../runtime/markets/market.ts';
import { restTicker } from './rest-aggregates.ts';
import { type ListRow, listPage } from './rest-list.ts';
import { badRequest } from './rest-reply.ts';
import type { Source } from './source.ts';

const MARKETS = ['stocks', 'crypto', 'fx', 'otc', 'indices'];
/** Where the vendor's lists call a market otherwise. */
const NAMES: Readonly<Partial<Record<Market, string>>> = { forex: 'fx' };
const OPTIONS = {
  filters: ['ticker', 'market', 'type', 'active', 'primary_exchange', 'cik'],
  sorts: [
    'ticker',
    'name',
    'market',
    'locale',
    'primary_exchange',
    'type',
    'currency_name',
    'last_updated_utc',
  ],
  searched: ['ticker', 'name'],
  limit: { usual: 100, most: 1_000 },
};

/** Futures and options are none of them: they have contracts. @throws Refusal 400 */
export function tickers(market: Market, source: Source, query: URLSearchParams) {
  const asked = query.get('market') ?? MARKETS[0] ?? '';
  if (!MARKETS.includes(asked)) throw badRequest(`market is '${asked}': use one of ${MARKETS.join(', ')}`);
  const given = new URLSearchParams(query);
  if (!given.has('cursor')) {
    if (!given.has('active')) given.set('active', 'true');
    // The parameter has another name than the field.
    const exchange = given.get('exchange');
    if (exchange !== null) given.set('primary_exchange', exchange);
  }
  const rows =
    market === 'futures' || market === 'options'
      ? []
      : source.symbols.map(symbol => row(market, symbol, source));
  return listPage(rows, given, OPTIONS);
}

/** Contracts of options. @throws Refusal 400 */
export function contracts(market: Market, source: Source, query: URLSearchParams) {
  const rows = market === 'options' ? source.symbols.map(contract) : [];
  const filters = ['ticker', 'underlying_ticker', 'contract_type', 'expiration_date', 'strike_price'];
  const given = new URLSearchParams(query);
  given.delete('expired');
  return listPage(rows, given, { ...OPTIONS, filters, sorts: filters, searched: [] });
}

function contract(ticker: string): ListRow {
  const [, underlying = '', date = '', type, strike] = /^O:(.+)(\d{6})([CP])(\d{8})$/.exec(ticker) ?? [];
  return {
    ...{ ticker, underlying_ticker: underlying, contract_type: type === 'P' ? 'put' : 'call' },
    expiration_date: `20${date.replace(/(..)(..)(..)/, '$1-$2-$3')}`,
    ...{ strike_price: Number(strike) / 1_000, exercise_style: 'american', shares_per_contract: 100 },
    ...{ primary_exchange: 'BATO', cfi: type === 'P' ? 'OPASPS' : 'OCASPS' },
  };
}

function row(market: Market, symbol: string, source: Source): ListRow {
  const ticker = restTicker(market, symbol);
  const common = { ticker, name: `${ticker} (simulated)`, market: NAMES[market] ?? market, active: true };
  if (market === 'indices') return { ...common, locale: 'us' };
  if (market === 'stocks') {
    const isFund = symbol === source.symbols[0];
    const type = isFund ? 'ETF' : 'CS';
    return { ...common, locale: 'us', type, primary_exchange: 'XNAS', currency_name: 'usd' };
  }
  const [base = symbol, quote = 'USD'] = symbol.split(/[-/]/);
  return {
    ...common,
    locale: 'global',
    currency_name: quote.toLowerCase(),
    ...{ currency_symbol: quote, base_currency_symbol: base, base_currency_name: base },
  };
}
