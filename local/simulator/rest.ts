/** The vendor's REST over HTTP: who may ask, which page answers, and what goes wrong on the way. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Market } from '../../runtime/markets/market.ts';
import type { Clock } from '../../runtime/platform/clock.ts';
import { Aggregates, type AggregatesOptions, type Page } from './rest-aggregates.ts';
import { type RestFault, RestFaults } from './rest-faults.ts';
import { futuresPage } from './rest-futures.ts';
import { statusNow, upcoming } from './rest-reference.ts';
import {
  badRequest,
  internalError,
  notEntitled,
  notFound,
  Refusal,
  type Reply,
  tooManyRequests,
  unknownKey,
} from './rest-reply.ts';
import { spoiltPage } from './rest-spoilt.ts';
import { contracts, tickers } from './rest-tickers.ts';
import type { Source } from './source.ts';

export interface RestOptions extends AggregatesOptions {
  readonly market: Market;
  readonly source: Source;
  readonly clock: Clock;
  /** Whether a key is let in. */
  readonly accepts: (key: string) => boolean;
  /** Absolute address of this server, for `next_url`. */
  readonly origin: () => string;
}

const REFUSED: Partial<Record<RestFault, () => Refusal>> = {
  '401': unknownKey,
  '403': notEntitled,
  '429': tooManyRequests,
  '500': internalError,
};

export class Rest {
  readonly faults: RestFaults;
  /** How many requests were made since the start, whatever came of them. */
  readonly seen = { requests: 0 };
  readonly #options: RestOptions;
  readonly #aggregates: Aggregates;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#aggregates = new Aggregates(options);
    this.faults = new RestFaults(options.clock);
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    this.seen.requests++;
    const url = new URL(request.url ?? '/', this.#options.origin());
    const fault = this.faults.next(url.pathname);
    if (fault === 'hang') return;
    const { status, body } = this.#reply(request, url, fault);
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      date: new Date(Date.now() + this.faults.datedAhead).toUTCString(),
    });
    if (fault === 'truncated') response.write(text.slice(0, text.length / 2), () => response.destroy());
    else response.end(text);
  }

  #reply(request: IncomingMessage, url: URL, fault: RestFault | undefined): Reply {
    try {
      const refused = fault && REFUSED[fault];
      if (refused) throw refused();
      const key =
        /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ??
        url.searchParams.get('apiKey') ??
        '';
      if (!this.#options.accepts(key)) throw unknownKey();
      if (request.method !== 'GET') throw notFound();
      if (fault === 'error') return { status: 200, body: internalError().reply.body };
      if (fault === 'nothing') return { status: 200, body: {} };
      return { status: 200, body: this.#body(url, fault) };
    } catch (error) {
      if (error instanceof Refusal) return error.reply;
      throw error;
    }
  }

  #body(url: URL, fault: RestFault | undefined): unknown {
    const { clock, market, source } = this.#options;
    const parts = url.pathname.split('/').slice(1).map(decoded);
    const [version, section, kind, ticker = '', ...rest] = parts;
    if (version === 'futures' && /^v(1|X)$/.test(section ?? '')) {
      const options = { ...this.#options, aggregates: this.#aggregates, now: () => clock.now() };
      return this.#paged(futuresPage(parts.slice(2), url.searchParams, options), url, fault);
    }
    switch (`${version}/${section}/${kind}`) {
      case 'v1/marketstatus/now':
        return statusNow(clock.now());
      case 'v1/marketstatus/upcoming':
        return upcoming(clock.now(), fault === 'surprise-closure');
      case 'v3/reference/tickers': {
        const page = tickers(market, source, url.searchParams);
        if (fault === 'empty') return { ...page.body, count: 0, results: [] };
        return this.#paged(page, url, fault);
      }
      case 'v3/reference/options':
        if (ticker !== 'contracts') throw notFound();
        return this.#paged(contracts(market, source, url.searchParams), url, fault);
      case 'v2/aggs/ticker': {
        if (rest.length === 1 && rest[0] === 'prev') return this.#aggregates.previous(ticker).body;
        if (rest.length !== 5 || rest[0] !== 'range') throw notFound();
        const backwards = fault === 'pages-reversed';
        const path = [ticker, ...rest.slice(1)];
        return this.#paged(this.#aggregates.page(path, url.searchParams, { backwards }), url, fault);
      }
      case 'v2/aggs/grouped': {
        const [country, , of, date = ''] = rest;
        if (market !== 'stocks' || ticker !== 'locale' || country !== 'us' || of !== 'stocks')
          throw notFound();
        return this.#aggregates.grouped(date);
      }
      default:
        throw notFound();
    }
  }

  /** The next page's address names neither key nor parameters: the cursor holds them. */
  #paged({ body, cursor }: Page, url: URL, fault: RestFault | undefined): object {
    const spoilt = spoiltPage(body, fault);
    return cursor === undefined
      ? spoilt
      : { ...spoilt, next_url: `${url.origin}${url.pathname}?cursor=${cursor}` };
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`'${part}' in the path is not URL encoded`);
  }
}
