/** Answers as JSON on a port of this machine: the numbers that the terminal shows, and what operators ask of the pipeline. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { UsageError } from '../command-line/option-values.ts';

/** What is answered, by method and path such as `GET /status`; a `POST` is given its JSON body. */
export type Routes = Readonly<Record<string, (body: unknown) => unknown>>;

export interface StatusServer extends AsyncDisposable {
  /** Where the numbers are. */
  readonly url: string;
  /** What is answered from now on. */
  routes: Routes;
  close(): Promise<void>;
}

/** @param port 0 takes any free one. @throws UsageError that names the port and the remedy when it is taken */
export async function serveStatus(routes: Routes, port: number): Promise<StatusServer> {
  const server = createServer((request, response) => {
    void answer(served.routes, request).then(({ code, body }) => {
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(body)}\n`);
    });
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

async function answer(routes: Routes, request: IncomingMessage): Promise<{ code: number; body: unknown }> {
  const { method, url = '' } = request;
  const route = routes[`${method} ${url.split('?')[0]}`];
  if (route === undefined)
    return { code: 404, body: { error: `${method} ${url} is unknown: ${Object.keys(routes).join(', ')}` } };
  try {
    return { code: 200, body: await route(method === 'POST' ? await json(request) : undefined) };
  } catch (error) {
    return { code: 500, body: { error: error instanceof Error ? error.message : String(error) } };
  }
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
