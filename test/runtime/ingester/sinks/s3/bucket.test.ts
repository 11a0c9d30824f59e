/** Servers that answer with 200 and are no bucket, as a proxy in the way is. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EventBucket, uploadClient } from '../../../../../runtime/ingester/sinks/s3/bucket.ts';

const server = createServer((request, response) => request.resume().on('end', () => response.end('<html/>')));

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => void server.close());

const target = { bucket: 'events', key: 'T/1.ndjson' };
const forever = new AbortController().signal;
const file = { path: import.meta.filename, bytes: 10 };

test.each<[string, (bucket: EventBucket) => Promise<unknown>]>([
  ['a list', bucket => bucket.list(target, forever)],
  ['an object', bucket => bucket.put(target, file, forever)],
  ['the beginning of one', bucket => bucket.create(target, forever)],
  ['a part', bucket => bucket.putPart({ target, uploadId: 'u' }, { ...file, number: 1 }, forever)],
  ['the end of one', bucket => bucket.complete(target, 'u', [{ number: 1, bytes: 10, etag: 'e' }], forever)],
])('%s is not taken for acknowledged by a server that is no bucket', async (_, ask) => {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const client = uploadClient({
    ...{ region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true, maxAttempts: 1 },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await expect(ask(new EventBucket(client))).rejects.toThrow('the answer has no');
  client.destroy();
});
