/** Where a watched list of symbols is kept: an SSM parameter, an S3 object or a Redis Stream. */
import { s3Client, ssmClient } from '../../platform/aws-stores.ts';
import { readText, type TextPlace, textPlaceOf } from '../../platform/kept-text.ts';
import type { RedisServer } from '../../platform/redis/link.ts';
import { processTime } from '../../platform/time.ts';
import { RedisList } from './redis-list.ts';

/** A place that holds a list of symbols. */
export type SymbolSource = TextPlace | { readonly redisStream: string };

/**
 * Reads `ssm:<name of a parameter>`, `s3://<bucket>/<key>` or `redis:<stream>`.
 * @throws RangeError that says what was got and what is allowed
 */
export function symbolSourceOf(text: string): SymbolSource {
  const place = textPlaceOf(text);
  if (place) return place;
  const [, redisStream] = /^redis:([!-~]{1,256})$/.exec(text) ?? [];
  if (redisStream !== undefined) return { redisStream };
  throw new RangeError(
    `'${text}' is not where a list of symbols is: use ssm:<parameter>, s3://<bucket>/<key> or redis:<stream>`,
  );
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
    return { readSymbols: signal => readText(source, clients, signal) };
  }
  if (!server) return {};
  const { RedisConnection } = await import('../../platform/redis/connection.ts');
  const connection = new RedisConnection(server.url, processTime, server.token);
  const list = new RedisList({ server, stream: source.redisStream, connection, time: processTime });
  return { readSymbols: signal => list.read(signal), symbolsChanged: signal => list.changed(signal) };
}
