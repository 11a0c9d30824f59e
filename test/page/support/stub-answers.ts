/** What the stub answers to a question: the fixed contract of the query API, as far as the page asks. */
import { createHash } from 'node:crypto';
import { MINUTE, rolledTimeframes, type Timeframe } from '../../../runtime/markets/timeframe.ts';
import type { ScriptedMarket } from './scripted-market.ts';
import { newestBars } from './stub-bars.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const TIMEFRAMES: readonly Timeframe[] = ['1m', ...rolledTimeframes];
/** API Gateway's, to a route that it has not. */
const NOT_FOUND = { status: 404, type: 'application/json', body: '{"message":"Not Found"}' };
const SYMBOLS_A_PAGE = 1_000;

/** @throws Refused for questions that the API refuses */
export function answerTo(url: URL, markets: readonly ScriptedMarket[]): Answer {
  try {
    const market = marketOf(url.searchParams.get('feed'), markets);
    switch (url.pathname) {
      case '/v1/bars':
        return ok(bars(url.searchParams, market));
      case '/v1/latest':
        return ok({ latest: latest(symbolsIn(url.searchParams), market), through: market.watermark });
      case '/v1/symbols':
        return ok(symbols(url.searchParams, market));
      case '/v1/sessions':
        return market.sessions === undefined ? NOT_FOUND : ok({ sessions: market.sessions });
      case '/v1/status':
        return ok({ feeds: markets.map(statusOf) });
      default:
        throw new Refused(404, `nothing is at ${url.pathname}`);
    }
  } catch (error) {
    if (error instanceof Refused) return problem(error.status, error.message);
    throw error;
  }
}

export class Refused extends Error {
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

export function problem(status: number, detail: string): Answer {
  const body = JSON.stringify({
    type: 'about:blank',
    title: 'The question cannot be answered',
    status,
    detail,
  });
  return { status, type: 'application/problem+json', body };
}

function ok(value: object): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}

function marketOf(feed: string | null, markets: readonly ScriptedMarket[]): ScriptedMarket {
  const market = feed === null ? markets[0] : markets.find(({ script }) => script.feed === feed);
  if (market === undefined) throw new Refused(404, `feed ${feed} is unknown`);
  return market;
}

function symbolsIn(query: URLSearchParams): string[] {
  const symbols = (query.get('symbols') ?? '').split(',').filter(symbol => symbol !== '');
  if (symbols.length === 0 || symbols.length > 50)
    throw new Refused(400, `symbols names ${symbols.length}: name 1 to 50`);
  return symbols;
}

function bars(query: URLSearchParams, market: ScriptedMarket): object {
  const timeframe = TIMEFRAMES.find(known => known === query.get('timeframe'));
  if (timeframe === undefined)
    throw new Refused(400, `timeframe is ${query.get('timeframe')}: use one of ${TIMEFRAMES.join(', ')}`);
  const asked = symbolsIn(query);
  const [first] = asked;
  if (asked.length === 1 && first !== undefined && !market.script.symbols.includes(first))
    throw new Refused(404, `${first} is unknown: the nearest is ${market.script.symbols[0]}`);
  const { before, question } = cursorIn(query);
  const limit = Number(query.get('limit') ?? 1_000);
  const options = { limit, before, open: query.get('open') === 'true' };
  const found = asked.map(symbol => [symbol, newestBars(market, symbol, timeframe, options)] as const);
  const oldest = Math.min(...found.map(([, { bars }]) => bars.at(-1)?.start ?? before));
  const isAll = found.every(([, each]) => each.isAll);
  return {
    bars: Object.fromEntries(found.map(([symbol, each]) => [symbol, each.bars])),
    gaps: Object.fromEntries(
      found.filter(([, { gaps }]) => gaps.length > 0).map(([symbol, { gaps }]) => [symbol, gaps]),
    ),
    through: market.watermark,
    ...(isAll || asked.length > 1 ? {} : { nextCursor: btoa(JSON.stringify({ before: oldest, question })) }),
  };
}

/** A cursor belongs to its question. */
function cursorIn(query: URLSearchParams): { before: number; question: string } {
  const asked = new URLSearchParams(query);
  asked.delete('cursor');
  const question = createHash('sha1').update(asked.toString()).digest('hex');
  const cursor = query.get('cursor');
  if (cursor === null) return { before: Number.MAX_SAFE_INTEGER, question };
  const read: { before: number; question: string } = JSON.parse(atob(cursor));
  if (read.question !== question) throw new Refused(400, 'cursor belongs to another question');
  return read;
}

function latest(symbols: readonly string[], market: ScriptedMarket): object {
  return Object.fromEntries(
    symbols.map(symbol => {
      const { bars } = newestBars(market, symbol, '1m', { limit: 1, before: market.now, open: true });
      // The close before the day of the newest minute, also when that day is over.
      const today = market.calendar.days.at(bars[0]?.start ?? market.now).start;
      const before = newestBars(market, symbol, '4h', { limit: 1, before: today, open: true });
      const [minute, previous] = [bars[0], before.bars[0]];
      return [
        symbol,
        { ...(minute ? { minute } : {}), ...(previous ? { previousClose: previous.close } : {}), bars: {} },
      ];
    }),
  );
}

function symbols(query: URLSearchParams, market: ScriptedMarket): object {
  const from = Number(query.get('cursor') ?? 0);
  const prefix = query.get('prefix') ?? '';
  const found = market.script.symbols.filter(symbol => symbol.startsWith(prefix));
  const next = from + SYMBOLS_A_PAGE;
  const { begin: first } = market.script;
  return {
    symbols: found.slice(from, next).map(symbol => ({ symbol, first, last: market.watermark })),
    ...(next < found.length ? { nextCursor: String(next) } : {}),
  };
}

function statusOf(market: ScriptedMarket): object {
  const { script, now, watermark, calendar, connection, alarms, blind } = market;
  const session = calendar.sessionAt(now);
  const next = calendar.sessionAt(session.end);
  const minutes = calendar.isOpen(now - 1) ? script.symbols.length : 0;
  const uncovered = blind.reduce((sum, { start, end }) => sum + (end - start) / MINUTE, 0);
  return {
    ...{
      feed: script.feed,
      market: script.market,
      timeZone: calendar.timeZone,
      now,
      watermark,
      connection,
      alarms,
    },
    ...{ isOpen: calendar.isOpen(now), session: session.name },
    ...{ nextChange: session.end, nextSession: next.name },
    lagSeconds: calendar.isOpen(now) ? (now - watermark) / 1_000 : 0,
    ...{ minutesPerMinute: minutes, barsPerMinute: Math.round(minutes * 0.3), symbolsLastMinute: minutes },
    ...{ uncoveredToday: uncovered, quarantinedToday: market.quarantined },
    quiet: { delisted: market.delisted, halted: market.halted },
  };
}
