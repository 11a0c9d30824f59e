/** Event source mappings over the real local servers: failures, reports, time limits, reshards. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeStreamCommand, MergeShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from '@jest/globals';
import { StreamConsumer } from 'aws-cdk-lib/aws-kinesis';
import { Duration } from 'aws-cdk-lib/core';
import type { Engine } from '../../../local/engine/engine.ts';
import { put, run, until } from './support/running.ts';
import { feed, functionOf, scratch, synthesize } from './support/sample-stage.ts';

/** Prints each batch in one line. Fails on `poison`; the first time hangs on `slow`, reports `again` and the last record. */
const tester = `
  import { existsSync, writeFileSync } from 'node:fs';
  export const handler = async ({ Records }) => {
    const texts = Records.map(({ kinesis }) => String(Buffer.from(kinesis.data, 'base64')));
    console.log(texts.join());
    if (texts.includes('poison')) throw new Error('poisoned');
    if (texts.includes('slow') && !existsSync(process.env.MARK)) {
      writeFileSync(process.env.MARK, '');
      await new Promise(() => setInterval(() => {}, 1000));
    }
    const at = texts.indexOf('again');
    if (at < 0 || existsSync(process.env.MARK)) return { batchItemFailures: [] };
    writeFileSync(process.env.MARK, '');
    return { batchItemFailures: [Records.at(-1), Records[at]].map(r => ({ itemIdentifier: r.kinesis.sequenceNumber })) };
  };`;

interface Given {
  readonly retryAttempts?: number;
  readonly bisectBatchOnError?: boolean;
  readonly reportBatchItemFailures?: boolean;
  readonly maxBatchingWindow?: Duration;
  readonly batchSize?: number;
  readonly timeout?: Duration;
  readonly pollMs?: number;
  readonly isPushed?: boolean;
}

async function runTester(
  { timeout = Duration.seconds(20), pollMs, isPushed = false, ...options }: Given,
  shards = 1,
) {
  const assembly = synthesize(({ pipeline, input, failures }) => {
    const target = functionOf(pipeline, 'Test', tester, { timeout });
    const consumer = () =>
      new StreamConsumer(pipeline, 'Consumer', { stream: input, streamConsumerName: 'test' });
    const eventSourceArn = isPushed ? consumer().streamConsumerArn : input.streamArn;
    feed(target, input, {
      ...options,
      eventSourceArn,
      onFailure: { bind: () => ({ destination: failures.bucketArn }) },
    });
  }, shards);
  const started = await run({
    assembly,
    overrides: { Test: { MARK: join(scratch(), 'mark') } },
    ...(pollMs !== undefined && { pollMs }),
  });
  return { ...started, batches: () => started.printed.map(line => line.replace('Pipeline/Test ', '')) };
}

/** What the mapping left in the failure bucket. */
function lost(engine: Engine) {
  const { folder } = engine.bucket('Failures');
  const keys = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
  return keys.map(key => ({
    key: key.slice(folder.length + 1),
    body: JSON.parse(readFileSync(key, 'utf8')),
  }));
}

describe('an event source mapping', () => {
  test('bisects a poisoned batch down to its one bad record, which lands whole in the failure bucket', async () => {
    const { engine, batches } = await runTester({ retryAttempts: 1, bisectBatchOnError: true, batchSize: 8 });
    await put(engine, 'Input', ['a', 'b', 'c', 'poison', 'd', 'e', 'f', 'g']);
    await engine.drained();
    expect(batches()).toEqual([
      'a,b,c,poison,d,e,f,g',
      'a,b,c,poison',
      'a,b',
      'c,poison',
      'c',
      'poison',
      'poison',
      'd,e,f,g',
    ]);
    const [object, ...others] = lost(engine);
    expect(others).toEqual([]);
    expect(object?.key).toMatch(
      /^aws\/lambda\/\w+\/shardId-000000000000\/\d{4}\/\d\d\/\d\d\/[\dT.:-]+-[0-9a-f-]+$/,
    );
    const { requestContext, KinesisBatchInfo, payload } = object?.body ?? {};
    expect(requestContext).toMatchObject({ condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 });
    const [record] = JSON.parse(payload).Records;
    expect(Buffer.from(record.kinesis.data, 'base64').toString()).toBe('poison');
    expect(KinesisBatchInfo).toMatchObject({
      batchSize: 1,
      startSequenceNumber: record.kinesis.sequenceNumber,
      endSequenceNumber: record.kinesis.sequenceNumber,
    });
    const mapping = engine.mapping('Test');
    expect([mapping.failures, mapping.givenUp]).toEqual([5, 1]);
  });

  test('gives up a whole batch without bisection', async () => {
    const { engine, batches, said } = await runTester({ retryAttempts: 0, batchSize: 3 });
    await put(engine, 'Input', ['a', 'poison', 'b', 'c']);
    await engine.drained();
    expect(batches()).toEqual(['a,poison,b', 'c']);
    expect(lost(engine).map(({ body }) => body.KinesisBatchInfo.batchSize)).toEqual([3]);
    expect(said).toEqual([
      expect.stringMatching(
        /^Pipeline\/Test\/Records shardId-000000000000: 3 records not delivered: .*poisoned/,
      ),
      'Pipeline/Test/Records shardId-000000000000: gave up 3 records: RetryAttemptsExhausted',
    ]);
  });

  test('delivers again from the lowest record that a function reports', async () => {
    const { engine, batches } = await runTester({ reportBatchItemFailures: true });
    await put(engine, 'Input', ['a', 'b', 'again', 'c', 'd']);
    await engine.drained();
    expect(batches()).toEqual(['a,b,again,c,d', 'again,c,d']);
  });

  test('ignores reports that the mapping did not ask for', async () => {
    const { engine, batches } = await runTester({});
    await put(engine, 'Input', ['a', 'again', 'b']);
    await engine.drained();
    expect(batches()).toEqual(['a,again,b']);
  });

  test('counts a function that takes too long as failed and delivers to a new thread', async () => {
    const { engine, batches, said } = await runTester({ timeout: Duration.seconds(1) });
    await put(engine, 'Input', ['slow']);
    await engine.drained();
    expect(batches()).toEqual(['slow', 'slow']);
    expect(said).toEqual([
      expect.stringContaining('1 records not delivered: Pipeline/Test failed: timed out after 1.00 seconds'),
    ]);
  });

  test('delivers again what a killed thread was working on', async () => {
    const { engine, batches } = await runTester({});
    await put(engine, 'Input', ['slow']);
    await until(() => batches().length === 1);
    expect(engine.mapping('Test').idle()).toBe(false);
    await engine.mapping('Test').kill();
    await engine.drained();
    expect(batches()).toEqual(['slow', 'slow']);
    expect(engine.mapping('Test').failures).toBe(1);
  });

  test('fills batches up to their size while the window is open', async () => {
    const { engine, batches } = await runTester({ batchSize: 4, maxBatchingWindow: Duration.seconds(300) });
    await put(engine, 'Input', ['a', 'b']);
    await put(engine, 'Input', ['c']);
    await put(engine, 'Input', ['d', 'e', 'f', 'g', 'h']);
    await engine.drained();
    expect(batches()).toEqual(['a,b,c,d', 'e,f,g,h']);
  });

  test('that polls hands over together what came since its last look', async () => {
    const { engine, batches } = await runTester({ pollMs: 3_600_000 });
    await engine.drained();
    await put(engine, 'Input', ['a', 'b']);
    await put(engine, 'Input', ['c']);
    expect(batches()).toEqual([]);
    await engine.drained();
    expect(batches()).toEqual(['a,b,c']);
  });

  test('of a consumer is pushed to, however seldom others look', async () => {
    const { engine, batches } = await runTester({ pollMs: 3_600_000, isPushed: true });
    await engine.drained();
    await put(engine, 'Input', ['a', 'b']);
    await until(() => batches().length > 0);
    expect(batches()).toEqual(['a,b']);
  });

  test('reads a split shard to its end before its children, and both before what they are merged into', async () => {
    const { engine, batches } = await runTester({ batchSize: 10_000 });
    const StreamName = engine.stream('Input').name;
    const shards = async () =>
      (await engine.kinesis.send(new DescribeStreamCommand({ StreamName }))).StreamDescription;
    const count = async (wanted: number) => {
      while ((await shards())?.Shards?.length !== wanted) await new Promise(resolve => setImmediate(resolve));
    };
    const keys = Array.from({ length: 40 }, (_, index) => `${index}`);
    const round = (name: string) =>
      Promise.all(keys.map(key => put(engine, 'Input', [`${name}${key}`], key)));
    await round('a');
    await engine.kinesis.send(
      new SplitShardCommand({
        StreamName,
        ShardToSplit: 'shardId-000000000000',
        NewStartingHashKey: String(1n << 127n),
      }),
    );
    await count(3);
    await round('b');
    await engine.kinesis.send(
      new MergeShardsCommand({
        StreamName,
        ShardToMerge: 'shardId-000000000001',
        AdjacentShardToMerge: 'shardId-000000000002',
      }),
    );
    await count(4);
    await round('c');
    await engine.drained();
    const delivered = batches().flatMap(line => line.split(','));
    expect(delivered).toHaveLength(120);
    for (const key of keys) {
      expect(delivered.filter(text => text.slice(1) === key)).toEqual([`a${key}`, `b${key}`, `c${key}`]);
    }
    expect([...engine.mapping('Test').position.keys()].sort()).toEqual(
      [0, 1, 2, 3].map(shard => `shardId-00000000000${shard}`),
    );
  });

  test('runs one thread per shard side by side', async () => {
    const { engine, batches } = await runTester({}, 4);
    await put(engine, 'Input', ['slow'], 'slow');
    await until(() => batches().length === 1);
    const keys = Array.from({ length: 30 }, (_, index) => `${index}`);
    await put(engine, 'Input', keys);
    await until(() => batches().length > 1);
    await engine.mapping('Test').kill();
    await engine.drained();
    const delivered = new Set(batches().flatMap(line => line.split(',')));
    expect(delivered).toEqual(new Set(['slow', ...keys]));
  });

  test('refuses a setting that is not kept on this machine', async () => {
    const assembly = synthesize(({ pipeline, input }) => {
      feed(functionOf(pipeline, 'Test', tester), input, { tumblingWindow: Duration.seconds(30) });
    });
    await expect(run({ assembly })).rejects.toThrow(
      /Pipeline\/Test\/Records \(AWS::Lambda::EventSourceMapping\) .*TumblingWindowInSeconds/,
    );
  });
});
