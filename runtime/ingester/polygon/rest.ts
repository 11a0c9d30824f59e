/** The vendor's REST as the ingester uses it: minute bars of a symbol, and the symbols of the market. */
import * as v from 'valibot';
import { type Calendar, calendarOf } from '../../bars/calendar.ts';
import type { Market } from '../../bars/market.ts';
import { type Backoff, delayAfter } from '../../platform/retry.ts';
import { type History, type HistoryAnswer, HistoryRefused, type HistoryStatus } from '../history.ts';
import type { Versions } from '../publish/versions.ts';
import { dialects } from './dialect.ts';
import { RequestLimits, type RequestLimitsOptions } from './request-limits.ts';
import { answerOf } from './rest-bar.ts';
import { RestConnections, RestFailure } from './rest-request.ts';

export interface PolygonHistoryOptions {
  /** `https://<host>` */
  readonly url: string;
  /** Secret: it goes to the vendor and nowhere else. */
  readonly apiKey: string;
  readonly market: Market;
  readonly versions: Versions;
  /** How much may be asked how fast. */
  readonly limits: RequestLimitsOptions;
  /** How long an answer may take, in ms of wall time. @default 10 seconds */
  readonly patience?: number;
}

const PATIENCE = 10_000;

/** How often a question is asked before it counts as unanswered, and what lies between, in ms of wall time. */
const FAILED: { readonly attempts: number; readonly backoff: Backoff } = {
  attempts: 4,
  backoff: { first: 500, longest: 4_000 },
};
const BUSY: { readonly attempts: number; readonly backoff: Backoff } = {
  attempts: 8,
  backoff: { first: 1_000, longest: 30_000 },
};
/** How long (ms of wall time) a refusal stands before the vendor is asked again. */
const REFUSAL_STANDS = 300_000;
/** Bars a page: the most that the vendor gives. */
const PAGE = 50_000;
const TICKERS = 1_000;
/** Pages of one answer: a vendor that goes in circles must not keep us. */
const MOST_PAGES = 1_000;

const page = v.object({
  results: v.optional(v.array(v.unknown()), []),
  resultsCount: v.optional(v.number()),
  next_url: v.optional(v.string()),
});
const ticker = v.object({ ticker: v.string(), base_currency_symbol: v.optional(v.string()) });

export class PolygonHistory implements History, Disposable {
  readonly #options: PolygonHistoryOptions;
  readonly #calendar: Calendar;
  readonly #connections: RestConnections;
  readonly #limits: RequestLimits;
  readonly #wall: () => number;
  #refusal: { readonly reason: string; readonly until: number } | undefined;
  #requests = 0;
  #retried = 0;
  #unreadable = 0;

  constructor(options: PolygonHistoryOptions) {
    this.#options = options;
    this.#calendar = calendarOf(options.market);
    this.#connections = new RestConnections(options.limits.atOnce, options.patience ?? PATIENCE);
    this.#limits = new RequestLimits(options.limits);
    this.#wall = options.limits.wall ?? (() => performance.now());
  }

  async minutes(symbol: string, from: number, to: number, signal: AbortSignal): Promise<HistoryAnswer> {
    const { market, versions } = this.#options;
    const name = encodeURIComponent(dialects[market].restTicker(symbol));
    const path = `/v2/aggs/ticker/${name}/range/1/minute/${from}/${to - 1}?adjusted=false&sort=asc&limit=${PAGE}`;
    // Taken before the first page is asked for: what the socket brings meanwhile is newer.
    const version = versions.next();
    const rows = await this.#pages(path, signal);
    return answerOf(rows, { symbol, market, calendar: this.#calendar, from, to, version });
  }

  async symbols(signal: AbortSignal): Promise<readonly string[]> {
    const { market } = this.#options;
    const path = `/v3/reference/tickers?market=${market}&active=true&limit=${TICKERS}`;
    const rows = await this.#pages(path, signal);
    const found = rows.flatMap(row => {
      const { success, output } = v.safeParse(ticker, row);
      return success ? [dialects[market].symbolOf(output.ticker, output.base_currency_symbol)] : [];
    });
    this.#unreadable += rows.length - found.length;
    return [...new Set(found)];
  }

  status(): HistoryStatus {
    const reason = this.#standingRefusal();
    return {
      requests: this.#requests,
      retried: this.#retried,
      unreadable: this.#unreadable,
      ...(reason !== undefined && { refusal: reason }),
    };
  }

  [Symbol.dispose](): void {
    this.#connections[Symbol.dispose]();
  }

  /** The results of all pages, in the order they came. */
  async #pages(path: string, signal: AbortSignal): Promise<unknown[]> {
    const origin = new URL(this.#options.url).origin;
    const rows: unknown[] = [];
    let next: string | undefined = new URL(path, origin).href;
    for (let count = 0; next !== undefined; count++) {
      const url = new URL(next, origin);
      // The key goes along with every page.
      if (url.origin !== origin)
        throw new RestFailure('wrong', `the next page is at ${url.origin}, not ${origin}`);
      if (count === MOST_PAGES) throw new RestFailure('wrong', `more than ${MOST_PAGES} pages`);
      const { results, next_url } = await this.#page(url, signal);
      for (const row of results) rows.push(row);
      next = next_url;
    }
    return rows;
  }

  async #page(url: URL, signal: AbortSignal): Promise<v.InferOutput<typeof page>> {
    for (let failed = 0, busy = 0; ; ) {
      const refusal = this.#standingRefusal();
      if (refusal !== undefined) throw new HistoryRefused(refusal);
      try {
        const answer = await this.#limits.run(() => this.#ask(url, signal), signal);
        this.#refusal = undefined;
        return answer;
      } catch (error) {
        if (!(error instanceof RestFailure)) throw error;
        if (error.kind === 'refused') throw this.#refused(error.message);
        if (error.kind === 'wrong') throw error;
        const again = error.kind === 'busy' ? BUSY : FAILED;
        const failures = error.kind === 'busy' ? ++busy : ++failed;
        if (failures >= again.attempts) throw error;
        this.#retried++;
        const wait = delayAfter(failures, again.backoff);
        if (error.kind === 'busy') this.#limits.rest(wait);
        await this.#limits.sleep(wait, signal);
      }
    }
  }

  async #ask(url: URL, signal: AbortSignal): Promise<v.InferOutput<typeof page>> {
    this.#requests++;
    try {
      const body = await this.#connections.getJson(url, this.#options.apiKey, signal);
      const { success, output } = v.safeParse(page, body);
      if (!success) throw new RestFailure('failed', 'the answer is not a page of results');
      const { results, resultsCount = results.length } = output;
      if (resultsCount > results.length)
        throw new RestFailure('failed', `the page has ${results.length} of ${resultsCount} results`);
      return output;
    } catch (error) {
      if (!(error instanceof RestFailure)) throw error;
      throw new RestFailure(error.kind, error.message.replaceAll(this.#options.apiKey, '<key>'));
    }
  }

  #refused(message: string): HistoryRefused {
    const reason = `the vendor's REST refuses the key: ${message}`;
    this.#refusal = { reason, until: this.#wall() + REFUSAL_STANDS };
    return new HistoryRefused(reason);
  }

  #standingRefusal(): string | undefined {
    return this.#refusal && this.#wall() < this.#refusal.until ? this.#refusal.reason : undefined;
  }
}
