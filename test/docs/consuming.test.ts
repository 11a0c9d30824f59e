/** The consumer that the documentation shows, run against a table. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import dynalite from 'dynalite';

const ROOT = join(import.meta.dirname, '../..');
const TABLE = 'bars';

const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
mkdirSync(join(ROOT, 'out'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'out', 'consumer-'));

/** The documented handler. Its own folder lies in the project, where it finds the SDK. */
let handler: (event: unknown) => Promise<unknown>;
let table: DynamoDBClient;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the table server has no port');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${address.port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    TABLE,
  });
  table = new DynamoDBClient();
  await table.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const text = readFileSync(join(ROOT, 'docs/consuming.md'), 'utf8');
  const [, example = ''] = /```ts consumer\n([\s\S]*?)```/.exec(text) ?? [];
  writeFileSync(join(folder, 'consumer.ts'), example);
  ({ handler } = await import(join(folder, 'consumer.ts')));
});

afterAll(async () => {
  table.destroy();
  server.close();
  await once(server, 'close');
  rmSync(folder, { recursive: true });
});

const bar = (version: number, final: boolean) => ({
  type: 'bar',
  symbol: 'AAPL',
  timeframe: '1h',
  start: 1_763_647_200_000,
  close: version,
  version,
  final,
});

const deliver = (...texts: string[]) =>
  handler({
    Records: texts.map((text, index) => ({
      kinesis: { data: Buffer.from(text).toString('base64'), sequenceNumber: `${index}` },
    })),
  });

async function stored(): Promise<unknown> {
  const { Item } = await table.send(
    new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'AAPL#1h' }, sk: { N: '1763647200000' } } }),
  );
  return JSON.parse(Item?.['bar']?.S ?? 'null');
}

describe('the documented consumer', () => {
  test('keeps the highest version in whatever order they come, and at equal versions the final one', async () => {
    const order = [bar(5, false), bar(5, true), bar(5, false), bar(9, true), bar(7, true), bar(9, false)];
    const kept = [bar(5, false), bar(5, true), bar(5, true), bar(9, true), bar(9, true), bar(9, true)];
    for (const [index, each] of order.entries()) {
      expect(await deliver(JSON.stringify(each))).toEqual({ batchItemFailures: [] });
      expect(await stored()).toEqual(kept[index]);
    }
  });

  test('asks for a record that it could not keep, and for everything behind it, again', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {});
    const answer = await deliver(JSON.stringify(bar(11, true)), 'no bar', JSON.stringify(bar(12, true)));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
    expect(await stored()).toEqual(bar(11, true));
  });
});
