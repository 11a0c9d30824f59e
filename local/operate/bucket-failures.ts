/** The failure bucket as S3 keeps it: what has been redriven moves below another prefix, where it lies until it expires. */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ClientSettings } from './deployed.ts';
import type { FailureStore } from './failures.ts';

/** Where Lambda files what it gives up. */
export const GIVEN_UP = 'aws/lambda/';
/** Where it goes once it has been redriven. */
export const REDRIVEN = 'redriven/';

export function bucketFailures(settings: ClientSettings, Bucket: string): FailureStore {
  const client = new S3Client(settings);
  return {
    async *keys() {
      for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix: GIVEN_UP }))
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    },
    read: async Key => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    },
    file: async Key => {
      const CopySource = `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`;
      await client.send(new CopyObjectCommand({ Bucket, Key: `${REDRIVEN}${Key}`, CopySource }));
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
  };
}
