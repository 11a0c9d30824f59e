/** The buckets of a stage, as the SDK of a function reaches them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, test } from '@jest/globals';
import { LocalBucket } from '../../../local/engine/buckets.ts';
import { ObjectServer } from '../../../local/engine/object-server.ts';
import { scratch } from './support/sample-stage.ts';

const running: ObjectServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function serve() {
  const server = await ObjectServer.start();
  running.push(server);
  const bucket = new LocalBucket('Storage/Reports', 'reports', scratch());
  server.buckets = [bucket];
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return { bucket, client };
}

test('an object that is put lies in the folder of its bucket, whole', async () => {
  const { bucket, client } = await serve();
  const Body = '{"date":"2025-11-20","Übersicht":"∑"}\r\n';
  await client.send(new PutObjectCommand({ Bucket: 'reports', Key: 'reconcile/stocks/day.json', Body }));
  expect(readFileSync(join(bucket.folder, 'reconcile/stocks/day.json'), 'utf8')).toBe(Body);
});

test('an object that is there is given back, and another is not there', async () => {
  const { client } = await serve();
  await client.send(new PutObjectCommand({ Bucket: 'reports', Key: 'a/day.json', Body: '{}' }));
  const found = await client.send(new GetObjectCommand({ Bucket: 'reports', Key: 'a/day.json' }));
  expect(await found.Body?.transformToString()).toBe('{}');
  const other = client.send(new GetObjectCommand({ Bucket: 'reports', Key: 'a/other.json' }));
  await expect(other).rejects.toBeInstanceOf(NoSuchKey);
});

test('a bucket that refuses says so to whoever puts, and holds nothing', async () => {
  const { bucket, client } = await serve();
  bucket.refuses = true;
  const put = client.send(new PutObjectCommand({ Bucket: 'reports', Key: 'a', Body: 'b' }));
  await expect(put).rejects.toThrow(/PUT reports\/a/);
  expect(await bucket.keys('')).toEqual([]);
});

test('a bucket that the stage has not is refused', async () => {
  const { client } = await serve();
  const put = client.send(new PutObjectCommand({ Bucket: 'others', Key: 'a', Body: 'b' }));
  await expect(put).rejects.toThrow(/PUT others\/a/);
});
