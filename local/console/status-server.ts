/** Serves the numbers that the terminal shows as JSON at `/status`. */
import { createServer, type Server } from 'node:http';
import { UsageError } from '../option-values.ts';
import type { Progress } from './progress.ts';

export interface StatusServer {
  /** Where the numbers are. */
  readonly url: string;
  close(): Promise<void>;
}

/** @param port 0 takes any free one. @throws UsageError that names the port and the remedy when it is taken */
export async function serveStatus(progress: Progress, port: number): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const isStatus =
      request.method === 'GET' && new URL(request.url ?? '/', 'http://localhost').pathname === '/status';
    const body = isStatus
      ? progress.snapshot()
      : { error: `${request.method} ${request.url} is unknown: GET /status` };
    response.writeHead(isStatus ? 200 : 404, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body)}\n`);
  });
  await listen(server, port);
  const address = server.address();
  const chosen = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${chosen}/status`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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
