/** Refuses requests to streams and tables for want of room, in the words of the services. Runs in the server's thread. */
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** `upper half`: of a stream, what has an explicit hash key in the upper half of the hash space, as if those shards were full. */
export type Extent = 'none' | 'all' | 'upper half';

/** What was refused. */
export interface Refusal {
  /** Of the stream or table. */
  readonly name: string;
  readonly kind: 'read' | 'write';
  /** How many records, or 1 for a request to a table. */
  readonly count: number;
}

/** A request as the local servers read it. */
export type Incoming = Readable & {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
};

/** What it is answered by. */
export interface Outgoing {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body?: string | Uint8Array): unknown;
}

export type Answer = (request: Incoming, response: Outgoing) => void;

interface PutEntry {
  readonly ExplicitHashKey?: string;
}

interface Asked {
  readonly StreamName?: string;
  readonly TableName?: string;
  readonly RequestItems?: object;
  readonly Records?: readonly PutEntry[];
}

const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);
/** What a full shard leaves possible: the rest of Kinesis is not about writing. */
const PUTS = new Set(['PutRecord', 'PutRecords']);
const UPPER_HALF = 1n << 127n;
const MESSAGE = 'Rate exceeded';
const ENTRY = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: MESSAGE };

export class Refusals {
  readonly #extents = new Map<string, Extent>();
  readonly #service: 'kinesis' | 'dynamodb';
  readonly #tell: (refusal: Refusal) => void;

  constructor(service: 'kinesis' | 'dynamodb', tell: (refusal: Refusal) => void) {
    this.#service = service;
    this.#tell = tell;
  }

  /** From now on requests to the stream or table are refused to that extent. */
  set(name: string, extent: Extent): void {
    if (extent === 'none') this.#extents.delete(name);
    else this.#extents.set(name, extent);
  }

  /** Answers in place of `answer` what is to be refused. */
  guard(answer: Answer): Answer {
    return (request, response) => {
      if (this.#extents.size === 0) answer(request, response);
      else void this.#decide(request, response, answer);
    };
  }

  async #decide(request: Incoming, response: Outgoing, answer: Answer): Promise<void> {
    const body = await buffer(request).catch(() => undefined);
    // Whoever asked has gone in the middle of it.
    if (body === undefined) return;
    const { method, url, headers } = request;
    const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
    const asked = askedIn(body);
    const name = this.#service === 'dynamodb' || PUTS.has(operation) ? this.#meant(asked) : undefined;
    const entries = asked.Records ?? [];
    const refused = entries.map(entry => this.#refuses(name, entry));
    const count = entries.length === 0 ? 1 : refused.filter(Boolean).length;
    if (name === undefined || count === 0) {
      // The body has been read: the server is given the same request to read again.
      answer(Object.assign(Readable.from([body]), { method, url, headers }), response);
      return;
    }
    this.#tell({ name, kind: READS.has(operation) ? 'read' : 'write', count });
    const type = { 'content-type': String(headers['content-type']) };
    if (operation === 'PutRecords') {
      const taken = await put(headers, { ...asked, Records: entries.filter((_, index) => !refused[index]) });
      const Records = refused.map(isRefused => (isRefused ? ENTRY : taken.shift()));
      response.writeHead(200, type);
      response.end(JSON.stringify({ FailedRecordCount: count, Records }));
    } else {
      response.writeHead(400, type);
      response.end(JSON.stringify({ __type: ENTRY.ErrorCode, message: MESSAGE }));
    }
  }

  #meant({ StreamName, TableName, RequestItems = {} }: Asked): string | undefined {
    const names = [StreamName, TableName, ...Object.keys(RequestItems)];
    return names.find(name => name !== undefined && this.#extents.has(name));
  }

  #refuses(name: string | undefined, { ExplicitHashKey = '0' }: PutEntry): boolean {
    const extent = this.#extents.get(name ?? '');
    return extent === 'all' || (extent === 'upper half' && BigInt(ExplicitHashKey) >= UPPER_HALF);
  }
}

/** Puts what is not refused by a request of its own to the same server. @returns the answers to its records */
async function put(headers: IncomingHttpHeaders, request: Asked): Promise<unknown[]> {
  if (request.Records?.length === 0) return [];
  const names = ['content-type', 'x-amz-target', 'x-amz-date', 'authorization'];
  const reply = await fetch(`http://${headers.host ?? headers[':authority']}/`, {
    method: 'POST',
    headers: names.map((name): [string, string] => [name, String(headers[name])]),
    body: JSON.stringify(request),
  });
  const answered: { Records: unknown[] } = JSON.parse(await reply.text());
  return answered.Records;
}

/** What is no JSON asks for nothing that is refused here. */
function askedIn(body: Buffer): Asked {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    return {};
  }
}
