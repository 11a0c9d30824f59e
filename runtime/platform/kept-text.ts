/** A text that stands in a parameter of the parameter store or in an object of a bucket: read as it stands, and written anew. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** Where it is kept. */
export type TextPlace = { readonly parameter: string } | { readonly bucket: string; readonly key: string };

/** The clients of both services; only the one that is needed is ever used. */
export interface TextClients {
  readonly ssm: SSMClient;
  readonly s3: S3Client;
}

/** How a place is written. */
export const placeForm = 'ssm:<parameter> or s3://<bucket>/<key>';

/** The most that a parameter holds, bytes. */
const PARAMETER = 8_192;

/** What a text such as `ssm:/lists/stocks` or `s3://lists/stocks.txt` names; undefined for none. */
export function textPlaceOf(text: string): TextPlace | undefined {
  const [, parameter] = /^ssm:([\w./-]+)$/.exec(text) ?? [];
  if (parameter !== undefined) return { parameter };
  const [, bucket, key] = /^s3:\/\/([a-z0-9.-]{3,63})\/(\S+)$/.exec(text) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

/** @throws whatever the client throws, also where there is none */
export async function readText(
  place: TextPlace,
  { ssm, s3 }: TextClients,
  abortSignal: AbortSignal,
): Promise<string> {
  if ('parameter' in place) {
    const command = new GetParameterCommand({ Name: place.parameter });
    return (await ssm.send(command, { abortSignal })).Parameter?.Value ?? '';
  }
  const command = new GetObjectCommand({ Bucket: place.bucket, Key: place.key });
  return (await (await s3.send(command, { abortSignal })).Body?.transformToString()) ?? '';
}

/** Whether an error of `readText` says that nothing stands there. */
export function isMissing(error: unknown): boolean {
  return error instanceof ParameterNotFound || error instanceof NoSuchKey;
}

/** @throws RangeError for a text that the place cannot hold */
export async function writeText(
  place: TextPlace,
  text: string,
  { ssm, s3 }: TextClients,
  abortSignal: AbortSignal,
): Promise<void> {
  if ('bucket' in place) {
    const { bucket: Bucket, key: Key } = place;
    const put = new PutObjectCommand({ Bucket, Key, Body: text, ContentType: 'text/plain' });
    await s3.send(put, { abortSignal });
    return;
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > PARAMETER)
    throw new RangeError(
      `the text has ${bytes} bytes, a parameter holds ${PARAMETER}: keep it in a bucket, { bucket, key }`,
    );
  const command = new PutParameterCommand({
    ...{ Name: place.parameter, Value: text, Overwrite: true },
    // Beyond 4 KiB a parameter costs a little, below it does not.
    ...{ Type: 'String', Tier: 'Intelligent-Tiering' },
  });
  await ssm.send(command, { abortSignal });
}
