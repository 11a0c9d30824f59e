/** Objects that come in parts, as the SDK sends them, and what S3's documentation says of them. */
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LocalBucket } from '../../../local/engine/buckets.ts';
import { ObjectServer } from '../../../local/engine/object-server.ts';
import { scratch } from './support/sample-stage.ts';

const LEAST = 5 * 1024 * 1024;
const server = await ObjectServer.start();
const client = new S3Client({
  region: 'us-east-1',
  endpoint: server.endpoint,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});
afterAll(() => server.stop());

let bucket: LocalBucket;
beforeEach(() => {
  bucket = new LocalBucket('Storage/Events', 'events', scratch());
  server.buckets = [bucket];
});

const where = { Bucket: 'events', Key: 'a/b=1/object & more' };

async function begun(Key = where.Key): Promise<string> {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...where, Key, ChecksumAlgorithm: 'CRC32' }),
  );
  return UploadId ?? '';
}

async function put(UploadId: string, PartNumber: number, Body: string | Buffer): Promise<CompletedPart> {
  const answer = await client.send(new UploadPartCommand({ ...where, UploadId, PartNumber, Body }));
  const { ETag, ChecksumCRC32 } = answer;
  return { PartNumber, ...(ETag && { ETag }), ...(ChecksumCRC32 && { ChecksumCRC32 }) };
}

const complete = (UploadId: string, Parts: CompletedPart[]) =>
  client.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts } }));
const refused = (name: string) => expect.objectContaining({ name });

describe('an upload in parts', () => {
  test('is an object once it is completed, and not before', async () => {
    const id = await begun();
    const first = await put(id, 1, Buffer.alloc(LEAST, 'a'));
    const last = await put(id, 2, 'end');
    expect(await bucket.keys('')).toEqual([]);
    expect((await complete(id, [first, last])).ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(await bucket.keys('')).toEqual([where.Key]);
    expect((await bucket.read(where.Key)).toString()).toBe(`${'a'.repeat(LEAST)}end`);
  });

  test('takes a part anew in place of the one that had its number', async () => {
    const id = await begun();
    const early = await put(id, 1, 'early');
    const late = await put(id, 1, 'late');
    await expect(complete(id, [early])).rejects.toEqual(refused('InvalidPart'));
    await complete(id, [late]);
    expect((await bucket.read(where.Key)).toString()).toBe('late');
  });

  test('is refused with parts too small but the last, out of order, unknown, none, or without their checksums', async () => {
    const id = await begun();
    const [first, second] = [await put(id, 1, 'small'), await put(id, 2, 'last')];
    await expect(complete(id, [first, second])).rejects.toEqual(refused('EntityTooSmall'));
    await expect(complete(id, [second, first])).rejects.toEqual(refused('InvalidPartOrder'));
    await expect(complete(id, [first, first])).rejects.toEqual(refused('InvalidPartOrder'));
    await expect(complete(id, [{ ...second, PartNumber: 3 }])).rejects.toEqual(refused('InvalidPart'));
    await expect(complete(id, [])).rejects.toEqual(refused('MalformedXML'));
    const { ChecksumCRC32: _, ...bare } = second;
    await expect(complete(id, [bare])).rejects.toEqual(refused('InvalidRequest'));
    await complete(id, [second]);
    expect((await bucket.read(where.Key)).toString()).toBe('last');
  });

  test('of a part whose checksum is another’s is refused', async () => {
    const wrong = { UploadId: await begun(), PartNumber: 1, Body: 'x', ChecksumCRC32: 'AAAAAA==' };
    await expect(client.send(new UploadPartCommand({ ...where, ...wrong }))).rejects.toEqual(
      refused('BadDigest'),
    );
  });

  test('has parts numbered from 1 to 10,000', async () => {
    const id = await begun();
    for (const number of [0, 10_001])
      await expect(put(id, number, 'x')).rejects.toEqual(refused('InvalidArgument'));
    await put(id, 10_000, 'x');
  });

  test('that is completed, aborted or another’s is none', async () => {
    const [aborted, completed] = [await begun(), await begun()];
    await client.send(new AbortMultipartUploadCommand({ ...where, UploadId: aborted }));
    const part = await put(completed, 1, 'x');
    await complete(completed, [part]);
    for (const id of [aborted, completed, 'nonsense', '../..', await begun('other')]) {
      await expect(put(id, 1, 'x')).rejects.toEqual(refused('NoSuchUpload'));
      await expect(complete(id, [part])).rejects.toEqual(refused('NoSuchUpload'));
    }
  });

  test('is listed by its key, and its parts by their numbers', async () => {
    const [id, other] = [await begun(), await begun('other')];
    const parts = [await put(id, 2, 'two'), await put(id, 1, 'one')];
    const listed = await client.send(new ListMultipartUploadsCommand({ Bucket: 'events', Prefix: 'a/' }));
    expect(listed.Uploads).toEqual([{ Key: where.Key, UploadId: id }]);
    const all = await client.send(new ListMultipartUploadsCommand({ Bucket: 'events' }));
    expect(all.Uploads?.map(each => each.UploadId)).toEqual([id, other]);
    const found = await client.send(new ListPartsCommand({ ...where, UploadId: id }));
    expect(found.Parts).toEqual(parts.toReversed().map(part => ({ ...part, Size: 3 })));
    const rest = await client.send(new ListPartsCommand({ ...where, UploadId: id, PartNumberMarker: '1' }));
    expect(rest.Parts?.map(part => part.PartNumber)).toEqual([2]);
  });

  test('is refused by a bucket that refuses its writer, with what was there kept', async () => {
    const id = await begun();
    const part = await put(id, 1, 'x');
    bucket.refuses = true;
    await expect(put(id, 2, 'y')).rejects.toEqual(refused('AccessDenied'));
    await expect(complete(id, [part])).rejects.toEqual(refused('AccessDenied'));
    bucket.refuses = false;
    await complete(id, [part]);
    expect(await bucket.keys('')).toEqual([where.Key]);
  });
});

describe('the listing of a bucket', () => {
  test('holds the keys that begin so and their sizes, a page at a time, and none that was deleted', async () => {
    const keys = ['p/x-seq=000001', 'p/x-seq=000002', 'p/x-seq=000003', 'p/y-seq=000001', 'q'];
    for (const key of keys) await bucket.put(key, key);
    await client.send(new DeleteObjectCommand({ Bucket: 'events', Key: 'p/x-seq=000002' }));
    await client.send(new DeleteObjectCommand({ Bucket: 'events', Key: 'nothing' }));
    const asked = { Bucket: 'events', Prefix: 'p/x-' };
    const found: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 1 }, asked))
      for (const { Key, Size } of page.Contents ?? []) found.push(`${Key} ${Size}`);
    expect(found).toEqual(['p/x-seq=000001 14', 'p/x-seq=000003 14']);
  });

  test('is that of a bucket which is there', async () => {
    await expect(client.send(new ListObjectsV2Command({ Bucket: 'other' }))).rejects.toEqual(
      refused('NoSuchBucket'),
    );
  });
});
