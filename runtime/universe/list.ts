/** The list of symbols that a feed follows, where somebody else keeps it: read as it stands, and written anew. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** Where it is kept. */
export type ListPlace = { readonly parameter: string } | { readonly bucket: string; readonly key: string };

/** The most that a parameter holds, bytes. */
const PARAMETER = 8_192;

export interface ListClients {
  readonly ssm: SSMClient;
  readonly s3: S3Client;
}

/** `ssm:<parameter>` or `s3://<bucket>/<key>`. @throws RangeError that says what was got and what is allowed */
export function listPlaceOf(text: string): ListPlace {
  const [, parameter] = /^ssm:(\S+)$/.exec(text) ?? [];
  if (parameter !== undefined) return { parameter };
  const [, bucket, key] = /^s3:\/\/([^/\s]+)\/(\S+)$/.exec(text) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw new RangeError(`'${text}' is no place of a list: use ssm:<parameter> or s3://<bucket>/<key>`);
}

/** Empty where there is none yet, and where it is `*`. */
export async function readList(place: ListPlace, { ssm, s3 }: ListClients): Promise<string[]> {
  const text = 'parameter' in place ? await parameterOf(place.parameter, ssm) : await objectOf(place, s3);
  if (text.trim() === '*') return [];
  const parts = text.trim().startsWith('[') ? JSON.parse(text) : text.split(/[\s,]+/);
  return [...new Set<string>(parts)].filter(part => part !== '');
}

/** @throws RangeError for a list that the place cannot hold */
export async function writeList(
  place: ListPlace,
  symbols: readonly string[],
  { ssm, s3 }: ListClients,
): Promise<void> {
  const text = symbols.join(',');
  if ('bucket' in place) {
    const { bucket: Bucket, key: Key } = place;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: `${text}\n`, ContentType: 'text/plain' }));
    return;
  }
  if (Buffer.byteLength(text) > PARAMETER)
    throw new RangeError(
      `${symbols.length} symbols are ${Buffer.byteLength(text)} bytes, a parameter holds ${PARAMETER}: keep the list in a bucket, { bucket, key }`,
    );
  await ssm.send(
    new PutParameterCommand({
      ...{ Name: place.parameter, Value: text, Overwrite: true },
      // Beyond 4 KiB a parameter costs a little, below it does not.
      ...{ Type: 'String', Tier: 'Intelligent-Tiering' },
    }),
  );
}

async function parameterOf(Name: string, ssm: SSMClient): Promise<string> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    return Parameter?.Value ?? '';
  } catch (error) {
    if (error instanceof ParameterNotFound) return '';
    throw error;
  }
}

async function objectOf({ bucket, key }: { bucket: string; key: string }, s3: S3Client): Promise<string> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    if (error instanceof NoSuchKey) return '';
    throw error;
  }
}
