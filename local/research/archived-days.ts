/** Days of a feed's archive: which are there, and their files, each made sure to be what its manifest says. */
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import {
  FILE,
  folderOf,
  hashOf,
  MANIFEST,
  type Manifest,
  manifestSchema,
} from '../../runtime/archive/manifest.ts';
import type { Timeframe } from '../../runtime/markets/timeframe.ts';
import { OperatorError } from '../operate/operator-error.ts';

/** A file of the archive, by its manifest. */
export interface DayFile extends Pick<Manifest, 'rows' | 'bytes' | 'file' | 'date'> {
  readonly timeframe: Timeframe;
}

export class ArchivedDays {
  readonly #s3: S3Client;
  readonly #bucket: string;
  readonly #feed: string;

  constructor(s3: S3Client, bucket: string, feed: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#feed = feed;
  }

  /** Undefined for a day that is not archived. @throws OperatorError for a manifest that cannot be read */
  async file(timeframe: Timeframe, date: string): Promise<DayFile | undefined> {
    const key = `${folderOf(this.#feed, timeframe, date)}${MANIFEST}`;
    const bytes = await this.#get(key);
    if (bytes === undefined) return undefined;
    const text = Buffer.from(bytes).toString();
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), text);
    if (read.success) return { ...read.output, timeframe };
    throw new OperatorError(`${this.#address(key)} is no manifest of this version: ${text.slice(0, 80)}`);
  }

  /** @throws OperatorError for a file that is not there, or not what its manifest says */
  async content({ timeframe, date, bytes, file }: DayFile): Promise<Uint8Array> {
    const key = `${folderOf(this.#feed, timeframe, date)}${FILE}`;
    const content = await this.#get(key);
    if (content === undefined) throw new OperatorError(`${this.#address(key)} is not there, its manifest is`);
    const hash = hashOf(content);
    if (hash === file && content.byteLength === bytes) return content;
    throw new OperatorError(
      `${this.#address(key)} has ${content.byteLength} bytes of SHA-256 ${hash.slice(0, 12)}…, its manifest says ${bytes} of ${file.slice(0, 12)}…: ` +
        'it was damaged, or is being written: try again in an hour, when the archive has made it good',
    );
  }

  async #get(Key: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw new OperatorError(
        `${this.#address(Key)} cannot be read: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  #address(key: string): string {
    return `s3://${this.#bucket}/${key}`;
  }
}
