/** One GET to the vendor's REST: JSON or a failure that says whether asking again makes sense. */
import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import type { DatedAnswer } from '../../platform/clock-check.ts';

/** Several times the longest page. */
const LONGEST_ANSWER = 64 * 1024 * 1024;

/** `refused`: for good. `busy`: later. `failed`: perhaps at the next attempt. `wrong`: this question never gets an answer. */
export type FailureKind = 'refused' | 'busy' | 'failed' | 'wrong';

export class RestFailure extends Error {
  override readonly name = 'RestFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export class RestConnections implements Disposable {
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;
  readonly #patience: number;
  readonly #heard: (answer: DatedAnswer) => void;

  /**
   * Certificates are checked whatever the process's environment says.
   * @param atOnce requests that may be under way at once
   * @param patience ms of wall time for a whole answer
   * @param heard called when an answer comes
   */
  constructor(atOnce: number, patience: number, heard: (answer: DatedAnswer) => void = () => undefined) {
    this.#patience = patience;
    this.#heard = heard;
    this.#http = new HttpAgent({ keepAlive: true, maxSockets: atOnce });
    this.#https = new HttpsAgent({ keepAlive: true, maxSockets: atOnce, rejectUnauthorized: true });
  }

  /** @throws RestFailure, with the vendor's own words where it gave some, or the signal's reason */
  async getJson(url: URL, apiKey: string, signal: AbortSignal): Promise<unknown> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(this.#patience)]);
    try {
      const asked = Date.now();
      const response = await this.#get(url, apiKey, limited);
      const { date, age } = response.headers;
      // One that a cache gave tells when it was made.
      if (age === undefined) this.#heard({ date, asked, answered: Date.now() });
      const text = await textOf(response);
      const code = response.statusCode ?? 0;
      if (code !== 200) throw new RestFailure(kindOf(code), `${code} ${complaintIn(text)}`.trim());
      return JSON.parse(text);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RestFailure) throw error;
      if (limited.aborted) throw new RestFailure('failed', `no answer within ${this.#patience} ms`);
      throw new RestFailure('failed', error instanceof Error ? error.message : String(error));
    }
  }

  [Symbol.dispose](): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #get(url: URL, apiKey: string, signal: AbortSignal): Promise<IncomingMessage> {
    const options = { headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json' }, signal };
    return new Promise((resolve, reject) => {
      const request =
        url.protocol === 'https:'
          ? httpsGet(url, { ...options, agent: this.#https, rejectUnauthorized: true }, resolve)
          : httpGet(url, { ...options, agent: this.#http }, resolve);
      request.on('error', reject);
    });
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    const buffer = Buffer.from(part);
    bytes += buffer.byteLength;
    if (bytes > LONGEST_ANSWER) throw new RestFailure('wrong', `the answer exceeds ${LONGEST_ANSWER} bytes`);
    parts.push(buffer);
  }
  return Buffer.concat(parts).toString();
}

function kindOf(code: number): FailureKind {
  if (code === 401 || code === 403) return 'refused';
  if (code === 429) return 'busy';
  return code >= 500 || code === 408 ? 'failed' : 'wrong';
}

/** What the vendor says about an error, in whichever of its two fields. */
function complaintIn(text: string): string {
  try {
    const body: { error?: unknown; message?: unknown } = Object(JSON.parse(text));
    return String(body.error ?? body.message ?? '');
  } catch {
    return '';
  }
}
