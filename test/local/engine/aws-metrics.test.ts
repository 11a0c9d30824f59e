/** The metrics that AWS publishes by itself, of what the engine runs, and the faults that move them. */
import { ListTablesCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from '@jest/globals';
import { Alarm, AlarmRule, CompositeAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { MetricType } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import type { AwsMetric } from '../../../local/engine/aws-metrics.ts';
import type { Engine } from '../../../local/engine/engine.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { put, run, until } from './support/running.ts';
import { feed, functionOf, synthesize } from './support/sample-stage.ts';

const MINUTE = 60_000;
const idle = 'export const handler = () => {};';

function listenTo(engine: Engine): AwsMetric[] {
  const metrics: AwsMetric[] = [];
  engine.onAwsMetric(metric => metrics.push(metric));
  return metrics;
}

const valuesOf = (metrics: readonly AwsMetric[], wanted: string) =>
  metrics.filter(({ name }) => name === wanted).map(({ value }) => value);

/** One function, fed from the stream `Input`. */
function fedFunction(options: Parameters<typeof feed>[2] = {}) {
  return synthesize(({ pipeline, input, failures }) =>
    feed(functionOf(pipeline, 'Work', idle, { functionName: 'work' }), input, {
      onFailure: { bind: () => ({ destination: failures.bucketArn }) },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
      ...options,
    }),
  );
}

describe('a function', () => {
  test('counts its invocations, also those without an error, by its name', async () => {
    const { engine } = await run({ assembly: fedFunction() });
    const metrics = listenTo(engine);
    await put(engine, 'Input', ['a']);
    await engine.drained();
    expect(metrics).toContainEqual({
      namespace: 'AWS/Lambda',
      name: 'Errors',
      dimensions: { FunctionName: 'work' },
      value: 0,
      at: expect.any(Number),
    });
    expect(valuesOf(metrics, 'Invocations')).toEqual([1]);
    expect(valuesOf(metrics, 'Throttles')).toEqual([0]);
  });

  test('that crashes fails until it is repaired, and loses nothing', async () => {
    const { engine, said } = await run({ assembly: fedFunction(), retryLimitMs: 20 });
    const metrics = listenTo(engine);
    engine.function('Work').fault = 'crash';
    await put(engine, 'Input', ['a']);
    await until(() => valuesOf(metrics, 'Errors').length > 1);
    engine.function('Work').fault = undefined;
    await engine.drained();
    expect(valuesOf(metrics, 'Errors').at(-1)).toBe(0);
    expect(
      valuesOf(metrics, 'Errors')
        .slice(0, -1)
        .every(value => value === 1),
    ).toBe(true);
    expect(said.join()).toContain('Pipeline/Work failed: the process crashed');
  });

  test('that is throttled is not invoked', async () => {
    const { engine } = await run({ assembly: fedFunction(), retryLimitMs: 20 });
    const metrics = listenTo(engine);
    engine.function('Work').fault = 'throttle';
    await put(engine, 'Input', ['a']);
    await until(() => valuesOf(metrics, 'Throttles').length > 1);
    expect(valuesOf(metrics, 'Invocations')).toEqual([]);
    engine.function('Work').fault = undefined;
    await engine.drained();
    expect(valuesOf(metrics, 'Invocations')).toEqual([1]);
  });

  test('is given records whose age is event time', async () => {
    const clock = new EventClock({ now: Date.parse('2025-11-20T12:00:00Z'), speed: 0 });
    const { engine } = await run({ assembly: fedFunction(), retryLimitMs: 20, clock });
    const metrics = listenTo(engine);
    engine.function('Work').fault = 'crash';
    await put(engine, 'Input', ['a']);
    await until(() => valuesOf(metrics, 'IteratorAge').length > 0);
    clock.set({ now: clock.now() + 5 * MINUTE });
    await until(() => Math.max(...valuesOf(metrics, 'IteratorAge')) > 0);
    expect(valuesOf(metrics, 'IteratorAge')[0]).toBe(0);
    expect(Math.max(...valuesOf(metrics, 'IteratorAge'))).toBe(5 * MINUTE);
    expect(metrics.at(-1)?.at).toBe(clock.now());
  });
});

describe('a mapping', () => {
  test('counts what it leaves in its failure destination, under its own id', async () => {
    const { engine } = await run({
      assembly: fedFunction({ maxRecordAge: Duration.hours(1) }),
      retryLimitMs: 20,
    });
    const metrics = listenTo(engine);
    engine.function('Work').fault = 'crash';
    await put(engine, 'Input', ['a', 'b']);
    await until(() => engine.mapping('Work').failures > 0);
    engine.mapping('Work').aged = 2 * 60 * MINUTE;
    await engine.drained();
    expect(valuesOf(metrics, 'OnFailureDestinationDeliveredEventCount').reduce((a, b) => a + b)).toBe(2);
    expect(metrics.find(({ name }) => name.startsWith('OnFailure'))?.dimensions).toEqual({
      EventSourceMappingUUID: engine.mapping('Work').name,
    });
  });

  test('counts what its failure destination refuses as dropped, under its own id and that of its function', async () => {
    const { engine, said } = await run({
      assembly: fedFunction({ maxRecordAge: Duration.hours(1) }),
      retryLimitMs: 20,
    });
    const metrics = listenTo(engine);
    engine.bucket('Failures').refuses = true;
    engine.function('Work').fault = 'crash';
    engine.mapping('Work').aged = 2 * 60 * MINUTE;
    await put(engine, 'Input', ['a', 'b']);
    await engine.drained();
    expect(valuesOf(metrics, 'OnFailureDestinationDeliveredEventCount')).toEqual([]);
    expect(valuesOf(metrics, 'DroppedEventCount').reduce((a, b) => a + b)).toBe(2);
    expect(metrics.find(({ name }) => name === 'DroppedEventCount')?.dimensions).toEqual({
      EventSourceMappingUUID: engine.mapping('Work').name,
    });
    expect(metrics.find(({ name }) => name === 'DestinationDeliveryFailures')).toMatchObject({
      dimensions: { FunctionName: 'work' },
      value: 1,
    });
    expect(said.join()).toMatch(/records are lost: bucket \S+ refuses \S+: AccessDenied/);
  });

  test('counts nothing unless its template asks for it', async () => {
    const silent = fedFunction({ maxRecordAge: Duration.hours(1), metricsConfig: { metrics: [] } });
    const { engine } = await run({ assembly: silent, retryLimitMs: 20 });
    const metrics = listenTo(engine);
    engine.function('Work').fault = 'crash';
    engine.mapping('Work').aged = 2 * 60 * MINUTE;
    await put(engine, 'Input', ['a']);
    await engine.drained();
    expect(engine.mapping('Work').givenUp).toBe(1);
    expect(valuesOf(metrics, 'OnFailureDestinationDeliveredEventCount')).toEqual([]);
  });
});

describe('a stream or table without room', () => {
  test('refuses every record of a put, counts them, and takes them later', async () => {
    const { engine } = await run({ assembly: fedFunction() });
    const metrics = listenTo(engine);
    await engine.throttle('stream', 'Input', 'all');
    await put(engine, 'Output', ['elsewhere']);
    await put(engine, 'Input', ['a', 'b', 'c']);
    await engine.drained();
    expect(valuesOf(metrics, 'WriteProvisionedThroughputExceeded')).toEqual([3]);
    expect(valuesOf(metrics, 'Invocations')).toEqual([]);
    await engine.throttle('stream', 'Input', 'none');
    await put(engine, 'Input', ['a']);
    await engine.drained();
    expect(valuesOf(metrics, 'Invocations')).toEqual([1]);
  });

  test('refuses the records of full shards and takes the others of the same put', async () => {
    const { engine } = await run({ assembly: fedFunction() });
    const metrics = listenTo(engine);
    await engine.throttle('stream', 'Input', 'upper half');
    const StreamName = engine.stream('Input').name;
    const Records = [0n, 1n << 127n, (1n << 127n) - 1n, (1n << 128n) - 1n].map((key, index) => ({
      Data: Buffer.from(`${index}`),
      PartitionKey: 'a',
      ExplicitHashKey: `${key}`,
    }));
    const answer = await engine.kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    const refused = 'ProvisionedThroughputExceededException';
    expect(answer.FailedRecordCount).toBe(2);
    expect(answer.Records?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      refused,
      undefined,
      refused,
    ]);
    await engine.drained();
    expect(valuesOf(metrics, 'WriteProvisionedThroughputExceeded')).toEqual([2]);
    expect(valuesOf(metrics, 'Invocations')).toEqual([1]);
  });

  test('throttles reads and writes of that table alone', async () => {
    const { engine } = await run({ assembly: fedFunction() });
    const metrics = listenTo(engine);
    const TableName = engine.table('State').name;
    await engine.throttle('table', 'State', 'all');
    const write = engine.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } }));
    await expect(write).rejects.toThrow('Rate exceeded');
    const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'a' } } };
    await expect(engine.dynamodb.send(new QueryCommand({ TableName, ...query }))).rejects.toThrow();
    expect((await engine.dynamodb.send(new ListTablesCommand({}))).TableNames).toContain(TableName);
    await until(() => valuesOf(metrics, 'ReadThrottleEvents').length > 0);
    expect(valuesOf(metrics, 'WriteThrottleEvents').length).toBeGreaterThan(0);
    await engine.throttle('table', 'State', 'none');
    await engine.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } }));
  });
});

test('a rule counts the events that match all of its pattern, and hands them to its topics', async () => {
  const assembly = synthesize(({ pipeline }) => {
    const targets = [{ arn: new Topic(pipeline, 'Topic').topicArn, id: 'Topic' }];
    const detail = { eventName: ['FAILED', 'STOPPED'] };
    new CfnRule(pipeline, 'Rule', {
      ...{ name: 'failed', targets },
      eventPattern: { source: ['aws.ecs'], resources: ['service'], detail },
    });
  });
  const { engine } = await run({ assembly });
  const metrics = listenTo(engine);
  const event = { source: 'aws.ecs', resources: ['task', 'service'], detail: { eventName: 'FAILED' } };
  engine.publish({ ...event, source: 'aws.ec2' });
  engine.publish({ ...event, resources: ['task'] });
  engine.publish({ ...event, detail: { eventName: 'COMPLETED' } });
  expect(metrics).toEqual([]);
  engine.publish(event);
  expect(metrics).toMatchObject([
    { namespace: 'AWS/Events', name: 'TriggeredRules', dimensions: { RuleName: 'failed' }, value: 1 },
    { namespace: 'AWS/Events', name: 'Invocations', dimensions: { RuleName: 'failed' }, value: 1 },
  ]);
});

test('alarms are known as declared, what they refer to resolved', async () => {
  const assembly = synthesize(({ pipeline, input }) => {
    const work = functionOf(pipeline, 'Work', idle, { functionName: 'work' });
    feed(work, input);
    const topic = new Topic(pipeline, 'Topic', { topicName: 'page' });
    const alarm = new Alarm(pipeline, 'Alarm', {
      metric: new Metric({ namespace: 'N', metricName: 'M', dimensionsMap: { Function: work.functionName } }),
      ...{ threshold: 1, evaluationPeriods: 1 },
    });
    alarm.addAlarmAction(new SnsAction(topic));
    new CompositeAlarm(pipeline, 'Both', { compositeAlarmName: 'both', alarmRule: AlarmRule.anyOf(alarm) });
  });
  const { engine } = await run({ assembly });
  const [alarm, both] = engine.alarms;
  expect(alarm).toMatchObject({ type: 'AWS::CloudWatch::Alarm', path: 'Pipeline/Alarm' });
  expect(alarm?.properties).toMatchObject({
    Dimensions: [{ Name: 'Function', Value: 'work' }],
    AlarmActions: ['arn:aws:sns:us-east-1:000000000000:page'],
  });
  expect(both?.name).toBe('both');
  expect(both?.properties).toMatchObject({
    AlarmRule: `(ALARM("arn:aws:cloudwatch:us-east-1:000000000000:alarm:${alarm?.name}"))`,
  });
});
