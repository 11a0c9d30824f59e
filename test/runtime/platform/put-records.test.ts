/** PutRecords against a server that speaks Kinesis and refuses what a test tells it to. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { kinesisClient } from '../../../runtime/platform/aws.ts';
import { type Entry, putAll, requestsOf } from '../../../runtime/platform/put-records.ts';

const atOnce = { first: 0, longest: 0 };

function entry(name: string, size = 10): Entry {
  return { partitionKey: name, explicitHashKey: '0', data: Buffer.alloc(size) };
}

describe('putAll', () => {
  let server: Server;
  let client: KinesisClient;
  /** Partition keys of each request. */
  let requests: string[][];
  /** For each request the keys that it refuses; afterwards nothing is refused. */
  let refusals: string[][];
  let sockets: number;

  beforeEach(async () => {
    requests = [];
    refusals = [];
    sockets = 0;
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { Records } = JSON.parse(Buffer.concat(chunks).toString());
      const keys: string[] = Records.map(({ PartitionKey }: { PartitionKey: string }) => PartitionKey);
      const refused = new Set(refusals.shift());
      requests.push(keys);
      const results = keys.map(key =>
        refused.has(key)
          ? { ErrorCode: 'InternalFailure', ErrorMessage: 'no' }
          : { SequenceNumber: '1', ShardId: 's' },
      );
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ FailedRecordCount: refused.size, Records: results }));
    });
    server.on('connection', () => {
      sockets++;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_KINESIS: `http://127.0.0.1:${address.port}`,
    });
    client = kinesisClient();
  });

  afterEach(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  test('sends everything, 500 at a time, over one connection', async () => {
    const entries = Array.from({ length: 1_200 }, (_, n) => entry(`k${n}`));
    expect(await putAll(client, 'bars', entries)).toBe(1_200);
    expect(requests.map(keys => keys.length)).toEqual([500, 500, 200]);
    expect(sockets).toBe(1);
  });

  test('sends again only what was refused, until it is taken', async () => {
    refusals = [['b', 'c'], ['c']];
    const retried: number[] = [];
    const onRetry = (count: number) => retried.push(count);
    await putAll(
      client,
      'bars',
      ['a', 'b', 'c', 'd'].map(name => entry(name)),
      { backoff: atOnce, onRetry },
    );
    expect(requests).toEqual([['a', 'b', 'c', 'd'], ['b', 'c'], ['c']]);
    expect(retried).toEqual([2, 1]);
  });

  test('ends with the number of unacknowledged records when its time is over', async () => {
    refusals = Array.from({ length: 100 }, () => ['b']);
    const limit = new AbortController();
    const onRetry = () => limit.abort(new Error('time is over'));
    const put = putAll(client, 'bars', [entry('a'), entry('b')], { signal: limit.signal, onRetry });
    await expect(put).rejects.toThrow('1 of 2 records were not acknowledged by stream bars in time');
    await expect(put).rejects.toMatchObject({
      cause: expect.objectContaining({ message: '{"InternalFailure":1}' }),
    });
  });

  test('sends nothing when there is nothing, or no time at all', async () => {
    expect(await putAll(client, 'bars', [])).toBe(0);
    await expect(putAll(client, 'bars', [entry('a')], { signal: AbortSignal.abort() })).rejects.toThrow(
      '1 of 1',
    );
    expect(requests).toEqual([]);
  });
});

describe('a request', () => {
  test('holds at most 500 records and 10 MiB with the keys', () => {
    const sizes = (entries: Entry[]) => [...requestsOf(entries)].map(part => part.length);
    expect(sizes(Array.from({ length: 501 }, () => entry('k')))).toEqual([500, 1]);
    const half = 5 * 1024 * 1024;
    expect(sizes([entry('k', half - 1), entry('k', half - 1)])).toEqual([2]);
    expect(sizes([entry('k', half - 1), entry('kk', half - 1)])).toEqual([1, 1]);
    expect(sizes([entry('k', 3 * half)])).toEqual([1]);
  });
});
