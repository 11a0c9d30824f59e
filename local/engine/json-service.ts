/** The services over HTTP as SDKs speak to them: JSON on HTTP/1.1 or, as the JavaScript SDK does with Kinesis unless told otherwise, on HTTP/2; on one port. */
import { randomUUID } from 'node:crypto';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import type { Answer, Incoming, Outgoing } from './refusal.ts';
import { ServiceError } from './service-error.ts';

/** What is asked by name, in JSON. */
export interface JsonService {
  /** What comes before the operation in `x-amz-target`. */
  readonly target: string;
  readonly contentType: string;
  /** Answers one request, by an object or its JSON text. @throws ServiceError when it is refused */
  answer(operation: string, input: unknown): object | string;
  /** What an answer's head tells of its body. @default nothing */
  headersOf?(body: Buffer): Record<string, string>;
}

/** What every HTTP/2 connection begins with. */
const HTTP2 = 'PRI *';

/** A server for what `answer` answers, on HTTP/1.1 alone: Node reads that faster where nobody chose it first. */
export function serveHttp1(answer: Answer): Server {
  const http = createHttp(answer);
  // Whoever keeps a connection may use it again after any time.
  http.keepAliveTimeout = 0;
  return http;
}

/** A server for what `answer` answers. */
export function serve(answer: Answer): Server {
  const http = serveHttp1(answer);
  const http2 = createHttp2(answer);
  return createServer(socket => {
    socket.on('error', () => socket.destroy());
    socket.once('data', head => {
      socket.pause();
      socket.unshift(head);
      const chosen = head.toString('latin1', 0, HTTP2.length) === HTTP2 ? http2 : http;
      chosen.emit('connection', socket);
      process.nextTick((chosenFor: Socket) => chosenFor.resume(), socket);
    });
  });
}

/** Answers a request by `service`. */
export async function answerBy(service: JsonService, request: Incoming, response: Outgoing): Promise<void> {
  try {
    const [target, operation = ''] = String(request.headers['x-amz-target']).split('.');
    const body = await bodyOf(request);
    if (target !== service.target)
      throw new ServiceError(
        'UnknownOperationException',
        `x-amz-target names no operation of ${service.target}`,
      );
    send(
      service,
      response,
      200,
      service.answer(operation, parse(service, body, request.headers['content-type'])),
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ServiceError)
      send(service, response, 400, { __type: error.type, message, ...error.details });
    else send(service, response, 500, { __type: 'InternalFailure', message });
  }
}

/** By events: the stream consumers of Node take as long as all the rest, and so does iterating. */
function bodyOf(request: Incoming): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function parse({ contentType }: JsonService, body: Buffer, type: string | undefined): unknown {
  if (type?.split(';')[0]?.trim() !== contentType)
    throw new ServiceError(
      'SerializationException',
      `content-type '${type}' is not read here: use ${contentType}`,
    );
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ServiceError('SerializationException', 'the body is not JSON');
  }
}

function send(service: JsonService, response: Outgoing, status: number, answer: object | string): void {
  const body = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
  response.writeHead(status, {
    'content-type': service.contentType,
    'content-length': String(body.length),
    'x-amzn-requestid': randomUUID(),
    ...service.headersOf?.(body),
  });
  response.end(body);
}
