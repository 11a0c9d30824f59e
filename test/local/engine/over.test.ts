/** One version of a stage deployed over another: what is kept, and where functions go on. */
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { CfnResource, Stack } from 'aws-cdk-lib/core';
import type { PutRecord } from '../../../local/engine/server-messages.ts';
import { put, run, until } from './support/running.ts';
import { feed, functionOf, type SampleStacks, serviceOf, synthesize } from './support/sample-stage.ts';

/** Prints what it is given, and which version it is. */
const show = (version: string) => `
  export const handler = async ({ Records }) => {
    for (const { kinesis } of Records) console.log('${version} ' + Buffer.from(kinesis.data, 'base64'));
  };`;

const TASK = `
  console.log('runs');
  process.on('SIGTERM', () => { console.log('ends'); process.exit(0); });
  setInterval(() => {}, 1_000);`;

/** A version of the stage whose function is `id`. */
const versionOf = (version: string, id = 'Show', shards = 2) =>
  synthesize(({ pipeline, input }) => feed(functionOf(pipeline, id, show(version)), input), shards);

test('a function goes on where the one before it was, and streams and tables keep what they hold', async () => {
  const { engine: old, printed } = await run({ assembly: versionOf('old') });
  const told: PutRecord[] = [];
  await old.tap('Input', records => told.push(...records));
  const item = { pk: { S: 'kept' } };
  await old.dynamodb.send(new PutItemCommand({ TableName: old.table('State').name, Item: item }));
  await put(old, 'Input', ['a', 'b']);
  await old.drained();
  const { engine, printed: later } = await run({ assembly: versionOf('new') }, old);
  await put(engine, 'Input', ['c']);
  await old.stop();
  await put(engine, 'Input', ['d']);
  await engine.drained();
  expect(printed.toSorted()).toEqual(['Pipeline/Show old a', 'Pipeline/Show old b']);
  expect(later.toSorted()).toEqual(['Pipeline/Show new c', 'Pipeline/Show new d']);
  expect(told.map(({ data }) => data)).toEqual(['a', 'b', 'c', 'd']);
  const { Item } = await engine.dynamodb.send(
    new GetItemCommand({ TableName: engine.table('State').name, Key: item }),
  );
  expect(Item).toEqual(item);
});

test('what comes while nothing reads waits for the next version', async () => {
  const { engine: old } = await run({ assembly: synthesize(() => {}) });
  await put(old, 'Input', ['a']);
  const { engine, printed } = await run({ assembly: versionOf('new', 'Show', 1) }, old);
  await engine.drained();
  expect(printed).toEqual(['Pipeline/Show new a']);
});

test('another logical id is another mapping, which begins at the beginning of the stream', async () => {
  const { engine: old } = await run({ assembly: versionOf('old') });
  await put(old, 'Input', ['a']);
  await old.drained();
  const { engine, printed } = await run({ assembly: versionOf('new', 'Renamed') }, old);
  await engine.drained();
  expect(printed).toEqual(['Pipeline/Renamed new a']);
});

test('tasks run beside those of the version before until that is stopped', async () => {
  const assembly = synthesize(({ pipeline }) => serviceOf(pipeline, TASK));
  const { engine: old, printed } = await run({ assembly });
  await until(() => printed.length > 0);
  const { engine, printed: later } = await run({ assembly }, old);
  await until(() => later.length > 0);
  expect([old.tasks[0]?.pid, engine.tasks[0]?.pid]).not.toContain(undefined);
  await old.stop();
  expect([printed, later]).toEqual([
    ['Pipeline/Service runs', 'Pipeline/Service ends'],
    ['Pipeline/Service runs'],
  ]);
  await put(engine, 'Input', ['a']);
});

/** The stage with a stack of one more stream or table in it. */
const more = (build: (stack: Stack) => Stream | Table) =>
  synthesize(({ storage }: SampleStacks) => {
    const { defaultChild } = build(new Stack(storage.node.scope, 'More')).node;
    if (CfnResource.isCfnResource(defaultChild)) defaultChild.overrideLogicalId('It');
  });

test('a table with another key and a stream with other shards are refused: in AWS their data would go, or move', async () => {
  const table = (name: string) => (stack: Stack) =>
    new Table(stack, 'Table', { partitionKey: { name, type: AttributeType.STRING } });
  const stream = (shardCount: number) => (stack: Stack) => new Stream(stack, 'Stream', { shardCount });
  const deployed = async (
    first: (stack: Stack) => Stream | Table,
    then: (stack: Stack) => Stream | Table,
  ) => {
    const { engine } = await run({ assembly: more(first) });
    await run({ assembly: more(then) }, engine);
  };
  await expect(deployed(table('pk'), table('id'))).rejects.toThrow(
    'More/Table: table test-More-It has the key pk S HASH and is declared with id S HASH: AWS would put an empty table in its place',
  );
  await expect(deployed(stream(1), stream(2))).rejects.toThrow(
    'More/Stream: stream test-More-It has 1 shards and is declared with 2: split or merge them before it is deployed here',
  );
});
