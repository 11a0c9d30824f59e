/** Hands a question of the page on to the API, signed, and its answer back as it comes. */
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as askSecurely } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { signed, type Upstream } from './sign.ts';

/** What of a question the API is told. */
const ASKED = ['accept', 'accept-encoding', 'if-none-match'];
/** What of its answer the page is told, beside its own headers. */
const TOLD = ['content-type', 'content-encoding', 'content-length', 'etag', 'retry-after', 'vary'];
const OWN = 'barflow-';
/** Names that are a signature's own, or that the signer loses. */
const UNSIGNABLE = /^(?:x-amz-|__proto__$)/i;
/** The longest that the API itself waits is 30 s. */
const PATIENCE = 35_000;

/** @param trouble is told what kept an answer from coming, for a person beside the server */
export async function forward(
  upstream: Upstream,
  question: URL,
  request: IncomingMessage,
  response: ServerResponse,
  trouble: (error: unknown) => void,
): Promise<void> {
  const unsignable = [...question.searchParams.keys()].find(name => UNSIGNABLE.test(name));
  if (unsignable !== undefined)
    return problem(response, 400, `The parameter '${unsignable}' cannot be signed: leave it away`);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const late = AbortSignal.timeout(PATIENCE);
  let answer: IncomingMessage;
  try {
    const told = ASKED.flatMap(name => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    const { url, headers } = await signed(upstream, question, Object.fromEntries(told));
    answer = await answerTo(url, headers, AbortSignal.any([gone.signal, late]));
  } catch (error) {
    if (gone.signal.aborted) return;
    trouble(error);
    if (late.aborted) return problem(response, 504, 'The API does not answer in time');
    if (isOfCredentials(error)) return problem(response, 401, 'There are no valid AWS credentials');
    return problem(response, 502, `The API at ${upstream.endpoint} cannot be reached`);
  }
  const told = Object.entries(answer.headers).filter(([name]) => TOLD.includes(name) || name.startsWith(OWN));
  response.writeHead(answer.statusCode ?? 502, {
    ...Object.fromEntries(told),
    'cache-control': 'no-cache',
  });
  // An answer that breaks off breaks off here, too.
  await pipeline(answer, response).catch(() => response.destroy());
}

/** Says in the form of the API's own problems why there is no answer. */
export function problem(response: ServerResponse, status: number, detail: string): void {
  const body = JSON.stringify({ type: 'about:blank', title: 'No answer of the API', status, detail });
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(body);
}

function answerTo(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = (url.protocol === 'https:' ? askSecurely : ask)(url, { headers, signal });
    call.once('response', resolve);
    call.once('error', reject);
    call.end();
  });
}

function isOfCredentials(error: unknown): boolean {
  return error instanceof Error && /Credentials|Token/.test(error.name);
}
