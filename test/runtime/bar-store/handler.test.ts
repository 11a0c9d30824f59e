/** The bar store through the door that Lambda uses, on a DynamoDB of this machine. */
import { Logger } from '@aws-lambda-powertools/logger';
import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { type BarsResponse, barText, type KinesisEvent, type LambdaContext } from '../../../kit/index.ts';
import { barStoreEnv } from '../../../runtime/bar-store/names.ts';
import { dynamoDbClient } from '../../../runtime/platform/aws.ts';
import { barStoreMetrics, environmentVariable } from '../../../runtime/platform/metric-names.ts';
import { toldSettings } from '../../../runtime/platform/settings.ts';
import { BarTable } from '../../../runtime/tables/bars/bar-table.ts';
import { bar, eventOf, START } from '../../kit/support/bars.ts';
import { createTable, LocalServers } from '../../support/local-servers.ts';

let servers: LocalServers;
let handler: (event: KinesisEvent, context: LambdaContext) => Promise<BarsResponse>;
const client = () => dynamoDbClient();

beforeAll(async () => {
  servers = await LocalServers.start();
  Object.assign(process.env, {
    [environmentVariable]: 'dev',
    [barStoreEnv.barsTable]: 'bars',
    [barStoreEnv.quarantineTable]: 'quarantine',
    [toldSettings.store.variable]: '{"5m":7}',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  for (const table of ['bars', 'quarantine']) await createTable(client(), table, 'S');
  ({ handler } = await import('../../../runtime/bar-store/handler.ts'));
});
afterAll(async () => servers[Symbol.asyncDispose]());
afterEach(() => {
  jest.restoreAllMocks();
});

const deliver = (...texts: string[]) => handler(eventOf(texts), { getRemainingTimeInMillis: () => 60_000 });

async function itemsOf(TableName: string) {
  const { Items = [] } = await client().send(new ScanCommand({ TableName }));
  return Items;
}

async function stored(symbol: string) {
  const table = new BarTable(client(), 'bars', 'dev/stocks');
  const range = { symbol, timeframe: '5m', limit: 10 } as const;
  return (await table.range(range, new AbortController().signal)).bars.map(({ text }) => text);
}

test('stops where another environment has written, and goes on once that is gone', async () => {
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
  const Key = { pk: { S: 'AAPL#5m' }, sk: { S: String(START) } };
  await client().send(
    new PutItemCommand({ TableName: 'bars', Item: { ...Key, belongsTo: { S: 'prod/stocks' } } }),
  );
  // Of a single record, too: what only reports failures is no error by Lambda's count, and so nobody's alarm.
  for (const batch of [[bar(), bar()], [bar()]])
    await expect(deliver(...batch.map(barText))).rejects.toThrow('1 pieces of the batch failed');
  expect(error.mock.calls[0]).toEqual([
    'bars not stored: they will be delivered again',
    {
      error: expect.objectContaining({
        message: expect.stringContaining("table 'bars' belongs to prod/stocks, and this is dev/stocks"),
      }),
    },
  ]);
  await client().send(new DeleteItemCommand({ TableName: 'bars', Key }));
  expect(await deliver(barText(bar()))).toEqual({ batchItemFailures: [] });
});

test('keeps the highest version of every finished bar for the days that it is told, and says whose it is', async () => {
  const open = bar({ symbol: 'OPEN', final: false });
  const versions = [3, 5, 4].map(version => bar({ symbol: 'X', version }));
  expect(await deliver(...[...versions, open].map(barText))).toEqual({ batchItemFailures: [] });
  expect(await deliver(barText(bar({ symbol: 'X', version: 4 })))).toEqual({ batchItemFailures: [] });
  expect(await stored('X')).toEqual([barText(bar({ symbol: 'X', version: 5 }))]);
  expect(await stored('OPEN')).toEqual([]);
  const items = (await itemsOf('bars')).filter(({ pk }) => pk?.S === 'X#5m');
  expect(items).toMatchObject([{ belongsTo: { S: 'dev/stocks' } }]);
  const days = (Number(items[0]?.['expires']?.N) - Date.now() / 1_000) / 86_400;
  expect(days).toBeCloseTo(7, 1);
});

test('counts what it passes over: packed records and types of a later release', async () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const packed = Buffer.from([0xf3, 0x89, 0x9a, 0xc2, 0]);
  const batch = eventOf([packed, '{"type":"halt","schema":7}', barText(bar({ symbol: 'Z' }))]);
  expect(await handler(batch, { getRemainingTimeInMillis: () => 60_000 })).toEqual({ batchItemFailures: [] });
  const lines = write.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(lines).toMatchObject([{ [barStoreMetrics.skipped]: 2, [barStoreMetrics.stored]: 1 }]);
});

test('puts what is no record into the quarantine with its reason and place, once, and stores the rest', async () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  for (const _ of ['once', 'again'])
    expect(await deliver('no record', barText(bar({ symbol: 'Y' })))).toEqual({ batchItemFailures: [] });
  const lines = write.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(lines).toMatchObject([
    {
      [barStoreMetrics.stored]: 1,
      [barStoreMetrics.superseded]: 0,
      [barStoreMetrics.throttled]: 0,
      [barStoreMetrics.quarantined]: 1,
      [barStoreMetrics.dropped]: 0,
    },
    { [barStoreMetrics.stored]: 0, [barStoreMetrics.superseded]: 1, [barStoreMetrics.quarantined]: 1 },
  ]);
  write.mockRestore();
  expect(await itemsOf('quarantine')).toMatchObject([
    {
      pk: { S: 'bar-store#2025-11-20' },
      sk: { S: 'shardId-000000000003:1' },
      raw: { B: new Uint8Array(Buffer.from('no record')) },
      reason: { S: expect.stringContaining('not JSON') },
      where: { S: expect.stringContaining('stream/bars shardId-000000000003:1') },
      belongsTo: { S: 'dev/stocks' },
    },
  ]);
  expect(await stored('Y')).toHaveLength(1);
});
