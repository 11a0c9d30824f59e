/** A server in place of Kinesis that answers whatever a test tells it to, and keeps what it was asked, byte for byte. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What a request is answered by; `end` breaks the connection after so much of the body. */
export interface HostileAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly end?: 'half';
}

export interface Asked {
  readonly headers: IncomingMessage['headersDistinct'];
  readonly body: Buffer;
}

export class HostileKinesis implements AsyncDisposable {
  readonly asked: Asked[] = [];
  /** What comes next; the last is given again and again. */
  answers: readonly HostileAnswer[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', async (request, response) => {
      this.asked.push({ headers: request.headersDistinct, body: await buffer(request) });
      const { status = 200, headers = {}, body = '', end } = this.#next();
      const bytes = Buffer.from(body);
      response.writeHead(status, {
        'content-type': 'application/x-amz-json-1.1',
        'content-length': bytes.length,
        ...headers,
      });
      if (end === undefined) response.end(bytes);
      else response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    });
  }

  static async start(): Promise<HostileKinesis> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HostileKinesis(server);
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  #next(): HostileAnswer {
    const [first = {}, ...later] = this.answers;
    if (later.length > 0) this.answers = later;
    return first;
  }
}
