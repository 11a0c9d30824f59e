/** Answers, to whoever may ask on this machine, how the ingester is. */
import { createServer, type Server } from 'node:http';

/** What a path answers: a status code and a JSON body. */
export interface Answer {
  readonly code: 200 | 404 | 405 | 503;
  readonly body: unknown;
}

/** Paths and what they answer, asked anew for every request. */
export type Answers = Readonly<Record<string, () => Answer>>;

export interface StatusServer extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number;
}

/** Only this machine: the container's health check, and the local engine. */
const HOST = '127.0.0.1';

/** Listens on `port` (0: any free one). @throws when the port is taken */
export async function serveStatus(port: number, answers: Answers): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    const { code, body } = answerTo(request.method ?? '', path, answers);
    response.writeHead(code, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      allow: 'GET',
    });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  return { port: portOf(server), [Symbol.asyncDispose]: () => close(server) };
}

function answerTo(method: string, path: string, answers: Answers): Answer {
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
