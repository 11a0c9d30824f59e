/** `/futures/v1`: contracts, products, exchanges, schedules and the state of the market, as the vendor's clients ask for them. */
import { CLOSED } from '../../runtime/markets/calendar.ts';
import type { Page } from './rest-aggregates.ts';
import { type FuturesBarsOptions, futuresBars } from './rest-futures-bars.ts';
import { type ListRow, listPage } from './rest-list.ts';
import { notEntitled, notFound } from './rest-reply.ts';

const VENUE = 'XCME';
const DAY = 86_400_000;
/** Month codes of contracts, January first. */
const MONTHS = 'FGHJKMNQUVXZ';

export interface FuturesOptions extends FuturesBarsOptions {
  /** Event time, epoch ms. */
  readonly now: () => number;
}

/** @param path what follows the version. @throws Refusal */
export function futuresPage(
  [kind = '', ticker = '']: readonly string[],
  query: URLSearchParams,
  options: FuturesOptions,
): Page {
  if (kind === 'aggs' && ticker !== '') return futuresBars(ticker, query, options);
  // The simulated plan has minutes, and neither trades nor quotes.
  if (['trades', 'quotes', 'snapshot'].includes(kind)) throw notEntitled();
  const rows = LISTS[kind]?.(options);
  if (!rows) throw notFound();
  const fields = Object.keys(rows[0] ?? { ticker: '' });
  return listPage(rows, query, { filters: fields, sorts: fields, limit: { usual: 100, most: 1_000 } });
}

const LISTS: Readonly<Record<string, (options: FuturesOptions) => readonly ListRow[]>> = {
  contracts: ({ source, now, calendar }) =>
    source.symbols.map(ticker => {
      const { product_code, last_trade_date } = partsOf(ticker);
      const date = calendar.days.at(now()).date.toString();
      const prices = { trade_tick_size: 0.25, spread_tick_size: 0.25, settlement_tick_size: 0.25 };
      return {
        ...{
          ticker,
          product_code,
          name: `${ticker} (simulated)`,
          trading_venue: VENUE,
          type: 'single',
          active: true,
        },
        ...{
          date,
          first_trade_date: '2020-01-02',
          last_trade_date,
          settlement_date: last_trade_date,
          ...prices,
        },
      };
    }),
  products: ({ source, now, calendar }) =>
    products(source.symbols).map(product_code => ({
      ...{ product_code, name: `${product_code} (simulated)`, type: 'single', trading_venue: VENUE },
      ...{ date: calendar.days.at(now()).date.toString(), trade_currency_code: 'USD' },
    })),
  exchanges: () => [
    {
      id: 1,
      mic: VENUE,
      name: 'Chicago Mercantile Exchange',
      acronym: 'CME',
      type: 'exchange',
      locale: 'us',
    },
  ],
  schedules: ({ source, now, calendar }) => {
    const sessions = calendar.sessionsBetween(now() - DAY, now() + DAY).filter(({ name }) => name !== CLOSED);
    return products(source.symbols).flatMap(product_code =>
      sessions.flatMap(({ start, end }) => {
        const session_end_date = calendar.days.at(end).date.toString();
        const common = { product_code, product_name: product_code, session_end_date, trading_venue: VENUE };
        return [
          { ...common, event: 'open', timestamp: new Date(start).toISOString() },
          { ...common, event: 'close', timestamp: new Date(end).toISOString() },
        ];
      }),
    );
  },
  'market-status': ({ source, now, calendar }) => {
    const { name, end } = calendar.sessionAt(now());
    const session_end_date = calendar.days.at(end).date.toString();
    const [market_event, timestamp] = [name === CLOSED ? 'close' : 'open', new Date(now()).toISOString()];
    return products(source.symbols).map(product_code => ({
      ...{
        product_code,
        name: product_code,
        trading_venue: VENUE,
        session_end_date,
        market_event,
        timestamp,
      },
    }));
  },
};

/** `ESZ5`: the product ES, which expires in December 2025. */
function partsOf(ticker: string): { product_code: string; last_trade_date: string } {
  const [, product_code = ticker, month = 'Z', year = '5'] = /^(.+)([FGHJKMNQUVXZ])(\d)$/.exec(ticker) ?? [];
  const number = `${MONTHS.indexOf(month) + 1}`.padStart(2, '0');
  return { product_code, last_trade_date: `202${year}-${number}-19` };
}

function products(tickers: readonly string[]): string[] {
  return [...new Set(tickers.map(ticker => partsOf(ticker).product_code))];
}
