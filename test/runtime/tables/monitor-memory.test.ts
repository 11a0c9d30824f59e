/** What the monitor remembers, on a real table. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TableMemory } from '../../../runtime/tables/monitor-memory.ts';
import { LEASES, LocalAws } from '../ingester/support/aws.ts';

let aws: LocalAws;
beforeEach(async () => {
  aws = await LocalAws.start();
});
afterEach(() => aws[Symbol.asyncDispose]());

const memoryOf = (owner?: string) => new TableMemory(aws.dynamoDb, LEASES, owner);

async function daysLeft(key: string): Promise<number> {
  const Key = { pk: { S: key } };
  const { Item } = await aws.dynamoDb.send(new GetItemCommand({ TableName: LEASES, Key }));
  return (Number(Item?.['expires']?.N) - Date.now() / 1_000) / 86_400;
}

test('a note is read as it was put, and what nobody put is not there', async () => {
  await memoryOf('dev/stocks').put('usual', [[1, 2]]);
  expect(await memoryOf('dev/stocks').get('usual')).toEqual([[1, 2]]);
  expect(await memoryOf('dev/stocks').get('lease')).toBeUndefined();
});

test('a note lives for sixty days, or for ever', async () => {
  await memoryOf().put('usual', 1);
  await memoryOf().put('first look', 1, 'for ever');
  expect(await daysLeft('usual')).toBeCloseTo(60, 1);
  expect(await daysLeft('first look')).toBeNaN();
});

test('a note of another environment is refused, and one from before notes said whose they are is read', async () => {
  await memoryOf('prod/stocks').put('lease', 1);
  await expect(memoryOf('dev/stocks').get('lease')).rejects.toThrow(
    `table '${LEASES}' belongs to prod/stocks, and this is dev/stocks`,
  );
  await memoryOf().put('lease', 2);
  expect(await memoryOf('dev/stocks').get('lease')).toBe(2);
});
