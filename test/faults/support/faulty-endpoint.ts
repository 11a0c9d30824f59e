/** Stands between a client and a local AWS server and passes requests on, unless a test says otherwise. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A request on its way. */
export interface Passing {
  /** Name of the operation, as `PutRecords`. */
  readonly call: string;
  readonly body: string;
  /** Lets the server answer this body. */
  forward(body: string): Promise<Reply>;
}

/** What becomes of a request: a reply, no reply at all, or a connection that breaks. */
export type Fault = (passing: Passing) => Promise<Reply | 'hang' | 'break'>;

export const passOn: Fault = ({ forward, body }) => forward(body);
export const serverError: Fault = async () => ({
  status: 500,
  body: '{"__type":"InternalFailure","message":"try again"}',
});
export const breakOff: Fault = async () => 'break';

export class FaultyEndpoint implements AsyncDisposable {
  /** Applies to every request from now on. */
  fault: Fault = passOn;
  /** How many requests met another fault than `passOn`. */
  met = 0;
  readonly #server: Server;
  readonly #target: string;

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.#target = target;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(target: string): Promise<FaultyEndpoint> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultyEndpoint(server, target);
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const call = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const { fault } = this;
    if (fault !== passOn) this.met++;
    const outcome = await fault({ call, body, forward: changed => this.#forward(request, changed) });
    if (outcome === 'hang') return;
    if (outcome === 'break') {
      request.socket.destroy();
      return;
    }
    response.writeHead(outcome.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(outcome.body);
  }

  async #forward({ headers }: IncomingMessage, body: string): Promise<Reply> {
    const kept = ['authorization', 'x-amz-date', 'x-amz-target', 'content-type'];
    const answer = await fetch(this.#target, {
      method: 'POST',
      headers: kept.map((name): [string, string] => [name, String(headers[name])]),
      body,
    });
    return { status: answer.status, body: await answer.text() };
  }
}
