/** The local DynamoDB answers as dynalite does, which others have held to the service. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Answered, Both } from './support/both.ts';
import { type Asked, requestTo } from './support/requests.ts';

let both: Both;

beforeAll(async () => {
  both = await Both.start();
});

afterAll(() => both[Symbol.asyncDispose]());

const byText = (items: readonly object[]) =>
  items.map(item => JSON.stringify(Object.entries(item).toSorted())).toSorted();

/** Answers without what has no order, and errors by their names: which of several is told first is nobody's promise. */
function comparable({ operation }: Asked, answered: Answered): unknown {
  if (answered['error'] !== null) return answered['error'];
  return JSON.parse(JSON.stringify(answered), (name, value) => {
    if (name === 'Items' && operation === 'Scan') return byText(value);
    if (name === 'Responses') return Object.values(value).flatMap(items => byText(Object(items)));
    if (name === 'Attributes' && Object.keys(value).length === 0) return undefined;
    return /^(?:SS|NS|BS)$/.test(name) ? value.toSorted() : value;
  });
}

describe('the local DynamoDB', () => {
  let tables = 0;

  test('answers random sequences of requests as dynalite does', async () => {
    const sequence = fc.constantFrom('S', 'N', 'B').chain(type => {
      const name = `table${tables++}`;
      const requests = fc.array(requestTo(name, type), { minLength: 5, maxLength: 40 });
      return fc.record({ name: fc.constant(name), type: fc.constant(type), requests });
    });
    const told = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(sequence, async ({ name, type, requests }) => {
        // Whatever a failing sequence is shortened to begins with an empty table, too.
        const TableName = `${name}.${tables++}`;
        await both.create(TableName, type);
        for (const asked of requests) {
          const { operation, input }: Asked = JSON.parse(JSON.stringify(asked).replaceAll(name, TableName));
          const [ours, theirs] = [both.ours(operation, input), await both.theirs(operation, input)];
          expect({ ...asked, is: comparable(asked, ours) }).toEqual({
            ...asked,
            is: comparable(asked, theirs),
          });
          told.add(ours['error'] ?? operation);
        }
      }),
      { numRuns: 25 },
    );
    expect([...told].toSorted()).toEqual([
      ...['BatchGetItem', 'BatchWriteItem', 'ConditionalCheckFailedException', 'DeleteItem', 'GetItem'],
      ...['PutItem', 'Query', 'Scan', 'UpdateItem', 'ValidationException'],
    ]);
  });

  test('orders texts by their UTF-8 bytes, in keys, filters and bounds, as the service documents', async () => {
    const [TableName, low, high] = [`table${tables++}`, { S: '\uFFFD' }, { S: '\u{1F600}' }];
    await both.create(TableName, 'S');
    for (const sk of [high, low]) both.ours('PutItem', { TableName, Item: { pk: { S: 'p' }, sk, a: sk } });
    const found = (range: string, filter?: string) =>
      both.ours('Query', {
        ...{ TableName, KeyConditionExpression: `pk = :p AND sk ${range}`, ProjectionExpression: 'sk' },
        ...(filter && { FilterExpression: filter }),
        ExpressionAttributeValues: { ':p': { S: 'p' }, ':low': low, ':high': high },
      });
    const inOrder = found('BETWEEN :low AND :high', 'a <= :high AND a BETWEEN :low AND :high');
    expect(inOrder['Items']).toEqual([{ sk: low }, { sk: high }]);
    expect(found('>= :high', 'a > :low')['Items']).toEqual([{ sk: high }]);
    expect(found('BETWEEN :high AND :low')['message']).toMatch(/lower bound/);
    expect(found('>= :low', 'a BETWEEN :high AND :low')['message']).toMatch(/lower bound/);
  });

  describe('refuses in the same words', () => {
    const [TableName, Key] = ['words', { pk: { S: 'p' }, sk: { S: 's' } }];
    const one = { ':v': { N: '1' } };
    const put = (Item: object, more: object = {}): Asked => ({
      operation: 'PutItem',
      input: { TableName, Item: { ...Key, ...Item }, ...more },
    });
    const when = (ConditionExpression: string, values: object = one) =>
      put({}, { ConditionExpression, ExpressionAttributeValues: values });
    const update = (UpdateExpression: string, values: object | null = one): Asked => ({
      operation: 'UpdateItem',
      input: { TableName, Key, UpdateExpression, ...(values && { ExpressionAttributeValues: values }) },
    });
    const query = (
      KeyConditionExpression: string,
      values: object | null = one,
      more: object = {},
    ): Asked => ({
      operation: 'Query',
      input: {
        TableName,
        KeyConditionExpression,
        ...(values && { ExpressionAttributeValues: values }),
        ...more,
      },
    });
    const get = (ProjectionExpression: string, key: object = Key): Asked => ({
      operation: 'GetItem',
      input: { TableName, Key: key, ProjectionExpression },
    });
    const scan = (more: object): Asked => ({ operation: 'Scan', input: { TableName, ...more } });

    beforeAll(async () => {
      await both.create(TableName, 'S');
      for (const side of [both.ours('PutItem', put({}).input), await both.theirs('PutItem', put({}).input)])
        expect(side).toEqual({});
    });

    test.each<Asked>([
      ...[
        put({ a: { N: 'one' } }),
        put({ a: { N: '' } }),
        put({ a: { N: '1e126' } }),
        put({ a: { N: '1e-131' } }),
      ],
      ...[
        put({ a: { N: '1'.repeat(39) } }),
        put({ a: { NULL: false } }),
        put({ a: { SS: [] } }),
        put({ a: {} }),
      ],
      ...[put({ a: { S: 'a', N: '1' } }), put({ a: { BS: [] } }), put({ a: { SS: ['a', 'a'] } })],
      ...[put({ sk: { N: '1' } }), put({ sk: { S: '' } }), put({ pk: { S: 'x'.repeat(2_049) } })],
      ...[put({ sk: { S: 'x'.repeat(1_025) } }), put({ a: { S: 'x'.repeat(410_000) } })],
      ...[when('a = :w'), when('#a = :v'), when('status = :v'), when('nothing(a, :v)'), when('size(a)', one)],
      ...[when('((a = :v))'), when('contains(a)'), when('attribute_exists(:v)'), when('begins_with(a, :v)')],
      ...[
        when('attribute_type(a, :v)'),
        when('attribute_type(a, :v)', { ':v': { S: 'X' } }),
        when('size(:v) = :v'),
      ],
      ...[
        when('a = contains(a, :v)'),
        when('a = a'),
        when('', one),
        when('a between :v and :w', { ...one, ':w': { S: 'a' } }),
      ],
      ...[
        when('a between :v and :w', { ...one, ':w': { N: '0' } }),
        when('b = :v', { ...one, ':w': { S: 'a' } }),
      ],
      ...[put({}, { ExpressionAttributeValues: one }), put({}, { ExpressionAttributeNames: { '#a': 'a' } })],
      ...[
        put({}, { ConditionExpression: 'a = :v', ExpressionAttributeValues: {} }),
        when('a = :v', { v: { N: '1' } }),
      ],
      ...[
        when('a = :v', { ':v': { N: 'x' } }),
        when('attribute_not_exists(pk)', one),
        put({}, { ReturnValues: 'ALL_NEW' }),
      ],
      put({}, { ConditionExpression: 'attribute_not_exists(pk)' }),
      ...[
        update('SET pk = :v'),
        update('SET a = :v SET b = :v'),
        update('SET a = b', null),
        update('ADD a :v, a :v'),
      ],
      ...[
        update('SET a.b = :v'),
        update('SET a = :v, a.b = :v'),
        update('SET a.b = :v, a[1] = :v'),
        update('DELETE a :v'),
      ],
      ...[
        update('ADD a :v', { ':v': { S: 'a' } }),
        update('SET a = list_append(b, :v)'),
        update('SET a = pk + :v'),
      ],
      ...[
        update('SET a = if_not_exists(:v, :v)'),
        update('SET a = b + :v', { ':v': { S: 'a' } }),
        update('SET a = f(b)', null),
      ],
      ...[query('pk = :v'), query('sk = :v'), query('pk > :v', { ':v': { S: 'p' } }), query('a = :v')],
      ...[
        query('pk = :v OR sk = :v'),
        query('NOT pk = :v'),
        query('pk = :v AND sk <> :v'),
        query('pk = :v AND size(sk) = :v'),
      ],
      ...[
        query('pk = :v AND pk = :v'),
        query('pk = :v AND sk.a = :v'),
        query('pk = sk', null),
        query(':v = :v'),
      ],
      query('pk = :v', { ':v': { S: 'p' } }, { FilterExpression: 'attribute_exists(sk)' }),
      query('pk = :v', { ':v': { S: 'p' } }, { ExclusiveStartKey: { pk: { S: 'q' }, sk: { S: 's' } } }),
      query(
        'pk = :v AND sk > :v',
        { ':v': { S: 'p' } },
        { ExclusiveStartKey: { pk: { S: 'p' }, sk: { S: 'a' } } },
      ),
      ...[
        get('a, a.b'),
        get('a.b, a[0]'),
        get('#a'),
        get('date'),
        get('a', { pk: { S: 'p' } }),
        get('a', { ...Key, a: one[':v'] }),
      ],
      ...[
        get('a', { ...Key, sk: { S: '' } }),
        scan({ Segment: 1 }),
        scan({ TotalSegments: 2 }),
        scan({ Segment: 2, TotalSegments: 2 }),
      ],
      ...['GetItem', 'DeleteItem'].map(operation => ({ operation, input: { TableName: 'none', Key } })),
      { operation: 'DescribeTable', input: { TableName: 'none' } },
      {
        operation: 'BatchWriteItem',
        input: { RequestItems: { [TableName]: [{ PutRequest: { Item: { pk: Key.pk } } }] } },
      },
      { operation: 'BatchGetItem', input: { RequestItems: { [TableName]: { Keys: [Key, Key] } } } },
      {
        operation: 'BatchGetItem',
        input: { RequestItems: { [TableName]: { Keys: Array.from({ length: 2 }, () => Key) } } },
      },
    ])('$operation $input', async ({ operation, input }) => {
      const [ours, theirs] = [both.ours(operation, input), await both.theirs(operation, input)];
      expect(ours).toEqual(theirs);
      expect(ours).toHaveProperty('error');
    });
  });
});
