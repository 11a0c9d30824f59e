/** The buckets of the stage as S3 answers for them: a server that takes objects into their folders, and gives them back. */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { LocalBucket } from './buckets.ts';
import { ObjectFault } from './object-fault.ts';
import { type Asked, bodyOf, operationOf, type Reply } from './object-requests.ts';
import { xmlOf } from './object-xml.ts';
import { ownOnly } from './own-only.ts';
import type { Incoming, Outgoing } from './refusal.ts';

export class ObjectServer {
  /** The buckets that exist. */
  buckets: readonly LocalBucket[] = [];
  readonly #server = createServer(ownOnly((request, response) => void this.#answer(request, response)));

  static async start(): Promise<ObjectServer> {
    const objects = new ObjectServer();
    await new Promise<void>(resolve => objects.#server.listen(0, '127.0.0.1', resolve));
    return objects;
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the object server does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  async #answer(request: Incoming, response: Outgoing): Promise<void> {
    try {
      const { status = 200, headers = {}, body } = await this.#reply(request);
      response.writeHead(status, headers);
      response.end(body);
    } catch (error) {
      // Whoever has gone in the middle of a request hears nothing of it.
      const fault = error instanceof ObjectFault ? error : new ObjectFault('InternalError', messageOf(error));
      response.writeHead(fault.status, { 'content-type': 'application/xml' });
      response.end(xmlOf('Error', { Code: fault.code, Message: fault.message }));
    }
  }

  async #reply(request: Incoming): Promise<Reply> {
    const { method = '', headers } = request;
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://local');
    const [, name = '', ...rest] = pathname.split('/');
    const key = rest.map(decodeURIComponent).join('/');
    const what = `${method} ${name}/${key}`;
    const raw = await buffer(request);
    const bucket = this.buckets.find(candidate => candidate.name === name);
    if (bucket === undefined) throw new ObjectFault('NoSuchBucket', what);
    const asked: Asked = { bucket, key, query, headers, body: bodyOf(raw, headers), what };
    const operation = operationOf(method, asked);
    if (operation === undefined) throw new ObjectFault('NotImplemented', what);
    if (bucket.refuses && method !== 'GET') throw new ObjectFault('AccessDenied', what);
    return await operation(asked);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
