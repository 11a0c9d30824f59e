/** Asks the vendor's REST interface: one question at a time, with patience for its limits, and with answers checked. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { type Backoff, pauseAfter } from './retry.ts';

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

  #next = 0;

  constructor(options: VendorRestOptions) {
    this.#options = options;
  }

  /**
   * The answer to a path with its query, or to an address on the same host that an earlier answer gave.
   * @throws RestUnavailable when there is no answer, a refusal, or one that makes no sense
   */
  async get<const Schema extends v.GenericSchema>(
    path: string,
    schema: Schema,
  ): Promise<v.InferOutput<Schema>> {
    const { url, backoff = { first: 1_000, longest: 15_000 }, attempts = 6 } = this.#options;
    const address = new URL(path, url);
    if (address.origin !== new URL(url).origin)
      throw new RestUnavailable(`${address.origin} is not ${url}: the key is sent nowhere else`);
    for (let failures = 1; ; failures++) {
      await this.#turn();
      const answer = await this.#ask(address);
      if ('body' in answer) return this.#checked(address, answer.body, schema);
      if (!answer.mayPass || failures === attempts)
        throw new RestUnavailable(`${address.pathname} has no answer: ${answer.fault}`);
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

  async #ask(address: URL): Promise<{ body: string } | { fault: string; mayPass: boolean }> {
    const { apiKey, timeout = 10_000 } = this.#options;
    try {
      const response = await fetch(address, {
        headers: { authorization: `Bearer ${apiKey}` },
        signal: AbortSignal.timeout(timeout),
        redirect: 'error',
      });
      const body = await response.text();
      if (response.ok) return { body };
      const mayPass = response.status === 429 || response.status >= 500;
      return { fault: `status ${response.status}: ${body.slice(0, 200)}`, mayPass };
    } catch (error) {
      return { fault: String(error), mayPass: true };
    }
  }

  #checked<const Schema extends v.GenericSchema>(address: URL, body: string, schema: Schema) {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    const where = (issue && v.getDotPath(issue)) ?? 'the answer';
    throw new RestUnavailable(
      `${address.pathname} answers nonsense: ${where}: ${issue?.message ?? 'unknown'}; see what the vendor changed`,
    );
  }
}
