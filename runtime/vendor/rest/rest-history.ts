/** The vendor's REST as the ingester uses it: minute bars of a symbol, how far they have come, and the symbols of the market. */
import * as v from 'valibot';
import { type Calendar, calendarOf } from '../../markets/calendar.ts';
import type { Market } from '../../markets/market.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import { faultOf, symbolIn } from '../../records/check.ts';
import { planDelay } from '../address-names.ts';
import { type History, type HistoryAnswer, HistoryRefused, type HistoryStatus } from '../history.ts';
import type { Numbering } from '../needs.ts';
import { symbolOf } from '../ticker-names.ts';
import type { Asking, RestClient } from './client.ts';
import { answerOf } from './history-rows.ts';
import { barsQuestion, type Question, tickersQuestion } from './questions.ts';
import { RestFailure } from './request.ts';

export interface RestHistoryOptions {
  readonly client: RestClient;
  readonly market: Market;
  readonly versions: Numbering;
  /** The present, epoch ms of event time. */
  readonly now: () => number;
  /** How much later than real time the plan's data is, in ms. */
  readonly delay: number;
}

const ticker = v.object({ ticker: v.string(), base_currency_symbol: v.nullish(v.string()) });

export class RestHistory implements History {
  readonly #options: RestHistoryOptions;
  readonly #calendar: Calendar;
  #unreadable = 0;

  constructor(options: RestHistoryOptions) {
    this.#options = options;
    this.#calendar = calendarOf(options.market);
  }

  async minutes(
    symbol: string,
    from: number,
    to: number,
    signal: AbortSignal,
    attempts?: number,
  ): Promise<HistoryAnswer> {
    const { market, versions } = this.#options;
    // Taken before the first page is asked for: what the socket brings meanwhile is newer.
    const version = versions.next();
    const question = barsQuestion(market, symbol, { from, to });
    const rows = await this.#rows(question, this.#isPastDelay(to), { signal, attempts });
    return answerOf(rows, { symbol, market, calendar: this.#calendar, from, to, version });
  }

  async latest(symbol: string, from: number, signal: AbortSignal): Promise<number | undefined> {
    const { client, market, now } = this.#options;
    const to = Math.max(now(), from + MINUTE);
    const question = barsQuestion(market, symbol, { from, to, latest: true });
    // However late the plan's data is: what is there says how far it has come.
    const { rows } = await orRefused(client.page(question, true, { signal, attempts: 1 }));
    const { bars } = answerOf(rows, { symbol, market, calendar: this.#calendar, from, to, version: 1 });
    return bars.at(-1)?.start;
  }

  async symbols(signal: AbortSignal): Promise<readonly string[]> {
    const { market } = this.#options;
    const rows = await this.#rows(tickersQuestion(market), true, { signal });
    const found = rows.flatMap(row => this.#symbolIn(row) ?? []);
    this.#unreadable += rows.length - found.length;
    return [...new Set(found)];
  }

  status(): HistoryStatus {
    const { refusal, counts } = this.#options.client;
    return { ...counts, unreadable: this.#unreadable, ...(refusal !== undefined && { refusal }) };
  }

  #rows(question: Question, mayBeDelayed: boolean, asking: Asking): Promise<unknown[]> {
    return orRefused(this.#options.client.rows(question, mayBeDelayed, row => row, asking));
  }

  /** The symbol that a row of the list names; undefined where that can be none. */
  #symbolIn(row: unknown): string | undefined {
    const { market, client } = this.#options;
    const { success, output } = v.safeParse(ticker, row);
    if (!success || client.words.quoteKey(output.ticker)) return undefined;
    const symbol = symbolOf(market, output.ticker, output.base_currency_symbol ?? undefined);
    return faultOf(() => symbolIn(symbol)) === undefined ? symbol : undefined;
  }

  /** Whether all that starts before `to` (epoch ms) is old enough for the plan's delay to keep nothing of it back. */
  #isPastDelay(to: number): boolean {
    const { market, now, delay } = this.#options;
    return to <= now() - (delay || planDelay(market));
  }
}

/** @throws HistoryRefused where the vendor refuses the key, else a RestFailure in words for the log */
async function orRefused<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof RestFailure)) throw error;
    if (error.kind === 'refused') throw new HistoryRefused(error.message);
    if (error.kind !== 'unproven') throw error;
    throw new RestFailure(error.kind, `the answer proves nothing: ${error.message}`);
  }
}
