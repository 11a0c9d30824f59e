/** A vendor's REST that lags behind its own socket and lies, over real HTTP. It shares no code with the simulated vendor. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

type Json = Readonly<Record<string, unknown>>;

/** One minute of one ticker, as every layout of rows can be made from it. */
export interface Traded {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const DEFAULT: Traded = { open: 10, high: 12, low: 9, close: 11, volume: 100 };
const MINUTE = 60_000;
const PAGE = 50_000;

/** Answers with status 200 that prove nothing, each made of the true one. */
export const lies = {
  'an error': () => ({ status: 'ERROR', request_id: '1', error: 'internal' }),
  'not found': () => ({ status: 'NOT_FOUND', request_id: '1', message: 'Data not found.' }),
  'an empty object': () => ({}),
  'an empty array': () => [],
  nothing: () => null,
  'another ticker': (truth: Json) => ({ ...truth, ticker: 'OTHER', results: renamed(truth['results']) }),
  'no ticker': (truth: Json) => ({
    ...truth,
    ticker: undefined,
    results: renamed(truth['results'], undefined),
  }),
  'more rows than it has': (truth: Json) => ({ ...truth, resultsCount: lengthOf(truth) + 1 }),
  'fewer rows than it has': (truth: Json) => ({ ...truth, resultsCount: lengthOf(truth) - 1 }),
  'no rows and no word on it': (truth: Json) => ({ ...truth, results: undefined, resultsCount: undefined }),
  'rows that are no array': (truth: Json) => ({ ...truth, results: { 0: 'row' } }),
  'a status of another kind': (truth: Json) => ({ ...truth, status: 'PARTIAL' }),
} satisfies Readonly<Record<string, (truth: Json) => unknown>>;

export type Lie = keyof typeof lies;

export class HostileRest implements AsyncDisposable {
  /** How far (ms) it is behind: a minute is known once it has been over for so long. */
  lag = 0;
  /** What becomes of the answers to paths that contain the text; the first that fits. @default all are true */
  readonly liesAbout = new Map<string, Lie | ((truth: Json) => unknown)>();
  /** What every answer says of itself. */
  status = 'OK';
  /** Shown as the vendor's own clock. @default the machine's */
  date: (() => number) | undefined;
  /** Tickers of the list, in the order that they are listed. */
  readonly listed: string[] = [];
  /** Path and query of every request. */
  readonly asked: string[] = [];
  readonly #traded = new Map<string, Map<number, Traded & Json>>();
  readonly #server: Server;
  readonly #now: () => number;

  private constructor(server: Server, now: () => number) {
    this.#server = server;
    this.#now = now;
  }

  /** @param now event time, epoch ms */
  static async start(now: () => number): Promise<HostileRest> {
    const server = createServer();
    const rest = new HostileRest(server, now);
    server.on('request', (request, response) => rest.#answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return rest;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The ticker trades in these minutes (starts). @param changes fields of the rows, in the words of `Traded` or of the wire */
  trade(ticker: string, minutes: readonly number[], changes: Json = {}): void {
    const known = this.#traded.get(ticker) ?? new Map();
    for (const minute of minutes) known.set(minute, { ...DEFAULT, ...changes });
    this.#traded.set(ticker, known);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.asked.push(`${url.pathname}${url.search}`);
    const truth = this.#truth(url);
    const lie = [...this.liesAbout].find(([part]) => url.pathname.includes(part))?.[1];
    const body = lie === undefined ? truth : typeof lie === 'string' ? lies[lie](truth) : lie(truth);
    if (this.date) response.setHeader('date', new Date(this.date()).toUTCString());
    response.writeHead(truth['status'] === 'NOT_FOUND' ? 404 : 200).end(JSON.stringify(body));
  }

  #truth({ pathname, searchParams }: URL): Json {
    const parts = pathname.split('/').slice(1).map(decodeURIComponent);
    if (pathname.startsWith('/v2/aggs/ticker/')) return this.#aggregates(parts, searchParams);
    if (pathname.startsWith('/futures/v1/aggs/')) return this.#futures(parts[3] ?? '', searchParams);
    if (pathname === '/v3/reference/tickers' || pathname === '/futures/v1/contracts') {
      const results = this.listed.map(ticker => ({ ticker, active: true }));
      return { status: this.status, count: results.length, results };
    }
    return { status: 'NOT_FOUND', message: 'Page not found' };
  }

  #aggregates([, , , ticker = '', , , , from, to]: readonly string[], query: URLSearchParams): Json {
    const rows = this.#rows(ticker, Number(from), Number(to) + 1, query).map(([t, row]) => {
      const { open: o, high: h, low: l, close: c, volume: v, ...more } = row;
      return { t, o, h, l, c, v, ...more };
    });
    const results = rows.length > 0 ? { results: rows } : {};
    return { ticker, queryCount: rows.length, resultsCount: rows.length, ...results, status: this.status };
  }

  #futures(ticker: string, query: URLSearchParams): Json {
    const bound = (name: string) => Number((query.get(name) ?? '').slice(0, -6));
    const rows = this.#rows(ticker, bound('window_start.gte'), bound('window_start.lt'), query);
    const results = rows.map(([start, row]) => ({
      ticker,
      ...row,
      window_start: start * 1e6,
      transactions: 3,
    }));
    return { status: this.status, results };
  }

  #rows(ticker: string, from: number, to: number, query: URLSearchParams) {
    const known = this.#now() - this.lag;
    const rows = [...(this.#traded.get(ticker) ?? [])]
      .filter(([start]) => start >= from && start < to && start + MINUTE <= known)
      .sort(([a], [b]) => a - b);
    if (query.get('sort')?.includes('desc')) rows.reverse();
    return rows.slice(0, Number(query.get('limit') ?? PAGE));
  }
}

function lengthOf(truth: Json): number {
  return Array.isArray(truth['results']) ? truth['results'].length : 0;
}

function renamed(rows: unknown, ticker: string | undefined = 'OTHER'): unknown {
  return Array.isArray(rows) ? rows.map(row => ('ticker' in row ? { ...row, ticker } : row)) : rows;
}
