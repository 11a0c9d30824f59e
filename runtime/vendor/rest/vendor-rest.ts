/** Asks the vendor's REST interface: one question at a time, with patience for its limits, and with answers checked. */
import { setTimeout as sleep } from 'node:timers/promises';
import type * as v from 'valibot';
import { type Backoff, pauseAfter } from '../../platform/retry.ts';
import { VendorWords } from '../words.ts';
import { type Claim, checked, provenPage, Unproven } from './answers.ts';
import { rowsOfPages } from './pages.ts';

/** The vendor does not answer, or refuses: nothing is known about its data. */
export class RestUnavailable extends Error {
  override readonly name = 'RestUnavailable';

  constructor(message: string) {
    super(message);
    // A line with the remedy is all that whoever reads the log needs: the fault is not in this code.
    this.stack = `RestUnavailable: ${message}`;
  }
}

export interface VendorRestOptions {
  /** Such as `https://api.massive.com`. */
  readonly url: string;
  /** Secret: it goes into the header of requests and nowhere else. */
  readonly apiKey: string;
  /** Requests that may begin per second. @default as many as there are */
  readonly perSecond?: number;
  /** How long one request may take, ms. @default 10 s */
  readonly timeout?: number;
  /** Between attempts. @default 1 s doubling up to 15 s, as the smallest plan allows five requests a minute */
  readonly backoff?: Backoff;
  /** How often a question is asked before it is given up. @default 6 */
  readonly attempts?: number;
}

export class VendorRest {
  readonly #options: VendorRestOptions;
  readonly #words: VendorWords;
  #next = 0;

  constructor(options: VendorRestOptions) {
    this.#options = options;
    this.#words = new VendorWords(options.apiKey);
  }

  /**
   * The answer to a path with its query.
   * @throws RestUnavailable when there is no answer, a refusal, or one that makes no sense
   */
  get<const Schema extends v.GenericSchema>(path: string, schema: Schema): Promise<v.InferOutput<Schema>> {
    return this.#get(new URL(path, this.#options.url), body => checked(body, schema));
  }

  /**
   * All rows of the answer to a path with its query, page after page, each as `read` makes it of what came.
   * @throws RestUnavailable when there is no answer, a refusal, one that proves nothing, or a row that `read` takes for unproven
   */
  async rows<Row>(path: string, claim: Claim, read: (row: unknown, index: number) => Row): Promise<Row[]> {
    const address = new URL(path, this.#options.url);
    try {
      return await rowsOfPages(address, url =>
        this.#get(url, body => {
          const { rows, next } = provenPage(body, claim);
          return { rows: rows.map(read), next };
        }),
      );
    } catch (error) {
      throw error instanceof Unproven ? this.#nonsense(address, error) : error;
    }
  }

  async #get<T>(address: URL, read: (body: unknown) => T): Promise<T> {
    const { backoff = { first: 1_000, longest: 15_000 }, attempts = 6 } = this.#options;
    for (let failures = 1; ; failures++) {
      await this.#turn();
      const answer = await this.#ask(address, read);
      if ('read' in answer) return answer.read;
      if (failures === attempts || !answer.mayPass) throw answer.fault;
      await pauseAfter(failures, backoff);
    }
  }

  async #turn(): Promise<void> {
    const { perSecond = Number.POSITIVE_INFINITY } = this.#options;
    const now = performance.now();
    const at = Math.max(now, this.#next);
    this.#next = at + 1_000 / perSecond;
    if (at > now) await sleep(at - now);
  }

  async #ask<T>(
    address: URL,
    read: (body: unknown) => T,
  ): Promise<{ read: T } | { fault: RestUnavailable; mayPass: boolean }> {
    const { apiKey, timeout = 10_000 } = this.#options;
    try {
      const response = await fetch(address, {
        headers: { authorization: `Bearer ${apiKey}` },
        signal: AbortSignal.timeout(timeout),
        redirect: 'error',
      });
      const body = await response.text();
      if (response.ok) return { read: read(parsed(body)) };
      const mayPass = response.status === 429 || response.status >= 500;
      return { fault: this.#unanswered(address, `status ${response.status}: ${body}`), mayPass };
    } catch (error) {
      const isNonsense = error instanceof Unproven;
      const fault = isNonsense ? this.#nonsense(address, error) : this.#unanswered(address, String(error));
      return { fault, mayPass: true };
    }
  }

  #unanswered({ pathname }: URL, fault: string): RestUnavailable {
    return new RestUnavailable(`${pathname} has no answer: ${this.#words.text(fault)}`);
  }

  #nonsense({ pathname }: URL, { message }: Unproven): RestUnavailable {
    const fault = this.#words.text(message);
    return new RestUnavailable(`${pathname} answers nonsense: ${fault}; see what the vendor changed`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unproven('it is not JSON');
  }
}
