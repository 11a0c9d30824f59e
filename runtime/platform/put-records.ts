/** PutRecords as it has to be used: within its limits, and again for every entry that the stream did not take. */
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { awsBackoff, type Backoff, pauseAfter } from './retry.ts';

/** Limits of one PutRecords request: records, and bytes of data and partition keys together. */
export const requestLimits = { records: 500, bytes: 10 * 1024 * 1024 } as const;

/** One record to put. */
export interface Entry {
  readonly partitionKey: string;
  readonly explicitHashKey: string;
  readonly data: Uint8Array;
}

/** What of a request the stream did not take. */
export interface FailedEntries<E> {
  /** In the order in which they were sent. */
  readonly entries: readonly E[];
  /** Error codes (`ProvisionedThroughputExceededException`, `InternalFailure`, ...) and how many entries each hit. */
  readonly codes: Readonly<Record<string, number>>;
}

/** What an entry counts against the limit on bytes. */
export function entryBytes(entry: Entry): number {
  return entry.data.byteLength + Buffer.byteLength(entry.partitionKey);
}

/**
 * Sends one request, which must be within the limits, and says which entries were not acknowledged.
 * @throws whatever the client throws when the request as a whole failed: nothing is known about its entries then.
 */
export async function putOnce<E extends Entry>(
  client: KinesisClient,
  stream: string,
  entries: readonly E[],
  signal?: AbortSignal,
): Promise<FailedEntries<E>> {
  const command = new PutRecordsCommand({
    StreamName: stream,
    Records: entries.map(({ partitionKey, explicitHashKey, data }) => ({
      PartitionKey: partitionKey,
      ExplicitHashKey: explicitHashKey,
      Data: data,
    })),
  });
  const { Records: results = [] } = await client.send(command, signal ? { abortSignal: signal } : {});
  const codes: Record<string, number> = {};
  const failed = entries.filter((_, index) => {
    const result = results[index];
    if (result?.SequenceNumber) return false;
    const code = result?.ErrorCode ?? 'no answer';
    codes[code] = (codes[code] ?? 0) + 1;
    return true;
  });
  return { entries: failed, codes };
}

/** Splits entries into consecutive parts that each fit into one request. */
export function* requestsOf<E extends Entry>(entries: readonly E[]): Generator<E[]> {
  let part: E[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entryBytes(entry);
    if (part.length === requestLimits.records || (part.length > 0 && bytes + size > requestLimits.bytes)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(entry);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

/** How `putAll` goes about it. */
export interface PutAllOptions {
  /** Ends the attempts. @default never: it tries until everything is acknowledged */
  readonly signal?: AbortSignal;
  /** @default 50 ms doubling up to 3 s */
  readonly backoff?: Backoff;
  /** Called with the number of entries that have to be sent again. @default nobody is told */
  readonly onRetry?: (entries: number, cause: unknown) => void;
}

/**
 * Puts every entry, sending again only what was not acknowledged. Order is not kept among entries that are retried.
 * @returns the number of acknowledged entries, when all of them are.
 * @throws when the signal aborts first; the error says how many entries are unacknowledged and carries the last failure.
 */
export async function putAll(
  client: KinesisClient,
  stream: string,
  entries: readonly Entry[],
  { signal, backoff = awsBackoff, onRetry }: PutAllOptions = {},
): Promise<number> {
  let waiting = entries;
  let cause: unknown;
  for (let failures = 0; waiting.length > 0; ) {
    const failed: Entry[] = [];
    for (const request of requestsOf(waiting)) {
      try {
        signal?.throwIfAborted();
        const { entries: back, codes } = await putOnce(client, stream, request, signal);
        failed.push(...back);
        if (back.length > 0) cause = new Error(JSON.stringify(codes));
      } catch (error) {
        if (!signal?.aborted) cause = error;
        failed.push(...request);
      }
    }
    failures = failed.length < waiting.length ? 1 : failures + 1;
    waiting = failed;
    if (waiting.length === 0) break;
    if (signal?.aborted) throw unacknowledged(waiting.length, entries.length, stream, cause);
    onRetry?.(waiting.length, cause);
    await pauseAfter(failures, backoff, signal).catch(() => {
      throw unacknowledged(waiting.length, entries.length, stream, cause);
    });
  }
  return entries.length;
}

function unacknowledged(left: number, all: number, stream: string, cause: unknown): Error {
  return new Error(`${left} of ${all} records were not acknowledged by stream ${stream} in time`, { cause });
}
