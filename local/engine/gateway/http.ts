/** The gateway's door: HTTP on loopback, and what is refused before any route is looked for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { foreign } from '../../loopback/guard.ts';
import { type GatewayReply, type GatewayRequest, refusal } from './message.ts';

/** What API Gateway takes of a body, and of a request's line and headers together, bytes. */
const BODY_LIMIT = 10 * 2 ** 20;
const HEAD_LIMIT = 10_240;

export type Answer = (request: GatewayRequest) => Promise<GatewayReply>;

export class GatewayHttp {
  readonly #server = createServer({ maxHeaderSize: HEAD_LIMIT }, (request, response) => {
    this.#reply(request, response).catch(() => response.destroy());
  });
  readonly #answer: Answer;
  readonly #letsIn: (origin: string) => boolean;

  private constructor(answer: Answer, letsIn: (origin: string) => boolean) {
    this.#answer = answer;
    this.#letsIn = letsIn;
  }

  /** Resolves once it listens on a free port. @param letsIn whether pages of that origin may ask. @default none but this machine's own */
  static async start(answer: Answer, letsIn = (_origin: string): boolean => false): Promise<GatewayHttp> {
    const http = new GatewayHttp(answer, letsIn);
    await new Promise<void>(resolve => http.#server.listen(0, '127.0.0.1', resolve));
    return http;
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the gateway does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  async #reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await this.#replyTo(request);
    const length = { 'content-length': String(body.length) };
    response.writeHead(status, { ...headers, ...(status === 204 || status === 304 ? {} : length) });
    response.end(body);
  }

  async #replyTo(request: IncomingMessage): Promise<GatewayReply> {
    const headers = new Map<string, readonly string[]>();
    for (const [name, values] of Object.entries(request.headersDistinct))
      if (values !== undefined) headers.set(name, values);
    const [host, origin] = ['host', 'origin'].map(name => headers.get(name)?.join(', '));
    const isNamed = origin !== undefined && this.#letsIn(origin);
    if (foreign({ host, origin: isNamed ? undefined : origin }) !== undefined) return refusal(403);
    const body = await bodyOf(request);
    if (body === undefined) return refusal(413);
    const [path = '', ...query] = (request.url ?? '').split('?');
    if (!path.startsWith('/')) return refusal(400);
    return this.#answer({
      ...{ method: request.method ?? '', path, query: query.join('?'), headers, body },
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    });
  }
}

/** @returns undefined for one that is too long; the rest of it is read and forgotten */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= BODY_LIMIT) chunks.push(chunk);
  }
  return length > BODY_LIMIT ? undefined : Buffer.concat(chunks);
}
