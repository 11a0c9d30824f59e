/** The consumer that the documentation shows, run against a table. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createTable, LocalServers } from '../support/local-servers.ts';

const ROOT = join(import.meta.dirname, '../..');
const TABLE = 'bars';

mkdirSync(join(ROOT, 'out'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'out', 'consumer-'));

/** The documented handler. Its own folder lies in the project, where it finds the SDK. */
let handler: (event: unknown) => Promise<unknown>;
let servers: LocalServers;
let table: DynamoDBClient;

beforeAll(async () => {
  servers = await LocalServers.start();
  process.env['TABLE'] = TABLE;
  table = new DynamoDBClient();
  await createTable(table, TABLE, 'N');
  const text = readFileSync(join(ROOT, 'docs/consuming.md'), 'utf8');
  const [, example = ''] = /```ts consumer\n([\s\S]*?)```/.exec(text) ?? [];
  writeFileSync(join(folder, 'consumer.ts'), example);
  ({ handler } = await import(join(folder, 'consumer.ts')));
});

afterAll(async () => {
  table.destroy();
  await servers[Symbol.asyncDispose]();
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
