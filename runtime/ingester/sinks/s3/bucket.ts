/** The bucket: objects whole and in parts, from files, and what went wrong in words that say what to do. */
import { createReadStream, type ReadStream } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { asError } from '../../../platform/error-code.ts';
import type { StoredPart } from './manifest.ts';

/** Where an object goes. */
export interface Target {
  readonly bucket: string;
  readonly key: string;
}

/** What is sent, and how much of it. */
export interface File {
  readonly path: string;
  readonly bytes: number;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
}

const TYPE = 'application/x-ndjson';
/** How long (ms) a connection is waited for, and how long nothing may move on one. */
const [CONNECT, STILL] = [3_000, 30_000];

const ignore = () => undefined;
/** What fails is told once, by who asked: the SDK would write words of its own between the lines of the log. */
const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * A client under which a part may take as long as it moves.
 * @param settings @default region, endpoint and credentials come from the SDK's standard variables
 */
export function uploadClient(settings: S3ClientConfig = {}): S3Client {
  const agent = { keepAlive: true };
  return new S3Client({
    logger,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT,
      socketTimeout: STILL,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent({ ...agent, rejectUnauthorized: true }),
    }),
    ...settings,
  });
}

/** A call to the bucket failed; the message says what to do. */
export class BucketError extends Error {
  override readonly name = 'BucketError';
  /** As the service calls it, such as `AccessDenied`. */
  readonly code: string;

  constructor({ bucket, key }: Target, cause: unknown) {
    const { name, message } = asError(cause);
    const todo = WHAT_TO_DO.get(name);
    super(`s3://${bucket}/${key}: ${name}: ${message}${todo ? `: ${todo}` : ''}`, { cause });
    this.code = name;
  }
}

const WHAT_TO_DO = new Map([
  ['NoSuchBucket', 'make the bucket, or name another one in S3_BUCKET'],
  ['AccessDenied', 'allow s3:ListBucket, s3:PutObject and s3:DeleteObject'],
  ['PermanentRedirect', 'the bucket is in another region: set AWS_REGION to that'],
  ['CredentialsProviderError', 'give the process credentials, as for any program that uses AWS'],
]);

/** Every call may throw a BucketError. */
export class EventBucket {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  /** All objects whose keys begin so. */
  list({ bucket, key: Prefix }: Target, abortSignal: AbortSignal): Promise<StoredObject[]> {
    return told({ bucket, key: Prefix }, async () => {
      const found: StoredObject[] = [];
      const asked = { Bucket: bucket, Prefix };
      for await (const page of paginateListObjectsV2({ client: this.#client }, asked, { abortSignal })) {
        expected(page.IsTruncated, 'IsTruncated');
        for (const { Key = '', Size = 0 } of page.Contents ?? []) found.push({ key: Key, bytes: Size });
      }
      return found;
    });
  }

  /** Puts a file as an object of its own, in place of the one that may be there. */
  async put(target: Target, file: File, abortSignal: AbortSignal): Promise<void> {
    const { bucket: Bucket, key: Key } = target;
    await sending(target, file, async body => {
      const command = new PutObjectCommand({ Bucket, Key, ContentType: TYPE, ...body });
      const { ETag } = await this.#client.send(command, { abortSignal });
      return expected(ETag, 'ETag');
    });
  }

  /** Begins an object in parts. @returns the upload's id */
  create(target: Target, abortSignal: AbortSignal): Promise<string> {
    const { bucket: Bucket, key: Key } = target;
    return told(target, async () => {
      const asked = { Bucket, Key, ContentType: TYPE, ChecksumAlgorithm: 'CRC32' } as const;
      const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(asked), { abortSignal });
      return expected(UploadId, 'UploadId');
    });
  }

  /** Puts a file as one part, in place of the one that may have its number. */
  async putPart(
    { target, uploadId: UploadId }: { readonly target: Target; readonly uploadId: string },
    file: File & { readonly number: number },
    abortSignal: AbortSignal,
  ): Promise<StoredPart> {
    const { bucket: Bucket, key: Key } = target;
    const { number, bytes } = file;
    return sending(target, file, async body => {
      const asked = { Bucket, Key, UploadId, PartNumber: number, ChecksumAlgorithm: 'CRC32' } as const;
      const command = new UploadPartCommand({ ...asked, ...body });
      const { ETag, ChecksumCRC32: crc32 } = await this.#client.send(command, { abortSignal });
      return { number, bytes, etag: expected(ETag, 'ETag'), ...(crc32 !== undefined && { crc32 }) };
    });
  }

  /** Makes an object of the parts. */
  async complete(
    target: Target,
    UploadId: string,
    parts: readonly StoredPart[],
    abortSignal: AbortSignal,
  ): Promise<void> {
    const { bucket: Bucket, key: Key } = target;
    const ordered = parts.toSorted((a, b) => a.number - b.number);
    const Parts = ordered.map(({ number, etag, crc32 }) => ({
      ...{ PartNumber: number, ETag: etag },
      ...(crc32 !== undefined && { ChecksumCRC32: crc32 }),
    }));
    const command = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
    await told(target, async () => {
      const { ETag } = await this.#client.send(command, { abortSignal });
      return expected(ETag, 'ETag');
    });
  }

  async mark(target: Target, abortSignal: AbortSignal): Promise<void> {
    const { bucket: Bucket, key: Key } = target;
    const command = new PutObjectCommand({ Bucket, Key, Body: '' });
    await told(target, () => this.#client.send(command, { abortSignal }));
  }

  async unmark(target: Target, abortSignal: AbortSignal): Promise<void> {
    const { bucket: Bucket, key: Key } = target;
    await told(target, () => this.#client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal }));
  }
}

/** As a stream: memory holds a few pages of it, and whoever tries again opens it anew. */
async function sending<Result>(
  target: Target,
  { path, bytes }: File,
  send: (body: { readonly Body: ReadStream; readonly ContentLength: number }) => Promise<Result>,
): Promise<Result> {
  const Body = createReadStream(path, { end: bytes - 1 });
  // A request that fails early leaves it open.
  return await told(target, () => send({ Body, ContentLength: bytes })).finally(() => Body.destroy());
}

async function told<Result>(target: Target, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw new BucketError(target, error);
  }
}

/** Whatever a proxy in the way answers with 200 is no acknowledgement. */
function expected<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`the answer has no ${what}: look at the endpoint`);
  return value;
}
