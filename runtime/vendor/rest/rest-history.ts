/** The vendor's REST as the ingester uses it: minute bars of a symbol, how far they have come, and the symbols of the market. */
import * as v from 'valibot';
import { type Calendar, calendarOf } from '../../markets/calendar.ts';
import type { Market } from '../../markets/market.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import { faultOf, symbolIn } from '../../records/check.ts';
import type { History, HistoryAnswer, HistoryStatus } from '../history.ts';
import type { Numbering } from '../needs.ts';
import { symbolOf } from '../ticker-names.ts';
import { type Claim, Unproven } from './answers.ts';
import { RestAsking, type RestAskingOptions } from './client.ts';
import { answerOf } from './history-rows.ts';
import { rowsOfPages } from './pages.ts';
import { barsQuestion, planDelay, type Question, tickersQuestion } from './questions.ts';
import { RestFailure } from './request.ts';

export interface PolygonHistoryOptions extends RestAskingOptions {
  /** `https://<host>` */
  readonly url: string;
  readonly market: Market;
  readonly versions: Numbering;
  /** The present, epoch ms of event time. */
  readonly now: () => number;
  /** How much later than real time the plan's data is, in ms. */
  readonly delay: number;
}

const ticker = v.object({ ticker: v.string(), base_currency_symbol: v.nullish(v.string()) });

export class PolygonHistory implements History, Disposable {
  readonly #options: PolygonHistoryOptions;
  readonly #calendar: Calendar;
  readonly #asking: RestAsking;
  #unreadable = 0;

  constructor(options: PolygonHistoryOptions) {
    this.#options = options;
    this.#calendar = calendarOf(options.market);
    this.#asking = new RestAsking(options);
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
    const rows = await this.#rows(question, this.#isPastDelay(to), signal, attempts);
    return answerOf(rows, { symbol, market, calendar: this.#calendar, from, to, version });
  }

  async latest(symbol: string, from: number, signal: AbortSignal): Promise<number | undefined> {
    const { market, now } = this.#options;
    const to = Math.max(now(), from + MINUTE);
    const question = barsQuestion(market, symbol, { from, to, latest: true });
    // However late the plan's data is: what is there says how far it has come.
    const { rows } = await this.#asking.page(
      this.#addressOf(question),
      { ...question, mayBeDelayed: true },
      signal,
      1,
    );
    const { bars } = answerOf(rows, { symbol, market, calendar: this.#calendar, from, to, version: 1 });
    return bars.at(-1)?.start;
  }

  async symbols(signal: AbortSignal): Promise<readonly string[]> {
    const { market } = this.#options;
    const rows = await this.#rows(tickersQuestion(market), true, signal);
    const found = rows.flatMap(row => {
      const { success, output } = v.safeParse(ticker, row);
      if (!success) return [];
      const symbol = symbolOf(market, output.ticker, output.base_currency_symbol ?? undefined);
      return faultOf(() => symbolIn(symbol)) === undefined ? [symbol] : [];
    });
    this.#unreadable += rows.length - found.length;
    return [...new Set(found)];
  }

  status(): HistoryStatus {
    const { refusal, counts } = this.#asking;
    return { ...counts, unreadable: this.#unreadable, ...(refusal !== undefined && { refusal }) };
  }

  [Symbol.dispose](): void {
    this.#asking[Symbol.dispose]();
  }

  async #rows(
    question: Question,
    mayBeDelayed: boolean,
    signal: AbortSignal,
    attempts?: number,
  ): Promise<unknown[]> {
    const claim: Claim = { ...question, mayBeDelayed };
    try {
      return await rowsOfPages(this.#addressOf(question), url =>
        this.#asking.page(url, claim, signal, attempts),
      );
    } catch (error) {
      if (error instanceof Unproven) throw new RestFailure('wrong', this.#options.words.text(error.message));
      throw error;
    }
  }

  #addressOf({ path }: Question): URL {
    return new URL(path, new URL(this.#options.url).origin);
  }

  /** Whether all that starts before `to` (epoch ms) is old enough for the plan's delay to keep nothing of it back. */
  #isPastDelay(to: number): boolean {
    const { market, now, delay } = this.#options;
    return to <= now() - (delay || planDelay(market));
  }
}
