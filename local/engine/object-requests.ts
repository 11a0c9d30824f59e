/** What can be asked of a bucket: objects, their listing, and uploads in parts. */
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import type { LocalBucket } from './buckets.ts';
import { ObjectFault } from './object-fault.ts';
import { type Elements, namedParts, xmlOf } from './object-xml.ts';
import { md5 } from './uploads.ts';

export interface Asked {
  readonly bucket: LocalBucket;
  /** Empty where the bucket itself is asked. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** It, in a few words. */
  readonly what: string;
}

export interface Reply {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

type Operation = (asked: Asked) => Promise<Reply>;

/** What S3 gives at once. */
const PAGE = 1_000;
const CHECKSUM = 'x-amz-checksum-crc32';

/** What is asked by the method, the key, and what stands in the query. */
export function operationOf(method: string, { key, query }: Asked): Operation | undefined {
  const upload = query.has('uploadId') ? '?uploadId' : '';
  const part = query.has('partNumber') ? '&partNumber' : '';
  const uploads = query.has('uploads') ? '?uploads' : '';
  const list = query.get('list-type') === '2' ? '?list-type=2' : '';
  return OPERATIONS[`${method} ${key === '' ? 'bucket' : 'object'}${upload}${part}${uploads}${list}`];
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  async 'PUT object'({ bucket, key, body }) {
    await bucket.put(key, body);
    return { headers: { etag: `"${md5(body)}"` } };
  },

  async 'GET object'({ bucket, key, what }) {
    const body = await bucket.read(key).catch(() => undefined);
    if (body === undefined) throw new ObjectFault('NoSuchKey', what);
    return { headers: { 'content-type': 'application/octet-stream' }, body };
  },

  async 'DELETE object'({ bucket, key }) {
    await bucket.remove(key);
    return { status: 204 };
  },

  async 'GET bucket?list-type=2'({ bucket, query }) {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const keys = (await bucket.keysFrom(prefix)).filter(key => key > after);
    const most = Math.min(PAGE, Number(query.get('max-keys') ?? PAGE));
    const page = keys.slice(0, most);
    const Contents = await Promise.all(page.map(async Key => ({ Key, Size: await bucket.sizeOf(Key) })));
    const isTruncated = keys.length > page.length;
    const next = isTruncated ? { NextContinuationToken: page.at(-1) ?? '' } : {};
    return xml('ListBucketResult', {
      ...{ Name: bucket.name, Prefix: prefix, KeyCount: page.length, MaxKeys: most },
      ...{ IsTruncated: isTruncated, ...next, Contents },
    });
  },

  async 'POST object?uploads'({ bucket, key, headers }) {
    const hasChecksums = headers['x-amz-checksum-algorithm'] === 'CRC32';
    const { id } = await bucket.uploads.create(key, hasChecksums);
    return xml('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: key, UploadId: id });
  },

  async 'PUT object?uploadId&partNumber'({ bucket, key, query, body }) {
    const number = Number(query.get('partNumber'));
    const { etag, crc32: checksum } = await bucket.uploads.put(key, idIn(query), number, body);
    return { headers: { etag: `"${etag}"`, [CHECKSUM]: checksum } };
  },

  async 'GET object?uploadId'({ bucket, key, query }) {
    const after = Number(query.get('part-number-marker') ?? 0);
    const rest = (await bucket.uploads.parts(key, idIn(query))).filter(({ number }) => number > after);
    const most = Math.min(PAGE, Number(query.get('max-parts') ?? PAGE));
    const page = rest.slice(0, most);
    const Part = page.map(({ number, etag, crc32: ChecksumCRC32, size }) => ({
      ...{ PartNumber: number, ETag: `"${etag}"`, ChecksumCRC32, Size: size },
    }));
    return xml('ListPartsResult', {
      ...{ Bucket: bucket.name, Key: key, UploadId: idIn(query), MaxParts: most, Part },
      ...{ IsTruncated: rest.length > page.length, NextPartNumberMarker: page.at(-1)?.number ?? after },
    });
  },

  async 'GET bucket?uploads'({ bucket, query }) {
    const uploads = await bucket.uploads.list(query.get('prefix') ?? '');
    const Upload = uploads.map(({ id, key }) => ({ Key: key, UploadId: id }));
    return xml('ListMultipartUploadsResult', { Bucket: bucket.name, IsTruncated: false, Upload });
  },

  async 'POST object?uploadId'({ bucket, key, query, body }) {
    const etag = await bucket.uploads.complete(key, idIn(query), namedParts(body));
    return xml('CompleteMultipartUploadResult', { Bucket: bucket.name, Key: key, ETag: `"${etag}"` });
  },

  async 'DELETE object?uploadId'({ bucket, key, query }) {
    await bucket.uploads.abort(key, idIn(query));
    return { status: 204 };
  },
};

function idIn(query: URLSearchParams): string {
  return query.get('uploadId') ?? '';
}

function xml(root: string, elements: Elements): Reply {
  return { headers: { 'content-type': 'application/xml' }, body: xmlOf(root, elements) };
}

/** The body itself. @throws ObjectFault when it is not what its checksum was made of */
export function bodyOf(raw: Buffer, headers: IncomingHttpHeaders): Buffer {
  const { body, trailer } =
    headers['content-encoding'] === 'aws-chunked' ? withoutChunks(raw) : { body: raw, trailer: '' };
  const said = headers[CHECKSUM] ?? new RegExp(`^${CHECKSUM}:(\\S+)`, 'm').exec(trailer)?.[1];
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  if (said !== undefined && said !== bytes.toString('base64'))
    throw new ObjectFault('BadDigest', 'The CRC32 you specified did not match what we received');
  return body;
}

/** The SDK may send a body in chunks, each behind a line with its length, with a checksum at the end. */
function withoutChunks(bytes: Buffer): { body: Buffer; trailer: string } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (!(length > 0)) return { body: Buffer.concat(parts), trailer: bytes.toString('latin1', lineEnd + 2) };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
