/** The archive in its bucket: a file a day and timeframe, written whole or not at all, and its manifest after it. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import type { Timeframe } from '../markets/timeframe.ts';
import { FILE, folderOf, MANIFEST, type Manifest, manifestSchema } from './manifest.ts';

export class ArchiveBucket {
  readonly #s3: S3Client;
  readonly #bucket: string;
  readonly #feed: string;

  constructor(s3: S3Client, bucket: string, feed: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#feed = feed;
  }

  /** The manifest of that day's file; undefined where there is none, or none that this release understands. */
  async manifest(timeframe: Timeframe, date: string): Promise<Manifest | undefined> {
    const Key = `${folderOf(this.#feed, timeframe, date)}${MANIFEST}`;
    try {
      const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
      const text = (await Body?.transformToString()) ?? '';
      const read = v.safeParse(manifestSchema, JSON.parse(text));
      return read.success ? read.output : undefined;
    } catch (error) {
      if (error instanceof NoSuchKey || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Puts the manifest last: until it stands, the one before it does not fit the file, and the day is archived again. */
  async put(timeframe: Timeframe, file: Uint8Array, manifest: Manifest): Promise<void> {
    const folder = folderOf(this.#feed, timeframe, manifest.date);
    await this.#put(`${folder}${FILE}`, file, 'application/vnd.apache.parquet');
    const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
    await this.#put(`${folder}${MANIFEST}`, text, 'application/json');
  }

  async #put(Key: string, Body: string | Uint8Array, ContentType: string): Promise<void> {
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body, ContentType }));
  }
}
