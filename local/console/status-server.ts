/** Answers as JSON on a port of this machine: the numbers that the terminal shows, and what operators ask of the pipeline. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { UsageError } from '../command-line/option-values.ts';
import { foreign } from '../loopback/guard.ts';

/** What is answered, by method and path such as `GET /status`; a `POST` is given its JSON body. */
export type Routes = Readonly<Record<string, (body: unknown) => unknown>>;

export interface StatusServer extends AsyncDisposable {
  /** Where the numbers are. */
  readonly url: string;
  /** What is answered from now on. */
  routes: Routes;
  close(): Promise<void>;
}

/** Answers a `GET` that no route does. */
export type Rest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What no other site's page may do with an answer: read it as its own, or guess what it is. */
const HEADERS = { 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' };

/** @param port 0 takes any free one. @throws UsageError that names the port and the remedy when it is taken */
export async function serveStatus(routes: Routes, port: number, rest?: Rest): Promise<StatusServer> {
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const isKnown = Object.hasOwn(served.routes, nameOf(request));
    if (rest && !isKnown && request.method === 'GET' && refusal(request) === undefined) {
      rest(request, response).catch(error => {
        if (response.headersSent) response.destroy();
        else send(response, { code: 500, body: { error: messageOf(error) } });
      });
      return;
    }
    void answer(served.routes, request).then(answered => send(response, answered));
  });
  await listen(server, port);
  const address = server.address();
  const chosen = typeof address === 'object' && address ? address.port : port;
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const served = { url: `http://127.0.0.1:${chosen}/status`, routes, close, [Symbol.asyncDispose]: close };
  return served;
}

interface Answer {
  readonly code: number;
  readonly body: unknown;
}

function send(response: ServerResponse, { code, body }: Answer): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

function nameOf({ method, url = '' }: IncomingMessage): string {
  return `${method} ${url.split('?')[0]}`;
}

/** Why a request is answered to nobody; undefined for this machine's own. */
function refusal({ headersDistinct }: IncomingMessage): string | undefined {
  const { host, origin } = headersDistinct;
  return foreign({ host: host?.join(', '), origin: origin?.join(', ') });
}

async function answer(routes: Routes, request: IncomingMessage): Promise<Answer> {
  const refused = refusal(request);
  if (refused !== undefined) return { code: 403, body: { error: refused } };
  const name = nameOf(request);
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route === undefined)
    return { code: 404, body: { error: `${name} is unknown: ${Object.keys(routes).join(', ')}` } };
  try {
    return { code: 200, body: await route(request.method === 'POST' ? await json(request) : undefined) };
  } catch (error) {
    return { code: 500, body: { error: messageOf(error) } };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new UsageError(`port ${port} is taken: choose another with --port, or 0 for any free one`)
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}
