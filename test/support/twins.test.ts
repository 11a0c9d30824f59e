/** The twins give the answers that a local DynamoDB and a local Kinesis give to the same random requests. */
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dynamoDbClient, kinesisClient } from '../../runtime/platform/aws.ts';
import { createTable, LocalServers } from './local-servers.ts';
import { TwinDynamoDb } from './twin-dynamodb.ts';
import { TwinKinesis } from './twin-kinesis.ts';

let servers: LocalServers;
let dynamoDb: DynamoDBClient;
let kinesis: KinesisClient;

beforeAll(async () => {
  servers = await LocalServers.start();
  dynamoDb = dynamoDbClient();
  kinesis = kinesisClient();
  await kinesis.send(new CreateStreamCommand({ StreamName: 'bars', ShardCount: 1 }));
});

afterAll(async () => {
  dynamoDb.destroy();
  kinesis.destroy();
  await servers[Symbol.asyncDispose]();
});

const pk = fc.constantFrom('00', '01', '63');
const sk = fc.constantFrom('a', 'a#1', 'a#10', 'a#2', 'b', 'b#0', 'z');
const item = fc.record({ pk, sk, n: fc.integer(), raw: fc.uint8Array({ maxLength: 9 }) }).map(each => ({
  pk: { S: each.pk },
  sk: { S: each.sk },
  n: { N: String(each.n) },
  raw: { B: each.raw },
}));
const condition = fc.constantFrom(
  '',
  'AND sk < :a',
  'AND sk <= :a',
  'AND sk > :a',
  'AND sk >= :a',
  'AND sk = :a',
  'AND sk BETWEEN :a AND :b',
);
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('put'), item, ifAbsent: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('query'),
      pk,
      condition,
      a: sk,
      b: sk,
      limit: fc.option(fc.integer({ min: 1, max: 4 })),
      ascending: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('get'), pk, sk }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('batch'),
      items: fc.uniqueArray(item, {
        minLength: 1,
        maxLength: 5,
        selector: each => `${each.pk.S} ${each.sk.S}`,
      }),
      gone: fc.boolean(),
    }),
  },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** What a client answers, page by page, or the name of its error. */
async function answer(client: DynamoDBClient, TableName: string, what: Operation): Promise<unknown> {
  if ('item' in what) {
    const ConditionExpression = 'attribute_not_exists(pk)';
    const command = new PutItemCommand({
      TableName,
      Item: what.item,
      ...(what.ifAbsent ? { ConditionExpression } : {}),
    });
    return client.send(command).then(
      () => 'done',
      error => String(error.name),
    );
  }
  if ('sk' in what) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: { pk: { S: what.pk }, sk: { S: what.sk } } }),
    );
    return Item;
  }
  if ('items' in what) {
    const requests = what.items.map(each =>
      what.gone ? { DeleteRequest: { Key: { pk: each.pk, sk: each.sk } } } : { PutRequest: { Item: each } },
    );
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }),
    );
    return UnprocessedItems;
  }
  return pages(client, TableName, what);
}

type Query = Extract<Operation, { condition: string }>;

async function pages(client: DynamoDBClient, TableName: string, what: Query): Promise<unknown[]> {
  const [a, b] = what.condition.includes('BETWEEN') ? [what.a, what.b].toSorted() : [what.a, what.b];
  const found: unknown[] = [];
  for (let next: Record<string, { S: string }> | undefined, page = 0; page < 9; page++) {
    const result = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: `pk = :pk ${what.condition}`.trim(),
        ExpressionAttributeValues: {
          ':pk': { S: what.pk },
          ...(what.condition.includes(':a') ? { ':a': { S: a ?? '' } } : {}),
          ...(what.condition.includes(':b') ? { ':b': { S: b ?? '' } } : {}),
        },
        ScanIndexForward: what.ascending,
        ConsistentRead: true,
        ...(what.limit === null ? {} : { Limit: what.limit }),
        ...(next ? { ExclusiveStartKey: next } : {}),
      }),
    );
    found.push({ items: result.Items, count: result.Count, next: result.LastEvaluatedKey });
    const { pk: lastPk, sk: lastSk } = result.LastEvaluatedKey ?? {};
    if (lastPk?.S === undefined || lastSk?.S === undefined) return found;
    next = { pk: { S: lastPk.S }, sk: { S: lastSk.S } };
  }
  return found;
}

describe('the twin of DynamoDB', () => {
  let tables = 0;

  test('answers random sequences of requests as a local DynamoDB does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 25 }), async operations => {
        const table = `table${tables++}`;
        await createTable(dynamoDb, table, 'S');
        const twin = new TwinDynamoDb().client();
        for (const each of operations) {
          const [is, shouldBe] = [await answer(twin, table, each), await answer(dynamoDb, table, each)];
          expect(is).toEqual(shouldBe);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('ends a page after so many items and goes on from there', async () => {
    const twin = new TwinDynamoDb({ itemsPerPage: 2 }).client();
    for (const each of ['a', 'b', 'c'])
      await twin.send(new PutItemCommand({ TableName: 't', Item: { pk: { S: '00' }, sk: { S: each } } }));
    const query: Query = {
      pk: '00',
      condition: '',
      a: 'a',
      b: 'a',
      limit: null,
      ascending: true,
      type: 'query',
    };
    expect(await pages(twin, 't', query)).toMatchObject([
      { count: 2, next: { sk: { S: 'b' } } },
      { count: 1, next: undefined },
    ]);
  });
});

describe('the twin of Kinesis', () => {
  const entry = fc.record({
    PartitionKey: fc.string({ minLength: 1, maxLength: 9 }),
    ExplicitHashKey: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String),
    Data: fc.uint8Array({ minLength: 1, maxLength: 30 }),
  });

  test('answers random requests as a local Kinesis does, but for the sequence numbers', async () => {
    const twin = new TwinKinesis().client();
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 8 }), async Records => {
        const shapes = await Promise.all(
          [twin, kinesis].map(async client => {
            const output = await client.send(new PutRecordsCommand({ StreamName: 'bars', Records }));
            const numbers = (output.Records ?? []).map(({ SequenceNumber = '0' }) => BigInt(SequenceNumber));
            return {
              failed: output.FailedRecordCount,
              shards: output.Records?.map(({ ShardId }) => ShardId),
              isAscending: numbers.every(
                (number, index) => index === 0 || number > (numbers[index - 1] ?? 0n),
              ),
            };
          }),
        );
        expect(shapes[0]).toEqual(shapes[1]);
      }),
      { numRuns: 25 },
    );
  });

  test('takes the entries around those that it refuses', async () => {
    const twin = new TwinKinesis();
    const client = twin.client(undefined, (_, index) => (index === 1 ? 'InternalFailure' : undefined));
    const Records = ['a', 'b', 'c'].map(text => ({ PartitionKey: text, Data: Buffer.from(text) }));
    const { FailedRecordCount, Records: results } = await client.send(
      new PutRecordsCommand({ StreamName: 'bars', Records }),
    );
    expect(FailedRecordCount).toBe(1);
    expect(results?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, 'InternalFailure', undefined]);
    expect(twin.taken.map(({ data }) => data)).toEqual(['a', 'c']);
  });
});
