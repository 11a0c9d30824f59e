/** Answers, to whoever may ask on this machine, how the ingester is. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What a path answers: a status code and a JSON body. */
export interface Answer {
  readonly code: 200 | 404 | 405 | 500 | 503;
  readonly body: unknown;
}

/** An answer that is not JSON. */
export interface TextAnswer {
  readonly code: 200;
  /** Content type. */
  readonly type: string;
  readonly text: Promise<string>;
}

/** Paths and what they answer, asked anew for every request. */
export type Answers = Readonly<Record<string, () => Answer | TextAnswer>>;

export interface StatusServer extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number;
}

/** Where to listen. */
export interface StatusAddress {
  /** 0 takes any free one. */
  readonly port: number;
  /** @default '127.0.0.1': only this machine, its health check and the local engine */
  readonly host?: string;
}

/** @throws when the address is taken or not this machine's */
export async function serveStatus(
  { port, host = '127.0.0.1' }: StatusAddress,
  answers: Answers,
): Promise<StatusServer> {
  const server = createServer((request, response) => void reply(request, response, answers));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { port: portOf(server), [Symbol.asyncDispose]: () => close(server) };
}

async function reply(request: IncomingMessage, response: ServerResponse, answers: Answers): Promise<void> {
  const path = request.url?.split('?')[0] ?? '/';
  const { code, type, text } = await written(request.method ?? '', path, answers);
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-store', allow: 'GET' });
  response.end(text);
}

/** Whoever asks must not be able to end the process: what cannot be answered is said to be so. */
async function written(method: string, path: string, answers: Answers) {
  const json = 'application/json';
  try {
    const answer = answerTo(method, path, answers);
    if ('text' in answer) return { code: answer.code, type: answer.type, text: await answer.text };
    return { code: answer.code, type: json, text: JSON.stringify(answer.body) };
  } catch (error) {
    return { code: 500, type: json, text: JSON.stringify({ error: `${path} has no answer: ${error}` }) };
  }
}

function answerTo(method: string, path: string, answers: Answers): Answer | TextAnswer {
  if (method !== 'GET') return { code: 405, body: { error: `${method} is not allowed: use GET` } };
  const answer = Object.hasOwn(answers, path) ? answers[path] : undefined;
  const known = Object.keys(answers).join(', ');
  return answer?.() ?? { code: 404, body: { error: `${path} is unknown: use one of ${known}` } };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the status server has no port');
  return address.port;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise(resolve => server.close(() => resolve()));
}
