/** What the local Kinesis keeps, and what becomes of readers that come late. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Kinesis } from '../../../../local/engine/kinesis/kinesis.ts';
import type { StoredRecord } from '../../../../local/engine/kinesis/shard.ts';

const KEPT = 1_000_000;
const SHARD = 'shardId-000000000000';
/** What a test puts at once: more than a segment. */
const MANY = 3_000;

interface Page {
  readonly Records: readonly StoredRecord[];
  readonly NextShardIterator?: string;
  readonly MillisBehindLatest: number;
}

let now: number;
let kinesis: Kinesis;

beforeEach(() => {
  now = Date.parse('2025-11-20T15:00:00Z');
  kinesis = new Kinesis({ now: () => now, kept: KEPT, onPut: () => {}, onWritten: () => {} });
  kinesis.answer('CreateStream', { StreamName: 'minutes', ShardCount: 1 });
});

/** Puts records of 1 kB, numbered from `first` on by their partition keys. @returns their sequence numbers */
function put(first: number, count: number): string[] {
  const Data = 'A'.repeat(1_000);
  return Array.from({ length: count }, (_, index) => {
    const answer = kinesis.answer('PutRecord', {
      StreamName: 'minutes',
      PartitionKey: String(first + index),
      Data,
    });
    return 'SequenceNumber' in answer ? String(answer.SequenceNumber) : '';
  });
}

function iterator(place: object): string {
  const answer = kinesis.answer('GetShardIterator', { StreamName: 'minutes', ShardId: SHARD, ...place });
  return 'ShardIterator' in answer ? String(answer.ShardIterator) : '';
}

function read(ShardIterator: string, Limit = 10_000): Page {
  return Object.assign(
    { Records: [], MillisBehindLatest: Number.NaN },
    kinesis.answer('GetRecords', { ShardIterator, Limit }),
  );
}

const numbersOf = ({ Records }: Page) => Records.map(({ PartitionKey }) => Number(PartitionKey));
const firstFrom = (place: object) => numbersOf(read(iterator(place), 1))[0];
const horizon = { ShardIteratorType: 'TRIM_HORIZON' };

describe('a stream that nobody is known to read', () => {
  test('keeps the newest records, about as many as it shall', () => {
    put(0, MANY);
    const kept = numbersOf(read(iterator(horizon)));
    expect(kept.at(-1)).toBe(MANY - 1);
    expect(kept).toEqual(kept.map((_, index) => MANY - kept.length + index));
    expect(kept.length).toBeGreaterThan(500);
    expect(kept.length).toBeLessThan(2_000);
  });
});

describe('a stream with readers', () => {
  test('loses nothing that one of them is not done with', () => {
    const stream = kinesis.stream('minutes');
    stream.addReader('fast');
    stream.addReader('slow');
    const sequences = put(0, MANY);
    stream.done('fast', SHARD, sequences.at(-1) ?? '');
    expect(firstFrom(horizon)).toBe(0);
    stream.done('slow', SHARD, sequences[1_999] ?? '');
    expect(firstFrom(horizon)).toBeGreaterThan(0);
    expect(firstFrom(horizon)).toBeLessThanOrEqual(2_000);
  });

  test('reads on at the horizon where what it asks for is gone, by an old iterator or an old number', () => {
    const old = iterator(horizon);
    const [first = ''] = put(0, MANY);
    const oldest = firstFrom(horizon);
    expect(oldest).toBeGreaterThan(0);
    expect(numbersOf(read(old, 1))).toEqual([oldest]);
    for (const type of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'])
      expect(firstFrom({ ShardIteratorType: type, StartingSequenceNumber: first })).toBe(oldest);
  });
});

describe('a reader', () => {
  test('begins at a time', () => {
    put(0, 3);
    now += 10_000;
    put(3, 3);
    const at = (ms: number) => firstFrom({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: ms / 1000 });
    expect([at(0), at(now - 10_000), at(now - 9_999), at(now)]).toEqual([0, 0, 3, 3]);
    expect(() => at(now + 1)).toThrow('not in the future');
  });

  test('learns how far behind it is', () => {
    put(0, 2);
    now += 5_000;
    const page = read(iterator(horizon), 1);
    expect(page.MillisBehindLatest).toBe(5_000);
    expect(read(page.NextShardIterator ?? '', 1).MillisBehindLatest).toBe(0);
  });

  test('has five minutes for an iterator', () => {
    const held = iterator(horizon);
    now += 300_000;
    expect(numbersOf(read(held))).toEqual([]);
    now += 1;
    expect(() => read(held)).toThrow('Iterator expired');
    expect(() => read('bm9uZQ==')).toThrow('Invalid ShardIterator.');
  });

  test('finds the children of a shard that has ended', () => {
    put(0, 1);
    const half = String(2n ** 127n);
    kinesis.answer('SplitShard', { StreamName: 'minutes', ShardToSplit: SHARD, NewStartingHashKey: half });
    const page = read(iterator(horizon));
    expect(numbersOf(page)).toEqual([0]);
    expect(kinesis.answer('GetRecords', { ShardIterator: page.NextShardIterator })).toMatchObject({
      ChildShards: [{ ShardId: 'shardId-000000000001' }, { ShardId: 'shardId-000000000002' }],
    });
    expect(read(page.NextShardIterator ?? '').NextShardIterator).toBeUndefined();
  });

  test('names a stream by its ARN, and lists shards page by page', () => {
    kinesis.answer('CreateStream', { StreamName: 'wide', ShardCount: 3 });
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/wide';
    const page = kinesis.answer('ListShards', { StreamARN, MaxResults: 2 });
    expect(page).toMatchObject({ Shards: [{ ShardId: SHARD }, { ShardId: 'shardId-000000000001' }] });
    const NextToken = 'NextToken' in page ? page.NextToken : '';
    expect(kinesis.answer('ListShards', { NextToken })).toMatchObject({
      Shards: [{ ShardId: 'shardId-000000000002' }],
    });
    expect(kinesis.answer('ListShards', { NextToken })).not.toHaveProperty('NextToken');
  });
});
