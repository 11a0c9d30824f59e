/** Thread of one local server, Kinesis or DynamoDB: keeps its work off the engine's thread and tells of every write. */
import { parentPort, workerData } from 'node:worker_threads';
import { DynamoDb } from '../dynamodb/dynamodb.ts';
import { answerBy, serve, serveHttp1 } from '../json-service.ts';
import { Kinesis } from '../kinesis/kinesis.ts';
import { ownOnly } from '../own-only.ts';
import { Refusals } from '../refusal.ts';
import type { FromServer, ServerSetup, ToServer } from '../server-messages.ts';

const parent = parentPort;
if (parent === null) throw new Error('server-thread.ts runs only as a worker thread of the engine');

const { kind, port }: ServerSetup = workerData;
const tapped = new Set<string>();
let writes = 0;

function post(message: FromServer): void {
  parent?.postMessage(message);
}

const refusals = new Refusals(kind, refusal => post({ type: 'refused', refusal }));

/** Bytes of a stream's records that stay for whoever comes later, although no function of the stage needs them any more. */
const KEPT = 16 * 2 ** 20;

const kinesis = new Kinesis({
  now: Date.now,
  kept: KEPT,
  onWritten: () => {
    writes++;
    post({ type: 'written' });
  },
  onPut: ({ name }, entries, taken) => {
    if (!tapped.has(name)) return;
    const records = entries.map(({ PartitionKey, ExplicitHashKey, Data }, index) => ({
      partitionKey: PartitionKey,
      explicitHashKey: ExplicitHashKey ?? undefined,
      sequenceNumber: taken[index]?.sequence ?? '',
      shardId: taken[index]?.shardId ?? '',
      data: Buffer.from(Data, 'base64').toString(),
    }));
    post({ type: 'put', stream: name, records });
  },
});

const service = kind === 'kinesis' ? kinesis : new DynamoDb(Date.now);
const answer = ownOnly(refusals.guard((request, response) => void answerBy(service, request, response)));
const server = kind === 'kinesis' ? serve(answer) : serveHttp1(answer);
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
  if (message.type === 'done') {
    kinesis.stream(message.stream).done(message.reader, message.shard, message.sequence);
    return;
  }
  if (message.type === 'reader') kinesis.stream(message.stream).addReader(message.reader);
  if (message.type === 'tap') tapped.add(message.stream);
  if (message.type === 'refuse') refusals.set(message.name, message.extent);
  post({ type: 'writes', writes, id: message.id });
});
