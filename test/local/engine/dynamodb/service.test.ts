/** What the local DynamoDB limits as the service does, where dynalite does not; and what real clients make of it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { credentials, region } from '../../../../local/engine/account.ts';
import { DynamoDb } from '../../../../local/engine/dynamodb/dynamodb.ts';
import { LocalServer } from '../../../../local/engine/server.ts';
import { createTable } from '../../../support/local-servers.ts';
import { pythonWith } from '../../../support/programs.ts';
import { skipped } from '../../../support/skipped.ts';

const declared = {
  TableName: 'bars',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
  ],
};
const TableName = 'bars';

describe('the local DynamoDB by itself', () => {
  let db: DynamoDb;

  beforeEach(() => {
    db = new DynamoDb(() => Date.parse('2025-11-20T15:00:00Z'));
    ask('CreateTable', declared);
  });

  const ask = (operation: string, input: object) => JSON.parse(db.answer(operation, input));
  const item = (n: number, more: object = {}) => ({ pk: { S: 'p' }, sk: { N: String(n) }, ...more });
  const put = (n: number, more?: object) => ask('PutItem', { TableName, Item: item(n, more) });
  const all = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'p' } } };

  test('pages end after a megabyte, and go on where they ended, either way', () => {
    for (let n = 0; n < 10; n++) put(n, { text: { S: 'x'.repeat(300_000) } });
    for (const ScanIndexForward of [true, false]) {
      const read: number[][] = [];
      for (let ExclusiveStartKey: unknown; ; ) {
        const page = ask('Query', { TableName, ...all, ScanIndexForward, ExclusiveStartKey });
        read.push(page.Items.map((each: { sk: { N: string } }) => Number(each.sk.N)));
        ExclusiveStartKey = page.LastEvaluatedKey;
        if (ExclusiveStartKey === undefined) break;
      }
      const pages = [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9],
      ];
      expect(read).toEqual(
        ScanIndexForward
          ? pages
          : [
              [9, 8, 7, 6],
              [5, 4, 3, 2],
              [1, 0],
            ],
      );
    }
  });

  test('segments of a scan are all of it, each item once', () => {
    for (let n = 0; n < 100; n++) ask('PutItem', { TableName, Item: { pk: { S: `p${n}` }, sk: { N: '1' } } });
    const parts = Array.from({ length: 3 }, (_, Segment) =>
      ask('Scan', { TableName, Segment, TotalSegments: 3 }),
    );
    expect(parts.map(part => part.Count).every(count => count > 10)).toBe(true);
    const names = parts.flatMap(part => part.Items.map((each: { pk: { S: string } }) => each.pk.S));
    expect(new Set(names).size).toBe(100);
    expect(names).toHaveLength(100);
  });

  test('numbers keep 38 digits in sums and comparisons', () => {
    const most = '9'.repeat(38);
    put(1, { a: { N: `0.${most}` }, b: { N: most } });
    const set = (UpdateExpression: string, N: string) =>
      ask('UpdateItem', {
        ...{ TableName, Key: item(1), UpdateExpression, ReturnValues: 'UPDATED_NEW' },
        ExpressionAttributeValues: { ':n': { N } },
      }).Attributes;
    expect(set('SET a = a + :n', '1e-38')).toEqual({ a: { N: '1' } });
    expect(set('SET b = b - :n', '1')).toEqual({ b: { N: `${'9'.repeat(37)}8` } });
    expect(() => set('SET a = a + :n', '1e-38')).toThrow('more than 38 significant digits');
    const condition = { ConditionExpression: 'b < :n', ExpressionAttributeValues: { ':n': { N: most } } };
    expect(ask('DeleteItem', { TableName, Key: item(1), ...condition })).toEqual({});
  });

  test('an order is asked of numbers, texts and bytes alone', () => {
    for (const text of ['a < :v', 'a BETWEEN :v AND :v'])
      expect(() =>
        ask('Scan', {
          TableName,
          FilterExpression: text,
          ExpressionAttributeValues: { ':v': { BOOL: true } },
        }),
      ).toThrow(
        /^Invalid FilterExpression: Incorrect operand type for operator or function; operator: (<|BETWEEN), operand type: BOOL$/,
      );
  });

  test('several are removed from a list by the places that they had', () => {
    put(1, { a: { L: ['x', 'y', 'z'].map(S => ({ S })) } });
    ask('UpdateItem', { TableName, Key: item(1), UpdateExpression: 'REMOVE a[0], a[1]' });
    expect(ask('GetItem', { TableName, Key: item(1) }).Item.a).toEqual({ L: [{ S: 'z' }] });
  });

  test('attributes may have any names', () => {
    const more = JSON.parse('{"__proto__":{"S":"a"},"constructor":{"N":"1"}}');
    put(1, more);
    expect(ask('GetItem', { TableName, Key: item(1) })).toEqual({ Item: item(1, more) });
    const none = { ConditionExpression: 'attribute_exists(toString)' };
    expect(() => ask('PutItem', { TableName, Item: item(1), ...none })).toThrow('conditional request failed');
  });

  test('who is refused by a condition gets the item if asked for', () => {
    put(1, { a: { S: 'kept' } });
    const refused = (more: object) => {
      try {
        ask('PutItem', {
          TableName,
          Item: item(1),
          ConditionExpression: 'attribute_not_exists(pk)',
          ...more,
        });
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(refused({})).toMatchObject({ details: {} });
    expect(refused({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).toMatchObject({
      details: { Item: item(1, { a: { S: 'kept' } }) },
    });
  });

  test('batches are limited, and each item is in one once', () => {
    const writes = (count: number) => ({
      RequestItems: {
        [TableName]: Array.from({ length: count }, (_, n) => ({ PutRequest: { Item: item(n) } })),
      },
    });
    const gets = (count: number) => ({
      RequestItems: { [TableName]: { Keys: Array.from({ length: count }, (_, n) => item(n)) } },
    });
    expect(ask('BatchWriteItem', writes(25))).toEqual({ UnprocessedItems: {} });
    expect(ask('BatchGetItem', gets(100)).Responses[TableName]).toHaveLength(25);
    expect(() => ask('BatchWriteItem', writes(26))).toThrow(
      'Too many items requested for the BatchWriteItem call',
    );
    expect(() => ask('BatchGetItem', gets(101))).toThrow(
      'Too many items requested for the BatchGetItem call',
    );
    const twice = [item(1), item(1)].map(Item => ({ PutRequest: { Item } }));
    expect(() => ask('BatchWriteItem', { RequestItems: { [TableName]: twice } })).toThrow('duplicates');
  });

  test('capacity is told as it would be billed', () => {
    const ReturnConsumedCapacity = 'TOTAL';
    const write = { TableName, Item: item(1, { a: { S: 'x'.repeat(2_000) } }), ReturnConsumedCapacity };
    const units = (CapacityUnits: number) => ({ ConsumedCapacity: { TableName, CapacityUnits } });
    expect(ask('PutItem', write)).toEqual(units(2));
    const read = { TableName, Key: item(1), ReturnConsumedCapacity };
    expect(ask('GetItem', read)).toMatchObject(units(0.5));
    expect(ask('GetItem', { ...read, ConsistentRead: true })).toMatchObject(units(1));
    expect(ask('Query', { TableName, ...all, ReturnConsumedCapacity })).toMatchObject(units(0.5));
  });

  test('a table is there until it is deleted, and no second of its name', () => {
    expect(() => ask('CreateTable', declared)).toThrow('Table already exists: bars');
    put(1);
    expect(ask('DescribeTable', { TableName }).Table).toMatchObject({
      ...{
        TableStatus: 'ACTIVE',
        ItemCount: 1,
        TableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/bars',
      },
    });
    ask('CreateTable', { ...declared, TableName: 'other' });
    expect(ask('ListTables', { Limit: 1 })).toEqual({ TableNames: ['bars'], LastEvaluatedTableName: 'bars' });
    expect(ask('ListTables', { ExclusiveStartTableName: 'bars' })).toEqual({ TableNames: ['other'] });
    ask('DeleteTable', { TableName });
    expect(() => put(1)).toThrow('Requested resource not found');
  });

  test('what is not there is named', () => {
    expect(() => ask('TransactWriteItems', {})).toThrow(
      /^TransactWriteItems is not served on this machine, which has CreateTable, .*Query, Scan$/,
    );
    expect(() => ask('Query', { TableName, IndexName: 'by-time', ...all })).toThrow(
      'IndexName of Query is not served on this machine',
    );
    expect(() => ask('UpdateItem', { TableName, Key: item(1), AttributeUpdates: {} })).toThrow(
      'AttributeUpdates of UpdateItem is not served on this machine',
    );
  });
});

describe('a client', () => {
  let server: LocalServer;
  let client: DynamoDBClient;

  beforeAll(async () => {
    server = await LocalServer.start('dynamodb');
    client = new DynamoDBClient({ region, credentials, endpoint: server.endpoint });
    await createTable(client, 'bars', 'N');
  });

  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  test('in JavaScript reads what it wrote, and knows the errors', async () => {
    const Key = { pk: { S: 'AAPL#5m' }, sk: { N: '1' } };
    const Item = {
      ...Key,
      version: { N: '2' },
      bytes: { B: new Uint8Array([1, 2]) },
      text: { S: 'é\u{1F600}' },
    };
    await client.send(new PutItemCommand({ TableName, Item }));
    expect((await client.send(new GetItemCommand({ TableName, Key }))).Item).toEqual(Item);
    const newer = new UpdateItemCommand({
      ...{ TableName, Key, UpdateExpression: 'SET #version = :v', ReturnValues: 'UPDATED_NEW' },
      ConditionExpression: '#version < :v',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':v': { N: '3' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect((await client.send(newer)).Attributes).toEqual({ version: { N: '3' } });
    const refused = await client.send(newer).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConditionalCheckFailedException);
    expect(refused).toMatchObject({ Item: { version: { N: '3' } } });
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(table?.CreationDateTime).toBeInstanceOf(Date);
    const query = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': Key.pk } };
    expect(await client.send(new QueryCommand({ TableName, ...query, Select: 'COUNT' }))).toMatchObject({
      Count: 1,
    });
    await expect(client.send(new GetItemCommand({ TableName: 'none', Key }))).rejects.toMatchObject({
      ...{ name: 'ResourceNotFoundException', message: 'Requested resource not found' },
    });
  });

  test('gets the checksum of what it is sent', async () => {
    const headers = {
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'content-type': 'application/x-amz-json-1.0',
    };
    const reply = await fetch(server.endpoint, { method: 'POST', headers, body: '{}' });
    expect(reply.headers.get('x-amz-crc32')).toBe(String(crc32(await reply.text())));
    expect(reply.headers.get('x-amzn-requestid')).toMatch(/^[\da-f-]{36}$/);
  });

  test('in Python writes a table, queries it page by page, and knows the errors', async () => {
    const python = pythonWith('boto3');
    if (python === undefined) return skipped('no Python with boto3 is on this machine');
    const script = `
import boto3, decimal, os
from boto3.dynamodb.conditions import Attr, Key
table = boto3.resource('dynamodb', endpoint_url='${server.endpoint}').create_table(
    TableName='python', BillingMode='PAY_PER_REQUEST',
    KeySchema=[{'AttributeName': 'pk', 'KeyType': 'HASH'}, {'AttributeName': 'sk', 'KeyType': 'RANGE'}],
    AttributeDefinitions=[{'AttributeName': 'pk', 'AttributeType': 'S'}, {'AttributeName': 'sk', 'AttributeType': 'N'}])
table.wait_until_exists()
with table.batch_writer() as batch:
    for n in range(60):
        batch.put_item(Item={'pk': 'p', 'sk': n, 'price': decimal.Decimal('1.25') * n, 'even': n % 2 == 0, 'tags': {'a', 'b'}})
page = table.query(KeyConditionExpression=Key('pk').eq('p') & Key('sk').between(10, 40), Limit=20,
    FilterExpression=Attr('even').eq(True) & Attr('tags').contains('a'), ProjectionExpression='sk, price', ScanIndexForward=False)
print([int(i['sk']) for i in page['Items']], page['LastEvaluatedKey'])
try:
    table.put_item(Item={'pk': 'p', 'sk': 1}, ConditionExpression=Attr('pk').not_exists())
except table.meta.client.exceptions.ConditionalCheckFailedException as e:
    print(e.response['Error']['Message'])
print(table.scan(Select='COUNT')['Count'], table.delete()['TableDescription']['TableStatus'])
`;
    const env = {
      ...{ PATH: process.env['PATH'], AWS_DEFAULT_REGION: region },
      ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    };
    const { stdout } = await promisify(execFile)(python, ['-c', script], { env });
    expect(stdout.trim().split('\n')).toEqual([
      "[40, 38, 36, 34, 32, 30, 28, 26, 24, 22] {'pk': 'p', 'sk': Decimal('21')}",
      'The conditional request failed',
      '60 DELETING',
    ]);
  });
});
