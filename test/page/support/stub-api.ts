/** A server for the page's tests: the page, and a query API over scripted markets that misbehaves when it is told to. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type PageFile, pageHeaders } from '../../../page/build.ts';
import type { ScriptedMarket } from './scripted-market.ts';
import { type Answer, answerTo, problem } from './stub-answers.ts';

/** What the API does instead of answering; `silent` takes the question and never says a word. */
export type Fault = 'busy' | 'half' | 'failed' | 'forbidden' | 'silent' | 'senseless' | 'none';

export class StubApi implements AsyncDisposable {
  fault: Fault | undefined;
  /** Questions so far, as `304 /v1/bars?…`. */
  readonly asked: string[] = [];
  readonly #markets: readonly ScriptedMarket[];
  readonly #files: readonly PageFile[];
  /** Answers of markets that have not moved. */
  readonly #answers = new Map<string, Answer>();
  #server: Server | undefined;
  #port = 0;

  constructor(markets: readonly ScriptedMarket[], files: readonly PageFile[]) {
    this.#markets = markets;
    this.#files = files;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Begins to listen; on the same port again after it was stopped. */
  async start(): Promise<void> {
    const server = createServer((request, response) => this.#handle(request, response));
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** Goes away without a word. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    if (server) await new Promise<void>(resolve => server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname.startsWith('/v1/')) this.#reply(url, request, response);
    else this.#sendFile(url.pathname.slice(1), request, response);
  }

  #reply(url: URL, request: IncomingMessage, response: ServerResponse): void {
    if (this.fault === 'silent') return;
    if (this.fault === 'half') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4096' });
      response.write('{"bars":{"AAPL":[{"symbol":"AA');
      response.socket?.end();
      return;
    }
    const { status, type, body } = this.#answer(url);
    const tag = `"${createHash('sha1').update(body).digest('hex')}"`;
    const isKnown = status === 200 && request.headers['if-none-match'] === tag;
    this.asked.push(`${isKnown ? 304 : status} ${decodeURIComponent(`${url.pathname}${url.search}`)}`);
    response.writeHead(isKnown ? 304 : status, {
      ...{ 'content-type': type, 'cache-control': 'no-cache', etag: tag },
      ...(status === 429 ? { 'retry-after': '1' } : {}),
    });
    response.end(isKnown ? undefined : body);
  }

  #answer(url: URL): Answer {
    switch (this.fault) {
      case 'busy':
        return problem(429, 'too many requests');
      case 'failed':
        return problem(503, 'the table is gone');
      case 'forbidden':
        return problem(403, 'the token has expired');
      case 'none':
        return problem(404, 'there is no API');
      case 'senseless':
        return { status: 200, type: 'application/json', body: '{"bars":7,"latest":7,"symbols":7,"feeds":7}' };
      default:
        return this.#honest(url);
    }
  }

  #honest(url: URL): Answer {
    if (url.pathname === '/v1/status') return answerTo(url, this.#markets);
    const key = `${url.href} ${this.#markets.map(({ state }) => state).join()}`;
    const answer = this.#answers.get(key) ?? answerTo(url, this.#markets);
    this.#answers.set(key, answer);
    return answer;
  }

  #sendFile(path: string, request: IncomingMessage, response: ServerResponse): void {
    const file = this.#files.find(each => each.path === path);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const isPacked = /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
    response.writeHead(200, {
      ...{ ...pageHeaders, 'content-type': file.type },
      ...(isPacked ? { 'content-encoding': 'br' } : {}),
    });
    response.end(isPacked ? file.brotli : file.body);
  }
}
