/** `/futures/v1/aggs`: bars in the futures' own layout, by resolution and window start. */
import type { Calendar } from '../../runtime/markets/calendar.ts';
import { isDate } from '../../runtime/markets/dates.ts';
import type { Aggregates, AggregatesOptions, Page } from './rest-aggregates.ts';
import { badRequest, decodeCursor, encodeCursor, nextRequestId, wholeParameter } from './rest-reply.ts';
import { fold, type Span, spanner } from './rest-windows.ts';

const DEFAULT_LIMIT = 1_000;
const HIGHEST_LIMIT = 50_000;
/** Before everything that there is, and after it. */
const [BEGINNING, END] = [0, 4_102_444_800_000];

export interface FuturesBarsOptions extends Pick<AggregatesOptions, 'calendar' | 'source' | 'status'> {
  readonly aggregates: Pick<Aggregates, 'read'>;
}

/** @throws Refusal 400 */
export function futuresBars(ticker: string, query: URLSearchParams, options: FuturesBarsOptions): Page {
  const { calendar, source, status, aggregates } = options;
  const cursor = query.get('cursor');
  const given = cursor === null ? query : decodeCursor(cursor);
  const limit = wholeParameter(given, 'limit', DEFAULT_LIMIT, HIGHEST_LIMIT);
  const { from, to } = rangeIn(given, calendar);
  const sort = sortIn(given, from === BEGINNING ? 'desc' : 'asc');
  const resolution = given.get('resolution') ?? '1min';
  const spanOf = spansOf(resolution, calendar);
  const at = given.get('at');
  const range = { from, to, ...(at !== null && { [sort === 'asc' ? 'from' : 'to']: Number(at) }) };
  const symbol = source.has(ticker) ? ticker : '';
  const { groups, rest } = aggregates.read(symbol, range, { spanOf, limit, reading: sort });
  const results = groups.map(({ span: { start }, minutes }) => {
    const {
      o: open,
      h: high,
      l: low,
      c: close,
      v: volume,
      vw = close,
      n: transactions = 0,
    } = fold(start, minutes);
    return {
      ...{ ticker, open, high, low, close, volume, transactions },
      dollar_volume: Math.round(volume * vw * 100) / 100,
      window_start: start * 1e6,
      session_end_date: calendar.days.at(calendar.sessionAt(start).end).date.toString(),
    };
  });
  const next = { resolution, limit: `${limit}`, sort: `window_start.${sort}`, from: `${from}`, to: `${to}` };
  return {
    body: { results, status, request_id: nextRequestId() },
    cursor: rest === undefined ? undefined : encodeCursor({ ...next, at: `${rest}` }),
  };
}

/** `[from, to)` in epoch ms, of what the filters of `window_start` leave. */
function rangeIn(query: URLSearchParams, calendar: Calendar): { from: number; to: number } {
  const bounds = (suffix: string, offset: number) => {
    const text = query.get(`window_start${suffix}`);
    return text === null ? [] : [instantOf(text, calendar) + offset];
  };
  const known = (name: string) => (query.has(name) ? [Number(query.get(name))] : []);
  return {
    from: Math.max(BEGINNING, ...bounds('', 0), ...bounds('.gte', 0), ...bounds('.gt', 1), ...known('from')),
    to: Math.min(END, ...bounds('', 1), ...bounds('.lte', 1), ...bounds('.lt', 0), ...known('to')),
  };
}

/** A date of the exchange, or nanoseconds. */
function instantOf(text: string, calendar: Calendar): number {
  if (/^\d{16,20}$/.test(text)) return Number(text.slice(0, -6));
  const date = isDate(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return calendar.days.numbered(date / 86_400_000).start;
  throw badRequest(`window_start is '${text}': use YYYY-MM-DD or nanoseconds since 1970`);
}

function sortIn(query: URLSearchParams, usual: 'asc' | 'desc'): 'asc' | 'desc' {
  const text = query.get('sort') ?? `window_start.${usual}`;
  if (text === 'window_start.asc') return 'asc';
  if (text === 'window_start.desc') return 'desc';
  throw badRequest(`sort is '${text}': use window_start.asc or window_start.desc`);
}

function spansOf(resolution: string, calendar: Calendar): (ms: number) => Span {
  const [, multiplier = '', unit] = /^(\d+)(min|hour|session)$/.exec(resolution) ?? [];
  if (unit === 'session' && multiplier === '1') return ms => calendar.sessionAt(ms);
  if (unit === 'hour' || (unit === 'min' && Number(multiplier) < 60))
    return spanner(calendar, { multiplier, timespan: unit === 'min' ? 'minute' : unit, from: BEGINNING });
  throw badRequest(`resolution is '${resolution}': use 1min to 59min, 1hour or 1session`);
}
