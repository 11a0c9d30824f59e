/** Answers, to whoever may ask on this machine, how the ingester is. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What a path answers: a status code and a JSON body. */
export interface Answer {
  readonly code: 200 | 404 | 405 | 503;
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

/** Only this machine: the container's health check, and the local engine. */
const HOST = '127.0.0.1';

/** Listens on `port` (0: any free one). @throws when the port is taken */
export async function serveStatus(port: number, answers: Answers): Promise<StatusServer> {
  const server = createServer((request, response) => void reply(request, response, answers));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  return { port: portOf(server), [Symbol.asyncDispose]: () => close(server) };
}

async function reply(request: IncomingMessage, response: ServerResponse, answers: Answers): Promise<void> {
  const path = request.url?.split('?')[0] ?? '/';
  const answer = answerTo(request.method ?? '', path, answers);
  const text = 'text' in answer ? await answer.text : JSON.stringify(answer.body);
  const type = 'text' in answer ? answer.type : 'application/json';
  response.writeHead(answer.code, { 'content-type': type, 'cache-control': 'no-store', allow: 'GET' });
  response.end(text);
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
