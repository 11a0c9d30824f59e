/** The buckets of the stage as S3 answers for them: a server that takes objects into their folders, and gives them back. */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { LocalBucket } from './buckets.ts';
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
    const [, name = '', ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const key = rest.map(decodeURIComponent).join('/');
    const bucket = this.buckets.find(candidate => candidate.name === name);
    const body = await buffer(request);
    if (request.method === 'PUT' && bucket !== undefined && key !== '' && !bucket.refuses) {
      await bucket.put(key, withoutChunks(body, request.headers['content-encoding']));
      response.writeHead(200, { etag: '"local"' });
      response.end();
      return;
    }
    const found = request.method === 'GET' ? await bucket?.read(key).catch(() => undefined) : undefined;
    if (found !== undefined) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      response.end(found);
      return;
    }
    const [status, code] = faultOf(request.method, bucket);
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<Error><Code>${code}</Code><Message>${request.method} ${name}/${key}</Message></Error>`);
  }
}

function faultOf(method: string | undefined, bucket: LocalBucket | undefined) {
  if (bucket === undefined) return [404, 'NoSuchBucket'] as const;
  if (method === 'GET') return [404, 'NoSuchKey'] as const;
  return method === 'PUT' && bucket.refuses
    ? ([403, 'AccessDenied'] as const)
    : ([501, 'NotImplemented'] as const);
}

/** The SDK may send a body in chunks, each behind a line with its length, with a checksum at the end. */
function withoutChunks(bytes: Buffer, encoding: string | undefined): Buffer {
  if (encoding !== 'aws-chunked') return bytes;
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (!(length > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
