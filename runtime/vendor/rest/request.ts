/** One GET to the vendor's REST: the text of the answer, or a failure that says whether asking again makes sense. */
import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import type { DatedAnswer } from '../../platform/clock-check.ts';
import { asError } from '../../platform/error-code.ts';
import { jsonIn } from '../json.ts';

/** Several times the longest page. */
const LONGEST_ANSWER = 64 * 1024 * 1024;

/**
 * `refused`: until a person does something. `busy`: later. `failed`: perhaps at the next attempt. `unproven`: so too, for
 * what came proves nothing. `wrong`: this question never gets an answer.
 */
export type FailureKind = 'refused' | 'busy' | 'failed' | 'unproven' | 'wrong';

export class RestFailure extends Error {
  override readonly name = 'RestFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface ConnectionsOptions {
  /** Secret: it goes to the vendor and nowhere else. */
  readonly apiKey: string;
  /** Requests that may be under way at once. */
  readonly atOnce: number;
  /** Ms of wall time for a whole answer. */
  readonly patience: number;
  /** Called when an answer comes. */
  readonly onAnswer: (answer: DatedAnswer) => void;
}

export class RestConnections implements Disposable {
  readonly #options: ConnectionsOptions;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  /** Certificates are checked whatever the process's environment says. */
  constructor(options: ConnectionsOptions) {
    this.#options = options;
    const { atOnce: maxSockets } = options;
    this.#http = new HttpAgent({ keepAlive: true, maxSockets });
    this.#https = new HttpsAgent({ keepAlive: true, maxSockets, rejectUnauthorized: true });
  }

  /** Follows nothing that leads elsewhere. @throws RestFailure, with the vendor's own words where it gave some, or the signal's reason */
  async text(url: URL, signal: AbortSignal): Promise<string> {
    const { patience, onAnswer } = this.#options;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
    try {
      const asked = Date.now();
      const response = await this.#get(url, limited);
      const { date, age } = response.headers;
      // One that a cache gave tells when it was made.
      if (age === undefined) onAnswer({ date, asked, answered: Date.now() });
      const text = await textOf(response);
      const code = response.statusCode ?? 0;
      if (code !== 200) throw new RestFailure(kindOf(code), `${code} ${complaintIn(text)}`.trim());
      return text;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RestFailure) throw error;
      if (limited.aborted) throw new RestFailure('failed', `no answer within ${patience} ms`);
      throw new RestFailure('failed', asError(error).message);
    }
  }

  [Symbol.dispose](): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const headers = { authorization: `Bearer ${this.#options.apiKey}`, accept: 'application/json' };
    return new Promise((resolve, reject) => {
      const request =
        url.protocol === 'https:'
          ? httpsGet(url, { headers, signal, agent: this.#https, rejectUnauthorized: true }, resolve)
          : httpGet(url, { headers, signal, agent: this.#http }, resolve);
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

/** What the vendor says about an error, in whichever of its two fields, or whatever came instead. */
function complaintIn(text: string): string {
  try {
    const { error, message }: { error?: unknown; message?: unknown } = Object(jsonIn(text));
    return String(error ?? message ?? text);
  } catch {
    return text;
  }
}
