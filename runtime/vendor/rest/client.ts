/** Asks the vendor's REST for one page: within its limits, again where that may help, and never with a key that it refuses. */

import type { DatedAnswer } from '../../platform/clock-check.ts';
import { type Backoff, delayAfter } from '../../platform/retry.ts';
import { HistoryRefused } from '../history.ts';
import type { VendorWords } from '../words.ts';
import { type Claim, type Page, provenPage, Unproven } from './answers.ts';
import { RequestLimits, type RequestLimitsOptions } from './budget.ts';
import { RestConnections, RestFailure } from './request.ts';

export interface RestAskingOptions {
  /** Secret: it goes to the vendor and nowhere else. */
  readonly apiKey: string;
  /** How much may be asked how fast. */
  readonly limits: RequestLimitsOptions;
  /** How long an answer may take, in ms of wall time. @default 10 seconds */
  readonly patience?: number;
  readonly words: VendorWords;
  /** Called when an answer comes, with what time it is at the vendor's. @default nobody listens */
  readonly onAnswer?: (answer: DatedAnswer) => void;
}

const PATIENCE = 10_000;
/** What lies between two attempts, in ms of wall time; how often a question is asked before it counts as unanswered. */
const FAILED: Backoff = { first: 500, longest: 4_000 };
const ATTEMPTS = 4;
const BUSY: Backoff = { first: 1_000, longest: 30_000 };
const BUSY_ATTEMPTS = 8;
/** How long (ms of wall time) a refusal stands before the vendor is asked again. */
const REFUSAL_STANDS = 300_000;

export class RestAsking implements Disposable {
  readonly #options: RestAskingOptions;
  readonly #connections: RestConnections;
  readonly #limits: RequestLimits;
  readonly #wall: () => number;
  #refusal: { readonly reason: string; readonly until: number } | undefined;
  /** Requests sent since the start, and how many of these had to be sent again. */
  readonly counts = { requests: 0, retried: 0 };

  constructor(options: RestAskingOptions) {
    this.#options = options;
    this.#connections = new RestConnections(
      options.limits.atOnce,
      options.patience ?? PATIENCE,
      options.onAnswer,
    );
    this.#limits = new RequestLimits(options.limits);
    this.#wall = options.limits.wall ?? (() => performance.now());
  }

  /** Why the vendor refuses, while it does. */
  get refusal(): string | undefined {
    return this.#refusal && this.#wall() < this.#refusal.until ? this.#refusal.reason : undefined;
  }

  /**
   * @param attempts how often it is asked where answers fail or prove nothing
   * @throws HistoryRefused, RestFailure, or the signal's reason
   */
  async page(url: URL, claim: Claim, signal: AbortSignal, attempts = ATTEMPTS): Promise<Page> {
    for (let failed = 0, busy = 0; ; ) {
      const refusal = this.refusal;
      if (refusal !== undefined) throw new HistoryRefused(refusal);
      try {
        const page = await this.#limits.run(() => this.#ask(url, claim, signal), signal);
        this.#refusal = undefined;
        return page;
      } catch (error) {
        if (!(error instanceof RestFailure)) throw error;
        if (error.kind === 'refused') throw this.#refused(error.message);
        if (error.kind === 'wrong') throw error;
        const isBusy = error.kind === 'busy';
        const failures = isBusy ? ++busy : ++failed;
        if (failures >= (isBusy ? BUSY_ATTEMPTS : attempts)) throw error;
        this.counts.retried++;
        const wait = delayAfter(failures, isBusy ? BUSY : FAILED);
        if (isBusy) this.#limits.rest(wait);
        await this.#limits.sleep(wait, signal);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#connections[Symbol.dispose]();
  }

  async #ask(url: URL, claim: Claim, signal: AbortSignal): Promise<Page> {
    const { apiKey, words } = this.#options;
    this.counts.requests++;
    try {
      return provenPage(await this.#connections.getJson(url, apiKey, signal), claim);
    } catch (error) {
      if (error instanceof Unproven)
        throw new RestFailure('failed', words.text(`the answer proves nothing: ${error.message}`));
      if (!(error instanceof RestFailure)) throw error;
      throw new RestFailure(error.kind, words.text(error.message));
    }
  }

  #refused(message: string): HistoryRefused {
    const reason = `the vendor's REST refuses the key: ${message}`;
    this.#refusal = { reason, until: this.#wall() + REFUSAL_STANDS };
    return new HistoryRefused(reason);
  }
}
