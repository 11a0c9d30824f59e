/** How much a shard is sent. */
import { describe, expect, test } from '@jest/globals';
import { Pacer } from '../../../../../runtime/ingester/sinks/kinesis/pacer.ts';
import { followShards, shardOfSlot } from '../../../../../runtime/ingester/sinks/kinesis/shards.ts';
import { LocalAws, STREAM } from '../../support/aws.ts';
import { eventually } from '../../support/eventually.ts';
import { MemoryLogger } from '../../support/log.ts';

function pacer({ speed = 1 } = {}) {
  const time = { wall: 0 };
  const paced = new Pacer({ speed: () => speed, wall: () => time.wall });
  return { paced, time };
}

describe('the pacer', () => {
  test('gives a shard 1,000 records and 1 MB a second', () => {
    const { paced, time } = pacer();
    paced.spend(0, 500, 500_000);
    expect(paced.room(0)).toEqual({ records: 0, bytes: 0 });
    time.wall = 100;
    expect(paced.room(0)).toEqual({ records: 100, bytes: 100_000 });
    paced.spend(0, 10, 100_001);
    expect(paced.room(0).records).toBe(0);
  });

  test('lets a drained shard rest until it takes as many records as a request is worth', () => {
    const { paced, time } = pacer();
    paced.spend(0, 500, 0);
    time.wall = 49;
    expect(paced.room(0).records).toBe(0);
    time.wall = 50;
    expect(paced.room(0).records).toBe(50);
    paced.spend(0, 1, 0);
    expect(paced.room(0).records).toBe(0);
  });

  test('never saves up more than half a second', () => {
    const { paced, time } = pacer();
    time.wall = 60_000;
    expect(paced.room(0)).toEqual({ records: 500, bytes: 500_000 });
  });

  test('gives slots of one shard one measure, and takes all for one shard until it knows better', () => {
    const { paced } = pacer();
    paced.spend(0, 500, 0);
    expect(paced.room(1).records).toBe(0);
    paced.shardOfSlot = [0, 1];
    expect(paced.room(1).records).toBe(500);
    expect(paced.room(0).records).toBe(0);
  });

  test('runs as fast as event time does', () => {
    const { paced, time } = pacer({ speed: 60 });
    paced.spend(0, 500, 0);
    time.wall = 5;
    expect(paced.room(0).records).toBe(300);
  });
});

test('the shards of the stream share the slots in order', async () => {
  await using aws = await LocalAws.start({ shards: 4 });
  const shards = await shardOfSlot(aws.kinesis, STREAM);
  expect(shards).toEqual(Array.from({ length: 64 }, (_, slot) => Math.floor(slot / 16)));
});

test('the pacer learns the shards in the background and goes on without where they cannot be listed', async () => {
  await using aws = await LocalAws.start({ shards: 2 });
  const { paced } = pacer();
  const stop = new AbortController();
  const logger = new MemoryLogger();
  const known = followShards({ client: aws.kinesis, stream: STREAM, pacer: paced, logger }, stop.signal);
  const unknown = followShards(
    { client: aws.kinesis, stream: 'none', pacer: pacer().paced, logger },
    stop.signal,
  );
  await eventually(() => paced.shardOfSlot[63] === 1);
  await eventually(() => logger.lines.some(line => line.includes('cannot be listed')));
  stop.abort();
  await Promise.all([known, unknown]);
});

test('nobody is told that the shards cannot be listed once nobody asks for them', async () => {
  await using aws = await LocalAws.start({ shards: 1 });
  const stop = new AbortController();
  const logger = new MemoryLogger();
  const { paced } = pacer();
  const following = followShards({ client: aws.kinesis, stream: 'none', pacer: paced, logger }, stop.signal);
  stop.abort();
  await following;
  expect(logger.lines).toEqual([]);
});
