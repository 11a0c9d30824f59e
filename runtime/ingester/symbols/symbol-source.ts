/** Where a watched list of symbols is kept: an SSM parameter, an S3 object or a Redis Stream. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { s3Client, ssmClient } from '../../platform/aws-stores.ts';
import type { RedisServer } from '../../platform/redis/link.ts';
import { processTime } from '../../platform/time.ts';
import { RedisList } from './redis-list.ts';

/** A place that holds a list of symbols. */
export type SymbolSource =
  | { readonly parameter: string }
  | { readonly bucket: string; readonly key: string }
  | { readonly redisStream: string };

/** One that is asked again and again. */
type Kept = Exclude<SymbolSource, { readonly redisStream: string }>;

/** The clients of both services; only the one that is needed is ever used. */
export interface SourceClients {
  readonly ssm: SSMClient;
  readonly s3: S3Client;
}

/**
 * Reads `ssm:<name of a parameter>`, `s3://<bucket>/<key>` or `redis:<stream>`.
 * @throws RangeError that says what was got and what is allowed
 */
export function symbolSourceOf(text: string): SymbolSource {
  const [, parameter] = /^ssm:([\w./-]+)$/.exec(text) ?? [];
  if (parameter !== undefined) return { parameter };
  const [, bucket, key] = /^s3:\/\/([a-z0-9.-]{3,63})\/(\S+)$/.exec(text) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  const [, redisStream] = /^redis:([!-~]{1,256})$/.exec(text) ?? [];
  if (redisStream !== undefined) return { redisStream };
  throw new RangeError(
    `'${text}' is not where a list of symbols is: use ssm:<parameter>, s3://<bucket>/<key> or redis:<stream>`,
  );
}

/** The text that the source holds now. @throws whatever the client throws */
export async function readSource(
  source: Kept,
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

/** What is asked for a list, and what waits for another. */
export interface SymbolReader {
  readonly readSymbols?: (signal: AbortSignal) => Promise<string>;
  /** Resolves when there may be another. @default it is looked at now and then */
  readonly symbolsChanged?: (signal: AbortSignal) => Promise<void>;
}

/** What reads the source, if there is one, with clients of its own. @param server that of a stream */
export async function readerOf(
  source: SymbolSource | undefined,
  server: RedisServer | undefined,
): Promise<SymbolReader> {
  if (!source) return {};
  if (!('redisStream' in source)) {
    const clients = { ssm: ssmClient(), s3: s3Client() };
    return { readSymbols: signal => readSource(source, clients, signal) };
  }
  if (!server) return {};
  const { RedisConnection } = await import('../../platform/redis/connection.ts');
  const connection = new RedisConnection(server.url, processTime, server.token);
  const list = new RedisList({ server, stream: source.redisStream, connection, time: processTime });
  return { readSymbols: signal => list.read(signal), symbolsChanged: signal => list.changed(signal) };
}
