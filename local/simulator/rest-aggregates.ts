/** `/v2/aggs`: bars of minutes, hours and days, in pages whose limit counts minutes, not bars. */
import type { Calendar } from '../../runtime/markets/calendar.ts';
import { isDate } from '../../runtime/markets/dates.ts';
import { type Market, marketRules } from '../../runtime/markets/market.ts';
import { badRequest, decodeCursor, encodeCursor, nextRequestId, wholeParameter } from './rest-reply.ts';
import { type AggregateBar, fold, type Span, spanner } from './rest-windows.ts';
import type { Source, VendorMinute } from './source.ts';

const DEFAULT_LIMIT = 5_000;
const HIGHEST_LIMIT = 50_000;
/** As far back as this data goes. */
const HISTORY = 2 * 366 * 86_400_000;

export interface AggregatesOptions {
  readonly market: Market;
  readonly calendar: Calendar;
  readonly source: Source;
  /** The minute whose burst is the last one known. */
  readonly through: () => number;
  /** Of the replies: real time or not. */
  readonly status: 'OK' | 'DELAYED';
}

/** One page of an answer. */
export interface Page {
  readonly body: Readonly<Record<string, unknown>>;
  /** Where the next page begins; undefined on the last. */
  readonly cursor: string | undefined;
}

export class Aggregates {
  readonly #options: AggregatesOptions;

  constructor(options: AggregatesOptions) {
    this.#options = options;
  }

  /**
   * One page of `/v2/aggs/ticker/{ticker}/range/{multiplier}/{timespan}/{from}/{to}`.
   * @param backwards serves the last page first, each page still in the order asked for
   * @throws Refusal 400
   */
  page(path: readonly string[], query: URLSearchParams, { backwards = false } = {}): Page {
    const [ticker = '', multiplier = '', timespan = '', fromText = '', toText = ''] = path;
    const cursor = query.get('cursor');
    const given = cursor === null ? query : decodeCursor(cursor);
    const limit = wholeParameter(given, 'limit', DEFAULT_LIMIT, HIGHEST_LIMIT);
    const sort = given.get('sort') ?? 'asc';
    if (sort !== 'asc' && sort !== 'desc') throw badRequest(`sort is '${sort}': use asc or desc`);
    const adjusted = (given.get('adjusted') ?? 'true') !== 'false';
    const reading = given.get('reading') ?? (backwards === (sort === 'asc') ? 'desc' : 'asc');
    const from = this.#instant('from', fromText, false);
    const spanOf = spanner(this.#options.calendar, { multiplier, timespan, from });
    const range = { from: spanOf(from).start, to: this.#instant('to', toText, true) };
    const at = given.get('at');
    if (at !== null) range[reading === 'asc' ? 'from' : 'to'] = Number(at);

    const { groups, base, rest } = this.read(this.#served(ticker), range, { spanOf, limit, reading });
    const results = groups.map(({ span, minutes }) => this.#bar(span, minutes));
    if (reading === 'desc') results.reverse();
    if (sort === 'desc') results.reverse();
    const next =
      rest === undefined
        ? undefined
        : encodeCursor({ limit: `${limit}`, sort, adjusted: `${adjusted}`, reading, at: `${rest}` });
    return { body: this.#body(ticker, { adjusted, base, results }), cursor: next };
  }

  /** `/v2/aggs/ticker/{ticker}/prev`: the last whole day before today that has trades. */
  previous(ticker: string): Page {
    const { calendar } = this.#options;
    const today = calendar.days.at(this.#options.through()).start;
    const spanOf = spanner(calendar, { multiplier: '1', timespan: 'day', from: today });
    const range = { from: today - HISTORY, to: today };
    const { groups } = this.read(this.#served(ticker), range, { spanOf, limit: 1, reading: 'desc' });
    const results = groups.map(({ span, minutes }) => ({ T: ticker, ...this.#bar(span, minutes) }));
    return { body: this.#body(ticker, { adjusted: true, base: results.length, results }), cursor: undefined };
  }

  /** `/v2/aggs/grouped/…/{date}`: the day of every ticker that traded. @throws Refusal 400 */
  grouped(date: string) {
    const { calendar, source, status } = this.#options;
    const day = { from: this.#instant('date', date, false), to: this.#instant('date', date, true) };
    const spanOf = spanner(calendar, { multiplier: '1', timespan: 'day', from: day.from });
    const results = source.symbols.flatMap(symbol => {
      const [group] = this.read(symbol, day, { spanOf, limit: 1, reading: 'asc' }).groups;
      return group ? [{ T: symbol, ...this.#bar(group.span, group.minutes) }] : [];
    });
    const counts = { queryCount: results.length, resultsCount: results.length, adjusted: true };
    return { ...counts, ...(results.length > 0 && { results }), status, request_id: nextRequestId() };
  }

  /** What is never traded has no volume. */
  #bar({ start }: Span, minutes: readonly VendorMinute[]) {
    const { v, ...bar } = fold(start, minutes);
    return marketRules[this.#options.market].hasVolume ? { v, ...bar } : bar;
  }

  /** REST writes `X:BTCUSD` where the socket writes `BTC-USD`, and `C:EURUSD` for `EUR/USD`; both are taken. */
  symbolOf(ticker: string): string {
    const { market, source } = this.#options;
    if (source.has(ticker)) return ticker;
    return source.symbols.find(symbol => restTicker(market, symbol) === ticker) ?? ticker;
  }

  /** Futures have paths of their own: here they are as unknown as any ticker that does not exist. */
  #served(ticker: string): string {
    return this.#options.market === 'futures' ? '' : this.symbolOf(ticker);
  }

  #body(
    ticker: string,
    {
      adjusted,
      base,
      results,
    }: { adjusted: boolean; base: number; results: readonly Partial<AggregateBar>[] },
  ) {
    return {
      ticker,
      queryCount: base,
      resultsCount: results.length,
      adjusted,
      ...(results.length > 0 ? { results } : {}),
      status: this.#options.status,
      request_id: nextRequestId(),
    };
  }

  /** Whole bars from one end of the range until their minutes reach the limit, and where the next page would begin. */
  read(
    symbol: string,
    range: { from: number; to: number },
    { spanOf, limit, reading }: { spanOf: (ms: number) => Span; limit: number; reading: string },
  ) {
    const groups: { span: Span; minutes: VendorMinute[] }[] = [];
    let base = 0;
    for (const minute of this.#minutes(symbol, range, reading === 'desc')) {
      const last = groups.at(-1);
      if (last && minute.start >= last.span.start && minute.start < last.span.end) {
        last.minutes.push(minute);
        base++;
        continue;
      }
      if (last && base >= limit)
        return { groups, base, rest: reading === 'asc' ? last.span.end : last.span.start };
      groups.push({ span: spanOf(minute.start), minutes: [minute] });
      base++;
    }
    return { groups, base, rest: undefined };
  }

  /** Read day by day, so that a page costs what it holds and not what the range holds. */
  *#minutes(
    symbol: string,
    range: { from: number; to: number },
    descending: boolean,
  ): Iterable<VendorMinute> {
    const { calendar, source, through } = this.#options;
    const known = through();
    const from = Math.max(range.from, known - HISTORY);
    const to = Math.min(range.to, known + 1);
    if (from >= to) return;
    const first = calendar.days.at(from).number;
    const last = calendar.days.at(to - 1).number;
    for (let n = first; n <= last; n++) {
      const day = calendar.days.numbered(descending ? last - (n - first) : n);
      const bars = source.history(symbol, Math.max(from, day.start), Math.min(to, day.end), known);
      yield* descending ? bars.toReversed() : bars;
    }
  }

  /** A date of the market's time zone, or epoch ms; an end is inclusive. */
  #instant(name: string, text: string, isEnd: boolean): number {
    if (/^\d{9,14}$/.test(text)) return Number(text) + (isEnd ? 1 : 0);
    if (!isDate(text)) throw badRequest(`${name} is '${text}': use YYYY-MM-DD or milliseconds since 1970`);
    const day = this.#options.calendar.days.numbered(Date.parse(text) / 86_400_000);
    return isEnd ? day.end : day.start;
  }
}

/** A symbol as REST spells it: what a file has in it that is no pair it knows by its own name. */
export function restTicker(market: Market, symbol: string): string {
  if (market === 'forex' && symbol.includes('/')) return `C:${symbol.replace('/', '')}`;
  return market === 'crypto' && symbol.includes('-') ? `X:${symbol.replace('-', '')}` : symbol;
}
