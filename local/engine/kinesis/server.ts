/** Kinesis over HTTP as SDKs speak it: JSON 1.1 on HTTP/1.1 or, as the JavaScript SDK does unless told otherwise, on HTTP/2; on one port. */
import { createServer as createHttp } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import type { Answer, Incoming, Outgoing } from '../refusal.ts';
import { ServiceError } from '../service-error.ts';
import type { Kinesis } from './kinesis.ts';

const JSON_TYPE = 'application/x-amz-json-1.1';
/** What every HTTP/2 connection begins with. */
const HTTP2 = 'PRI *';

/** A server for what `answer` answers. */
export function serve(answer: Answer): Server {
  const http = createHttp(answer);
  // Whoever keeps a connection may use it again after any time.
  http.keepAliveTimeout = 0;
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

/** Answers a request by `kinesis`. */
export async function answerBy(kinesis: Kinesis, request: Incoming, response: Outgoing): Promise<void> {
  try {
    const [service, operation = ''] = String(request.headers['x-amz-target']).split('.');
    const body = await bodyOf(request);
    if (service !== 'Kinesis_20131202')
      throw new ServiceError(
        'UnknownOperationException',
        'x-amz-target names no operation of Kinesis_20131202',
      );
    send(response, 200, kinesis.answer(operation, parse(body, request.headers['content-type'])));
  } catch (error) {
    const [status, type] = error instanceof ServiceError ? [400, error.type] : [500, 'InternalFailure'];
    send(response, status, { __type: type, message: error instanceof Error ? error.message : String(error) });
  }
}

/** What the stream consumers of Node do by way of a blob, which takes as long as all the rest. */
async function bodyOf(request: Incoming): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parse(body: Buffer, type: string | undefined): unknown {
  if (type?.split(';')[0]?.trim() !== JSON_TYPE)
    throw new ServiceError(
      'SerializationException',
      `content-type '${type}' is not read here: use ${JSON_TYPE}`,
    );
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ServiceError('SerializationException', 'the body is not JSON');
  }
}

function send(response: Outgoing, status: number, answer: object): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, { 'content-type': JSON_TYPE, 'content-length': String(body.length) });
  response.end(body);
}
