/** The reports of the comparison with the vendor, one a day, in a bucket. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { DayReport } from './reconcile.ts';

export class Reports {
  readonly #s3: S3Client;
  readonly #bucket: string;
  readonly #feed: string;

  constructor(s3: S3Client, bucket: string, feed: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#feed = feed;
  }

  /** Whether there is one of that day. @param date the exchange's */
  async has(date: string): Promise<boolean> {
    try {
      const found = await this.#s3.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: this.#keyOf(date) }),
      );
      await found.Body?.transformToString();
      return true;
    } catch (error) {
      if (error instanceof NoSuchKey) return false;
      throw error;
    }
  }

  /** @returns the key under which it lies */
  async put(report: DayReport): Promise<string> {
    const Key = this.#keyOf(report.date);
    const Body = JSON.stringify(report, undefined, 2);
    const ContentType = 'application/json';
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body, ContentType }));
    return Key;
  }

  #keyOf(date: string): string {
    return `reconcile/${this.#feed}/${date}.json`;
  }
}
