/** The roll-up through the door that Lambda uses, on a DynamoDB and a Kinesis of this machine. */
import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { dynamoDbClient, kinesisClient } from '../../../runtime/platform/aws.ts';
import type { TimedContext } from '../../../runtime/platform/invocation-time.ts';
import { environmentVariable, finalLatency, rollupMetrics } from '../../../runtime/platform/metric-names.ts';
import { encodeMinuteBar } from '../../../runtime/records/encode.ts';
import { rollupEnv } from '../../../runtime/rollup/names.ts';
import { createTable, LocalServers } from '../../support/local-servers.ts';
import { minuteBar, streamRecord } from '../../support/rollup-on-twins.ts';

let servers: LocalServers;
let handler: (
  event: KinesisStreamEvent,
  context: Context & TimedContext,
) => Promise<KinesisStreamBatchResponse>;

beforeAll(async () => {
  servers = await LocalServers.start();
  Object.assign(process.env, {
    [environmentVariable]: 'dev',
    [rollupEnv.stateTable]: 'state',
    [rollupEnv.quarantineTable]: 'quarantine',
    [rollupEnv.barsStream]: 'bars',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const dynamoDb = dynamoDbClient();
  await createTable(dynamoDb, 'state', 'S');
  await createTable(dynamoDb, 'quarantine', 'S');
  await kinesisClient().send(new CreateStreamCommand({ StreamName: 'bars', ShardCount: 1 }));
  ({ handler } = await import('../../../runtime/rollup/handler.ts'));
});

afterAll(async () => servers[Symbol.asyncDispose]());

const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'rollup',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:rollup',
  memoryLimitInMB: '1024',
  awsRequestId: '1',
  logGroupName: 'rollup',
  logStreamName: 'rollup',
  getRemainingTimeInMillis: () => 60_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

const deliver = (...texts: string[]) =>
  handler({ Records: texts.map((text, index) => streamRecord(Buffer.from(text), BigInt(index))) }, context);

async function itemsOf(TableName: string) {
  const { Items = [] } = await dynamoDbClient().send(new ScanCommand({ TableName }));
  return Items;
}

test('stops with one line where another environment has written, and goes on once that is gone', async () => {
  const Key = { pk: { S: '34' }, sk: { S: '1763643600000#000000' } };
  const Item = { ...Key, belongsTo: { S: 'prod/stocks' } };
  await dynamoDbClient().send(new PutItemCommand({ TableName: 'state', Item }));
  await expect(deliver(encodeMinuteBar(minuteBar('2025-11-20T14:30Z')))).rejects.toThrow(
    /^table 'state' belongs to prod\/stocks, and this is dev\/stocks: give every feed of every environment tables of its own$/,
  );
  expect(await itemsOf('state')).toEqual([Item]);
  await dynamoDbClient().send(new DeleteItemCommand({ TableName: 'state', Key }));
  expect(await deliver(encodeMinuteBar(minuteBar('2025-11-20T14:30Z')))).toEqual({ batchItemFailures: [] });
});

test('takes a record nested 5,000 deep for what it is, and says in everything it writes whose it is', async () => {
  const hostile = `${'['.repeat(5_000)}1${']'.repeat(5_000)}`;
  expect(await deliver(encodeMinuteBar(minuteBar('2025-11-20T14:31Z')), hostile)).toEqual({
    batchItemFailures: [],
  });
  const [chunk, refused] = [(await itemsOf('state')).at(-1), (await itemsOf('quarantine')).at(-1)];
  expect(refused).toMatchObject({ reason: { S: 'record is [[[[[...]]]]]: not a JSON object' } });
  expect([chunk?.['belongsTo'], refused?.['belongsTo']]).toEqual([{ S: 'dev/stocks' }, { S: 'dev/stocks' }]);
});

test('counts apart what the quarantine has no place for', async () => {
  const lines: string[] = [];
  using _output = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation(line => lines.push(String(line)) > 0);
  const nameless = { ...streamRecord(Buffer.from('nonsense'), 7n), eventID: '' };
  const Records = [streamRecord(Buffer.from('nonsense'), 6n), nameless];
  expect(await handler({ Records }, context)).toEqual({ batchItemFailures: [] });
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    [rollupMetrics.quarantined]: 2,
    [rollupMetrics.dropped]: 1,
  });
});

test('tells how late the bars of a window are, in the time that its records arrive in', async () => {
  const lines: string[] = [];
  using _output = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation(line => lines.push(String(line)) > 0);
  const watermark = '{"type":"watermark","schema":1,"slot":34,"through":1763651100000,"epoch":1}';
  const Records = [streamRecord(Buffer.from(watermark), 9n, Date.parse('2025-11-20T15:05:05Z'))];
  const getEventTimeInMillis = () => Date.parse('2025-11-20T15:05:06.250Z');
  await deliver(encodeMinuteBar(minuteBar('2025-11-20T15:00Z')));
  await handler({ Records }, { ...context, getEventTimeInMillis });
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    [finalLatency.byWatermark]: 6.25,
    [finalLatency.sinceWatermark]: 1.25,
  });
});
