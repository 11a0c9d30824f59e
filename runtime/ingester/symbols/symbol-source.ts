/** Where a watched list of symbols is kept: an SSM parameter or an S3 object. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { s3Client, ssmClient } from '../../platform/aws-stores.ts';

/** A place that holds a list of symbols. */
export type SymbolSource = { readonly parameter: string } | { readonly bucket: string; readonly key: string };

/** The clients of both services; only the one that is needed is ever used. */
export interface SourceClients {
  readonly ssm: SSMClient;
  readonly s3: S3Client;
}

/**
 * Reads `ssm:<name of a parameter>` or `s3://<bucket>/<key>`.
 * @throws RangeError that says what was got and what is allowed
 */
export function symbolSourceOf(text: string): SymbolSource {
  const [, parameter] = /^ssm:([\w./-]+)$/.exec(text) ?? [];
  if (parameter !== undefined) return { parameter };
  const [, bucket, key] = /^s3:\/\/([a-z0-9.-]{3,63})\/(\S+)$/.exec(text) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw new RangeError(
    `'${text}' is not where a list of symbols is: use ssm:<parameter> or s3://<bucket>/<key>`,
  );
}

/** The text that the source holds now. @throws whatever the client throws */
export async function readSource(
  source: SymbolSource,
  { ssm, s3 }: SourceClients,
  signal: AbortSignal,
): Promise<string> {
  const options = { abortSignal: signal };
  if ('parameter' in source) {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: source.parameter }), options);
    return Parameter?.Value ?? '';
  }
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: source.bucket, Key: source.key }), options);
  return (await Body?.transformToString()) ?? '';
}

/** What reads the source, if there is one, with clients of its own. */
export function readerOf(
  source: SymbolSource | undefined,
): ((signal: AbortSignal) => Promise<string>) | undefined {
  if (!source) return undefined;
  const clients = { ssm: ssmClient(), s3: s3Client() };
  return signal => readSource(source, clients, signal);
}
