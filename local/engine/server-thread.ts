/** Thread of one local server, Kinesis or DynamoDB: keeps its work off the engine's thread and tells of every write. */
import type { Server, ServerResponse } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import { createKinesalite } from './kinesalite.ts';
import { type Incoming, Refusals } from './refusal.ts';
import type { FromServer, ServerSetup, ToServer } from './server-messages.ts';

const WRITES = new Set(['PutRecord', 'PutRecords', 'SplitShard', 'MergeShards']);

const parent = parentPort;
if (parent === null) throw new Error('server-thread.ts runs only as a worker thread of the engine');

const { kind, port }: ServerSetup = workerData;
const tapped = new Set<string>();
let writes = 0;

function post(message: FromServer): void {
  parent?.postMessage(message);
}

const refusals = new Refusals(kind, refusal => post({ type: 'refused', refusal }));

/** Lets `server` answer as ever but for what is to be refused, and tells of what was written before the writer learns that it succeeded. */
function watch(server: Server): Server {
  const [answer] = server.listeners('request');
  server.removeAllListeners('request');
  const answerOrRefuse = refusals.guard((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    if (WRITES.has(operation)) watchWrite(operation, request, response);
    answer?.call(server, request, response);
  });
  server.on('request', answerOrRefuse);
  return server;
}

function watchWrite(operation: string, request: Incoming, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  if (tapped.size > 0) request.on('data', (chunk: Buffer) => chunks.push(chunk));
  const end = response.end.bind(response);
  response.end = (body?: unknown) => {
    if (response.statusCode === 200) {
      writes++;
      post({ type: 'written' });
      if (chunks.length > 0 && operation.startsWith('Put')) {
        const text = Buffer.concat(chunks).toString();
        const stream = /"StreamName"\s*:\s*"([^"]*)"/.exec(text)?.[1];
        if (stream !== undefined && tapped.has(stream))
          post({ type: 'put', stream, request: text, reply: String(body) });
      }
    }
    return end(body);
  };
}

function create(): Server {
  if (kind === 'kinesis') return watch(createKinesalite());
  return watch(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }));
}

const server = create();
server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE' || port === 0) throw error;
  server.listen(0, '127.0.0.1');
});
server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) post({ type: 'listening', port: address.port });
});
server.listen(port, '127.0.0.1');

parent.on('message', (message: ToServer) => {
  if (message.type === 'tap') tapped.add(message.stream);
  if (message.type === 'refuse') refusals.set(message.name, message.extent);
  post({ type: 'writes', writes, id: message.id });
});
