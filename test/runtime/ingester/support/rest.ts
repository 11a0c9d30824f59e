/** A vendor's REST that answers exactly what a test scripts, over real HTTP. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';

export interface Reply {
  readonly status?: number;
  readonly body: unknown;
  /** What is sent instead of the body's JSON, as it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class ScriptedRest implements AsyncDisposable {
  /** Path and query of every request, in order. */
  readonly asked: string[] = [];
  readonly keys: (string | undefined)[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param answer what each request gets, by its path and number from 0 on */
  static async start(answer: (path: string, number: number) => Reply): Promise<ScriptedRest> {
    const server = createServer();
    const rest = new ScriptedRest(server);
    server.on('request', (request: IncomingMessage, response) => {
      const path = request.url ?? '';
      const { status = 200, body, text, headers = {} } = answer(path, rest.asked.length);
      rest.asked.push(path);
      rest.keys.push(request.headers.authorization);
      response.writeHead(status, headers).end(text ?? JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return rest;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }
}
