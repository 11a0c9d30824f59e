/** Refuses requests to streams and tables for want of room, in the words of the services. Runs in the server's thread. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** What was refused. */
export interface Refusal {
  /** Of the stream or table. */
  readonly name: string;
  readonly kind: 'read' | 'write';
  /** How many records, or 1 for a request to a table. */
  readonly count: number;
}

/** A request as the local servers read it. */
export type Incoming = Readable & Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

export type Answer = (request: Incoming, response: ServerResponse) => void;

const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);
/** What a full shard leaves possible: the rest of Kinesis is not about writing. */
const PUTS = new Set(['PutRecord', 'PutRecords']);
const CODE = 'ProvisionedThroughputExceededException';
const MESSAGE = 'Rate exceeded';

export class Refusals {
  readonly #names = new Set<string>();
  readonly #service: 'kinesis' | 'dynamodb';
  readonly #tell: (refusal: Refusal) => void;

  constructor(service: 'kinesis' | 'dynamodb', tell: (refusal: Refusal) => void) {
    this.#service = service;
    this.#tell = tell;
  }

  /** From now on the stream or table takes nothing, or takes everything again. */
  set(name: string, refuse: boolean): void {
    if (refuse) this.#names.add(name);
    else this.#names.delete(name);
  }

  /** Answers in place of `answer` what is to be refused. */
  guard(answer: Answer): Answer {
    return (request, response) => {
      if (this.#names.size === 0) answer(request, response);
      else void this.#decide(request, response, answer);
    };
  }

  async #decide(request: Incoming, response: ServerResponse, answer: Answer): Promise<void> {
    const body = await buffer(request);
    const { method, url, headers } = request;
    const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
    const refusal = this.#refusal(operation, body.toString());
    if (refusal === undefined) {
      // The body has been read: the server is given the same request to read again.
      answer(Object.assign(Readable.from([body]), { method, url, headers }), response);
      return;
    }
    this.#tell(refusal);
    const isPartial = operation === 'PutRecords';
    const entry = { ErrorCode: CODE, ErrorMessage: MESSAGE };
    const reply = isPartial
      ? { FailedRecordCount: refusal.count, Records: Array.from({ length: refusal.count }, () => entry) }
      : { __type: CODE, message: MESSAGE };
    response.writeHead(isPartial ? 200 : 400, { 'content-type': String(headers['content-type']) });
    response.end(JSON.stringify(reply));
  }

  #refusal(operation: string, body: string): Refusal | undefined {
    const kind = READS.has(operation) ? 'read' : 'write';
    if (this.#service === 'kinesis' && !PUTS.has(operation)) return undefined;
    const asked: { StreamName?: string; TableName?: string; RequestItems?: object; Records?: unknown[] } =
      JSON.parse(body);
    const meant = [asked.StreamName, asked.TableName, ...Object.keys(asked.RequestItems ?? {})];
    const name = meant.find(each => each !== undefined && this.#names.has(each));
    return name === undefined ? undefined : { name, kind, count: asked.Records?.length ?? 1 };
  }
}
