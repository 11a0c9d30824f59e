/** The one way to ask the vendor's REST: within the process's budget, again where that may help, and never with a key that it refuses. */

import type { DatedAnswer } from '../../platform/clock-check.ts';
import { type Backoff, delayAfter } from '../../platform/retry.ts';
import { jsonIn, Unreadable } from '../json.ts';
import { VendorWords } from '../words.ts';
import { type Page, provenPage, Unproven } from './answers.ts';
import { type BudgetOptions, RequestBudget } from './budget.ts';
import { rowsOfPages } from './pages.ts';
import type { Question } from './questions.ts';
import { RestConnections, RestFailure } from './request.ts';

/** How often a question is asked before it counts as unanswered, and what lies between, in ms of wall time. */
export interface Tries {
  readonly attempts: number;
  readonly backoff: Backoff;
}

export interface RestClientOptions {
  /** Such as `https://api.massive.com`. */
  readonly url: string;
  /** Secret: it goes into the header of requests and nowhere else. */
  readonly apiKey: string;
  /** All that this process may ask, whoever asks. */
  readonly budget: BudgetOptions;
  /** How long an answer may take, in ms of wall time. @default 10 seconds */
  readonly patience?: number;
  /** Where an answer fails or proves nothing. @default 4 attempts, half a second to 4 seconds apart */
  readonly failed?: Tries;
  /** Where the vendor asks for rest. @default 8 attempts, a second to 30 seconds apart */
  readonly busy?: Tries;
  /** Called when an answer comes, with what time it is at the vendor's. @default nobody listens */
  readonly onAnswer?: (answer: DatedAnswer) => void;
}

/** How one question is asked. */
export interface Asking {
  readonly signal: AbortSignal;
  /** How often where answers fail or prove nothing. @default as often as any */
  readonly attempts?: number | undefined;
}

const PATIENCE = 10_000;
const FAILED: Tries = { attempts: 4, backoff: { first: 500, longest: 4_000 } };
const BUSY: Tries = { attempts: 8, backoff: { first: 1_000, longest: 30_000 } };
/** How long (ms of wall time) a refusal stands before the vendor is asked again. */
const REFUSAL_STANDS = 300_000;

export class RestClient implements Disposable {
  readonly #options: RestClientOptions;
  readonly #connections: RestConnections;
  readonly #budget: RequestBudget;
  readonly #wall: () => number;
  #refusal: { readonly reason: string; readonly until: number } | undefined;
  readonly words: VendorWords;
  /** Requests sent since the start, and how many of these had to be sent again. */
  readonly counts = { requests: 0, retried: 0 };

  constructor(options: RestClientOptions) {
    const { apiKey, budget, patience = PATIENCE, onAnswer = () => undefined } = options;
    this.#options = options;
    this.#connections = new RestConnections({ apiKey, atOnce: budget.atOnce, patience, onAnswer });
    this.#budget = new RequestBudget(budget);
    this.#wall = budget.wall ?? (() => performance.now());
    this.words = new VendorWords(apiKey);
  }

  /** Why the vendor refuses, while it does. */
  get refusal(): string | undefined {
    return this.#refusal && this.#wall() < this.#refusal.until ? this.#refusal.reason : undefined;
  }

  /**
   * What a path with its query answers, as `read` makes it of the JSON; what `read` takes for unproven is asked for again.
   * @throws RestFailure, or the signal's reason
   */
  answer<T>(path: string, read: (body: unknown) => T, asking: Asking): Promise<T> {
    return this.#answer(this.#addressOf(path), read, asking);
  }

  /** The first page of an answer. @throws RestFailure, or the signal's reason */
  page(question: Question, mayBeDelayed: boolean, asking: Asking): Promise<Page> {
    return this.answer(question.path, body => provenPage(body, { ...question, mayBeDelayed }), asking);
  }

  /**
   * The rows of all pages, each as `read` makes it of what came.
   * @param mayBeDelayed whether an answer that lags by the plan's delay holds all that was asked for
   * @throws RestFailure, or the signal's reason
   */
  async rows<Row>(
    question: Question,
    mayBeDelayed: boolean,
    read: (row: unknown, index: number) => Row,
    asking: Asking,
  ): Promise<Row[]> {
    const pageIn = (body: unknown): Page<Row> => {
      const { rows, next } = provenPage(body, { ...question, mayBeDelayed });
      return { rows: rows.map(read), next };
    };
    try {
      return await rowsOfPages(this.#addressOf(question.path), url => this.#answer(url, pageIn, asking));
    } catch (error) {
      throw error instanceof Unproven ? new RestFailure('unproven', this.words.text(error.message)) : error;
    }
  }

  [Symbol.dispose](): void {
    this.#connections[Symbol.dispose]();
  }

  #addressOf(path: string): URL {
    return new URL(path, new URL(this.#options.url).origin);
  }

  async #answer<T>(url: URL, read: (body: unknown) => T, { signal, attempts }: Asking): Promise<T> {
    const { failed = FAILED, busy = BUSY } = this.#options;
    for (let failures = 0, rests = 0; ; ) {
      const refusal = this.refusal;
      if (refusal !== undefined) throw new RestFailure('refused', refusal);
      try {
        const answer = await this.#budget.run(() => this.#ask(url, read, signal), signal);
        this.#refusal = undefined;
        return answer;
      } catch (error) {
        if (!(error instanceof RestFailure)) throw error;
        if (error.kind === 'refused') throw this.#refused(error.message);
        if (error.kind === 'wrong') throw error;
        const isBusy = error.kind === 'busy';
        const tries = isBusy ? busy : { ...failed, attempts: attempts ?? failed.attempts };
        const times = isBusy ? ++rests : ++failures;
        if (times >= tries.attempts) throw error;
        this.counts.retried++;
        const wait = delayAfter(times, tries.backoff);
        if (isBusy) this.#budget.rest(wait);
        await this.#budget.sleep(wait, signal);
      }
    }
  }

  async #ask<T>(url: URL, read: (body: unknown) => T, signal: AbortSignal): Promise<T> {
    this.counts.requests++;
    try {
      return read(jsonIn(await this.#connections.text(url, signal)));
    } catch (error) {
      const { words } = this;
      if (error instanceof Unproven) throw new RestFailure('unproven', words.text(error.message));
      if (error instanceof Unreadable) throw new RestFailure('unproven', `it is ${error.message}`);
      if (!(error instanceof RestFailure)) throw error;
      throw new RestFailure(error.kind, words.text(error.message));
    }
  }

  #refused(message: string): RestFailure {
    const reason = `the vendor's REST refuses the key: ${message}`;
    this.#refusal = { reason, until: this.#wall() + REFUSAL_STANDS };
    return new RestFailure('refused', reason);
  }
}
