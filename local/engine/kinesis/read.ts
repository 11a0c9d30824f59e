/** How shards are listed and read: places in them, and the records from a place on. */
import { describeShard } from './describe.ts';
import { iteratorOf, type Place } from './iterator.ts';
import type { Request } from './requests.ts';
import { invalidArgument } from './service-error.ts';
import type { Shard, StoredRecord } from './shard.ts';
import type { MemoryStream } from './stream.ts';

/** Most records and bytes of base64 that one call returns. */
const PAGE = { records: 10_000, bytes: 10 * 2 ** 20 };
/** Most shards that one call returns unless it asks for fewer. */
const SHARDS = 1_000;

/** The shards after `after`, and whether more follow. */
export function pageOf(shards: readonly Shard[], after = '', limit = SHARDS) {
  const rest = shards.filter(({ id }) => id > after);
  return { shards: rest.slice(0, limit), hasMore: rest.length > limit };
}

/** Stream and last shard of the page before. */
export function tokenOf(token: string | undefined): readonly (string | undefined)[] {
  return token === undefined ? [] : Buffer.from(token, 'base64').toString().split('/');
}

/** @param after the last shard of the page before */
export function listShards(stream: MemoryStream, request: Request<'ListShards'>, after?: string): object {
  const { ShardFilter: filter, MaxResults, ExclusiveStartShardId } = request;
  const listed = filter?.Type === 'AT_LATEST' ? stream.shards.filter(({ isOpen }) => isOpen) : stream.shards;
  const from =
    after ?? ExclusiveStartShardId ?? (filter?.Type === 'AFTER_SHARD_ID' ? filter.ShardId : undefined);
  const { shards, hasMore } = pageOf(listed, from, MaxResults);
  const NextToken = Buffer.from(`${stream.name}/${shards.at(-1)?.id}`).toString('base64');
  return { Shards: shards.map(describeShard), ...(hasMore && { NextToken }) };
}

/** @param now epoch ms */
export function shardIterator(
  stream: MemoryStream,
  request: Request<'GetShardIterator'>,
  now: number,
): string {
  const shard = stream.shard(request.ShardId);
  const index = Math.min(startOf(request, shard, now), shard.next);
  return iteratorOf({ stream: stream.name, shard: shard.id, index }, now);
}

/** @param now epoch ms */
export function getRecords(stream: MemoryStream, place: Place, now: number, limit = PAGE.records): object {
  const shard = stream.shard(place.shard);
  const records: StoredRecord[] = [];
  // What was dropped is behind the horizon: reading goes on from there.
  let index = Math.max(place.index, shard.first);
  for (let bytes = 0; records.length < limit && bytes < PAGE.bytes; index++) {
    const record = shard.at(index);
    if (record === undefined) break;
    records.push(record);
    bytes += record.Data.length;
  }
  const last = records.at(-1);
  const isAtTip = index >= shard.next;
  return {
    Records: records,
    MillisBehindLatest: isAtTip || !last ? 0 : Math.max(0, now - last.ApproximateArrivalTimestamp * 1000),
    ...(isAtTip && !shard.isOpen && !last
      ? { ChildShards: childrenOf(stream, shard) }
      : { NextShardIterator: iteratorOf({ ...place, index }, now) }),
  };
}

function startOf(request: Request<'GetShardIterator'>, shard: Shard, now: number): number {
  const { ShardIteratorType: type, StartingSequenceNumber: sequence, Timestamp: seconds } = request;
  const bySequence = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (bySequence !== (sequence !== undefined))
    throw invalidArgument(
      `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and ${sequence === undefined ? 'no' : 'also a'} StartingSequenceNumber.`,
    );
  if (sequence !== undefined) return shard.indexOf(sequence) + (type === 'AT_SEQUENCE_NUMBER' ? 0 : 1);
  if (type === 'TRIM_HORIZON') return shard.first;
  if (type === 'LATEST') return shard.next;
  if (seconds === undefined || seconds * 1000 > now)
    throw invalidArgument('AT_TIMESTAMP needs a Timestamp, in epoch seconds, that is not in the future.');
  return shard.since(seconds);
}

function childrenOf(stream: MemoryStream, { id }: Shard): object[] {
  return stream.shards
    .filter(({ parents }) => parents.includes(id))
    .map(({ id: ShardId, parents, range }) => ({
      ShardId,
      ParentShards: parents,
      HashKeyRange: { StartingHashKey: String(range.start), EndingHashKey: String(range.end) },
    }));
}
