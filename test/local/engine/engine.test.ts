/** The engine as a whole: a stage's records flow as its templates say, and nothing is left when it stops. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { PutRecord } from '../../../local/engine/server-messages.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { put, run } from './support/running.ts';
import { feed, functionOf, synthesize } from './support/sample-stage.ts';

const copier = `
  import { createRequire } from 'node:module';
  const { KinesisClient, PutRecordsCommand } = createRequire('${import.meta.url}')('@aws-sdk/client-kinesis');
  const { NodeHttpHandler } = createRequire('${import.meta.url}')('@smithy/node-http-handler');
  const client = new KinesisClient({ requestHandler: new NodeHttpHandler() });
  export const handler = async ({ Records }) => {
    await client.send(new PutRecordsCommand({
      StreamName: process.env.OUTPUT,
      Records: Records.map(({ kinesis }) => ({ Data: Buffer.from(kinesis.data, 'base64'), PartitionKey: kinesis.partitionKey })),
    }));
  };`;

const printer = `
  export const handler = async ({ Records }) => {
    for (const { kinesis } of Records) console.log(process.env.LABEL + Buffer.from(kinesis.data, 'base64'));
  };`;

describe('the local engine', () => {
  test('hands a function a Kinesis event and a context like those of Lambda', async () => {
    const assembly = synthesize(({ pipeline, input }) => {
      const show = functionOf(
        pipeline,
        'Show',
        `export const handler = async (event, context) => {
          const time = context.getRemainingTimeInMillis();
          console.log(JSON.stringify({ event, name: context.functionName, id: context.awsRequestId, timeLeft: time > 0 && time <= 900_000 }));
        };`,
        { timeout: Duration.minutes(15), functionName: 'show' },
      );
      feed(show, input);
    });
    const { engine, printed } = await run({ assembly });
    await put(engine, 'Input', ['a']);
    await engine.drained();
    const { event, ...context } = JSON.parse((printed[0] ?? '').replace('Pipeline/Show ', ''));
    expect(context).toEqual({ name: 'show', id: expect.stringMatching(/^[0-9a-f-]{36}$/), timeLeft: true });
    const sequenceNumber = engine.mapping('Show').position.get('shardId-000000000000');
    expect(event).toEqual({
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: 'a',
            sequenceNumber,
            data: 'YQ==',
            approximateArrivalTimestamp: expect.any(Number),
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `shardId-000000000000:${sequenceNumber}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: expect.stringContaining(':role/'),
          awsRegion: 'us-east-1',
          eventSourceARN: engine.stream('Input').arn,
        },
      ],
    });
  });

  test('tells a function the event time, which its records arrive in, too', async () => {
    const source = `export const handler = async ({ Records: [{ kinesis }] }, { getEventTimeInMillis }) =>
      console.log(JSON.stringify([kinesis.approximateArrivalTimestamp * 1000, getEventTimeInMillis()]));`;
    const now = Date.parse('2025-11-20T15:05:02Z');
    const { engine, printed } = await run({
      assembly: synthesize(({ pipeline, input }) => feed(functionOf(pipeline, 'Tell', source), input)),
      clock: new EventClock({ now, speed: 0 }),
    });
    await put(engine, 'Input', ['a']);
    await engine.drained();
    expect(printed).toEqual([`Pipeline/Tell ${JSON.stringify([now, now])}`]);
  });

  test('is drained when records have passed from stream to stream through every function', async () => {
    const assembly = synthesize(({ pipeline, input, output }) => {
      feed(functionOf(pipeline, 'Copy', copier, { environment: { OUTPUT: output.streamName } }), input);
      feed(functionOf(pipeline, 'Print', printer, { environment: { LABEL: '' } }), output);
    });
    const { engine, printed } = await run({ assembly });
    for (let round = 0; round < 5; round++) {
      await put(engine, 'Input', [`${round}`]);
      await engine.drained();
      expect(printed.at(-1)).toBe(`Pipeline/Print ${round}`);
    }
    expect(printed).toHaveLength(5);
    expect(engine.mapping('Copy').idle()).toBe(true);
    expect(engine.mapping('Print').iteratorAge).toBe(0);
  });

  test('collects a metric line of a function apart from its log', async () => {
    const assembly = synthesize(({ pipeline, input }) => {
      const source = `export const handler = async ({ Records }) => {
        const _aws = { Timestamp: 1, CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [[]], Metrics: [{ Name: 'Got' }] }] };
        console.log(JSON.stringify({ _aws, Got: Records.length }));
        console.error('done');
      };`;
      feed(functionOf(pipeline, 'Meter', source), input);
    });
    const { engine, printed } = await run({ assembly });
    const metrics: unknown[] = [];
    engine.onEmf((source, { Got }) => metrics.push([source, Got]));
    await put(engine, 'Input', ['a', 'b', 'c']);
    await engine.drained();
    expect(metrics).toEqual([['Pipeline/Meter', 3]]);
    expect(printed).toEqual(['Pipeline/Meter done']);
  });

  test('shows a tap every record once and in order, also those that a function puts', async () => {
    const assembly = synthesize(({ pipeline, input, output }) => {
      feed(functionOf(pipeline, 'Copy', copier, { environment: { OUTPUT: output.streamName } }), input);
    });
    const { engine } = await run({ assembly });
    const taken: PutRecord[] = [];
    const copied: PutRecord[] = [];
    await engine.tap('Input', records => taken.push(...records));
    await engine.tap('Output', records => copied.push(...records));
    const texts = Array.from({ length: 250 }, (_, index) => `${index}`);
    await Promise.all([
      put(engine, 'Input', texts),
      put(engine, 'Input', texts),
      put(engine, 'Input', texts),
    ]);
    await engine.drained();
    expect(taken).toHaveLength(750);
    expect(copied.map(record => record.data)).toEqual(taken.map(record => record.data));
    const numbers = taken.map(record => BigInt(record.sequenceNumber));
    expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
  });

  test('gives a function the variables of its caller in place of the template', async () => {
    const assembly = synthesize(({ pipeline, input }) => {
      feed(functionOf(pipeline, 'Print', printer, { environment: { LABEL: 'template ' } }), input);
    });
    const { engine, printed } = await run({ assembly, overrides: { Print: { LABEL: () => 'caller ' } } });
    await put(engine, 'Input', ['x']);
    await engine.drained();
    expect(printed).toEqual(['Pipeline/Print caller x']);
  });

  test('refuses an override for what does not exist', async () => {
    const assembly = synthesize(({ pipeline }) => functionOf(pipeline, 'Print', printer));
    await expect(run({ assembly, overrides: { Prnt: {} } })).rejects.toThrow(
      "override for 'Prnt' is unknown: use one of Pipeline/Print",
    );
  });

  test('knows outputs, and parts by name, path and unambiguous part of it', async () => {
    const { engine } = await run({ assembly: synthesize(() => undefined) });
    const { name, path } = engine.stream('Storage/Input');
    expect(path).toBe('Storage/Input');
    expect(engine.outputs['Storage.InputName']).toBe(name);
    expect(engine.stream(name)).toBe(engine.stream('Input'));
    expect(() => engine.stream('Inputs')).toThrow(
      "stream 'Inputs' is unknown: use one of Storage/Input, Storage/Output",
    );
    expect(() => engine.stream('Storage')).toThrow("stream 'Storage' means several");
  });

  test('runs no function that only deployments call, such as the one that empties buckets that go', async () => {
    const assembly = synthesize(({ pipeline }) => {
      new Bucket(pipeline, 'Emptied', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
      functionOf(pipeline, 'Print', printer);
    });
    const { engine, said } = await run({ assembly });
    expect(said).toEqual([]);
    expect(engine.bucket('Emptied').path).toBe('Pipeline/Emptied');
    expect(() => engine.function('Custom::S3AutoDeleteObjects')).toThrow('use one of Pipeline/Print');
  });

  test('says in one line what does not run here and keeps silent about what only watches or guards', async () => {
    const assembly = synthesize(({ pipeline }) => {
      new Queue(pipeline, 'Queue');
      const metric = new Metric({ namespace: 'N', metricName: 'M' });
      new Alarm(pipeline, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 });
      new Stream(pipeline, 'Shared', { encryptionKey: new Key(pipeline, 'Key') }).addToResourcePolicy(
        new PolicyStatement({
          principals: [new AccountPrincipal('111122223333')],
          actions: ['kinesis:GetRecords'],
          resources: ['*'],
        }),
      );
    });
    const { said } = await run({ assembly });
    expect(said).toEqual(['Pipeline/Queue: AWS::SQS::Queue is not run on this machine']);
  });

  test('fails at the start when a function cannot be loaded, and says why', async () => {
    const assembly = synthesize(({ pipeline, input }) => {
      const source =
        "if (!process.env.TABLE) throw new Error('TABLE is missing'); export const handler = () => {};";
      feed(functionOf(pipeline, 'Needy', source), input);
    });
    await expect(run({ assembly })).rejects.toThrow(
      /Pipeline\/Needy cannot be loaded: Error: TABLE is missing/,
    );
  });

  test('fails at the start when a function has no bundle', async () => {
    const assembly = synthesize(({ pipeline, input }) => {
      feed(functionOf(pipeline, 'Lost', '', { handler: 'elsewhere.handler' }), input);
    });
    await expect(run({ assembly })).rejects.toThrow(
      /Pipeline\/Lost: none of .*elsewhere\.mjs, .* exists: synthesize the stack with bundling/,
    );
  });

  test('refuses a stage that the assembly does not have', async () => {
    const assembly = synthesize(() => undefined);
    await expect(run({ assembly, stage: 'prod' })).rejects.toThrow(
      "stage 'prod' is not in the cloud assembly: use one of test",
    );
  });

  test('leaves nothing behind that would keep its process alive', async () => {
    const script = fileURLToPath(new URL('./support/start-and-stop.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env: { PATH: '' } });
    const { stream, endpoint } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(stream).toContain('Input');
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  test('reads only what is put after the start from LATEST', async () => {
    const assembly = synthesize(({ pipeline, input }) => {
      const print = functionOf(pipeline, 'Print', printer, { environment: { LABEL: '' } });
      feed(print, input, { startingPosition: StartingPosition.LATEST });
    });
    const { engine, printed } = await run({ assembly });
    await put(engine, 'Input', ['first']);
    await engine.drained();
    expect(printed).toEqual(['Pipeline/Print first']);
  });
});
