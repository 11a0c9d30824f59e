/** A REST endpoint as Upstash documents its own, in front of a real Redis server: single commands, pipelines, transactions, and how it refuses. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createClient, ErrorReply } from '@redis/client';

type Client = ReturnType<typeof clientFor>;
interface Answered {
  readonly result?: unknown;
  readonly error?: string;
}
type Refusal = 'limit' | 'html' | 'nothing' | 'ok' | 'cut' | 'lost';

export class UpstashEndpoint implements AsyncDisposable {
  readonly token = 'a-token-of-its-own';
  readonly #server: Server;
  readonly #client: Client;
  /** What was asked for, and how many commands that were. */
  requests = 0;
  commands = 0;
  /** How the next requests fail: over the plan's limit, with a page of a proxy, with `null` or `OK` whatever is asked, unheard, or done but unanswered. */
  refusal: Refusal | undefined;

  private constructor(client: Client) {
    this.#client = client;
    this.#server = createServer((request, response) => {
      // Who asks while it ends is not answered.
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** @param redis the address of the server behind it */
  static async start(redis: string): Promise<UpstashEndpoint> {
    const client = clientFor(redis);
    client.on('error', () => undefined);
    await client.connect();
    const endpoint = new UpstashEndpoint(client);
    endpoint.#server.listen(0, '127.0.0.1');
    await once(endpoint.#server, 'listening');
    return endpoint;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { refusal } = this;
    if (refusal === 'cut') return void response.destroy();
    if (refusal === 'html') return void response.writeHead(502).end('<html>Bad Gateway</html>');
    const say = (code: number, body: unknown) =>
      void response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return say(401, { error: 'WRONGPASS invalid or missing auth token' });
    if (refusal === 'limit')
      return say(429, { error: 'ERR max requests limit exceeded. Limit: 500000, Usage: 500001.' });
    const body: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
    if (refusal === 'nothing') return say(200, null);
    if (refusal === 'ok')
      return say(200, Array.isArray(body) ? body.map(() => ({ result: 'OK' })) : { result: 'OK' });
    const encode = request.headers['upstash-encoding'] === 'base64' ? base64 : (value: unknown) => value;
    const [code, answer] = await this.#do(new URL(request.url ?? '/', this.url).pathname, body, encode);
    if (refusal === 'lost') return void response.destroy();
    say(code, answer);
  }

  async #do(path: string, body: unknown, encode: (value: unknown) => unknown): Promise<[number, unknown]> {
    const commands = Array.isArray(body) ? body : [];
    if (path === '/pipeline') return [200, await Promise.all(commands.map(each => this.#run(each, encode)))];
    if (path === '/multi-exec') {
      const multi = this.#client.multi();
      for (const each of commands) multi.addCommand(words(each));
      const results = await multi.execAsPipeline();
      return [200, results.map(result => ({ result: encode(result) }))];
    }
    const inPath = path.split('/').filter(Boolean).map(decodeURIComponent);
    const answer = await this.#run(inPath.length > 0 ? inPath : commands, encode);
    return [answer.error === undefined ? 200 : 400, answer];
  }

  async #run(command: unknown, encode: (value: unknown) => unknown): Promise<Answered> {
    this.commands++;
    try {
      return { result: encode(await this.#client.sendCommand(words(command))) };
    } catch (error) {
      if (!(error instanceof ErrorReply)) throw error;
      return { error: error.message };
    }
  }
}

function clientFor(url: string) {
  return createClient({ url });
}

function words(command: unknown): string[] {
  return Array.isArray(command) ? command.map(String) : [];
}

/** Texts alone are encoded, however deep they stand; OK is not. */
function base64(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(base64);
  return typeof value === 'string' && value !== 'OK' ? Buffer.from(value).toString('base64') : value;
}
