/** Random requests to a table with the keys `pk` and `sk`: items, expressions right and wrong, pages and batches. */
import fc from 'fast-check';

type Value = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, Value>>;

/** An operation and what it is given. */
export interface Asked {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const numbers = ['0', '-1', '1', '1.0', '10', '-0.5', '1e3', '1.25', '-12', '99999999999999999999', '-1e-5'];
const number = fc.constantFrom(...numbers);
/** None that UTF-16 orders otherwise than UTF-8: dynalite's conditions go by the one, the service by the other. */
const text = fc.constantFrom('a', 'ab', 'b', 'B', 'é', '\u{1F600}', '~', 'ab c');
const bytes = fc.uint8Array({ minLength: 1, maxLength: 2 }).map(each => Buffer.from(each).toString('base64'));
const setOf = (one: fc.Arbitrary<string>) => fc.uniqueArray(one, { minLength: 1, maxLength: 3 });
const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: text.map(S => ({ S })) },
  { weight: 3, arbitrary: number.map(N => ({ N })) },
  bytes.map(B => ({ B })),
  fc.boolean().map(BOOL => ({ BOOL })),
);
const sortable = fc.oneof(
  text.map(S => ({ S })),
  number.map(N => ({ N })),
  bytes.map(B => ({ B })),
);
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.constant({ NULL: true }),
  setOf(text).map(SS => ({ SS })),
  setOf(fc.constantFrom('1', '2', '3.5')).map(NS => ({ NS })),
  fc.array(scalar, { maxLength: 3 }).map(L => ({ L })),
  fc.dictionary(fc.constantFrom('b', 'x'), scalar, { maxKeys: 2 }).map(M => ({ M })),
);
const wrongValue: fc.Arbitrary<Value> = fc.constantFrom<Value>(
  ...[{ N: 'one' }, { N: '1e126' }, { N: '1e-131' }, { N: '1'.repeat(39) }, { NULL: false }],
  ...[{ SS: [] }, { NS: ['1', '1.0'] }, {}, { S: 'a', N: '1' }, { L: [{ M: { x: { NS: [] } } }] }],
);
const pk = fc.constantFrom('p', 'q', 'é').map(S => ({ S }));
const sortKeys: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  S: text.map(S => ({ S })),
  N: number.map(N => ({ N })),
  B: bytes.map(B => ({ B })),
};

const path = fc.constantFrom('a', 'b', '#c', 'a.b', 'a[0]', 'b[1]', '#c.x', 'a.#c');
const placeholder = fc.constantFrom(':v', ':w');
/** Of a type that has an order: dynalite takes others where the service refuses them. */
const ordered = fc.constantFrom(':o', ':q');
const part = fc.oneof(
  fc.tuple(path, fc.constantFrom('=', '<>'), placeholder).map(each => each.join(' ')),
  fc.tuple(path, fc.constantFrom('<', '<=', '>', '>='), ordered).map(each => each.join(' ')),
  fc.tuple(path, ordered, ordered).map(([p, v, w]) => `${p} between ${v} AND ${w}`),
  fc.tuple(path, fc.array(placeholder, { minLength: 1, maxLength: 3 })).map(([p, all]) => `${p} IN (${all})`),
  path.map(p => `attribute_exists(${p})`),
  path.map(p => `attribute_not_exists (${p})`),
  fc.tuple(path, placeholder).map(([p, v]) => `attribute_type(${p}, ${v})`),
  fc.tuple(path, placeholder).map(([p, v]) => `contains(${p}, ${v})`),
  fc.tuple(path, placeholder).map(([p, v]) => `begins_with(${p}, ${v})`),
  fc.tuple(path, fc.constantFrom('=', '<', '>='), ordered).map(([p, by, v]) => `size(${p}) ${by} ${v}`),
  fc.constantFrom(
    ...[
      'a =',
      'a = = :v',
      'size(a)',
      'nothing(a)',
      'attribute_exists(a, b)',
      '((a = :v))',
      'status = :v',
      '',
    ],
    ...['a = :v AND', 'a == :v', 'a & b', 'attribute_exists(:v)', 'size(a) = contains(a, :v)', 'a[x] = :v'],
    ...['a = a', '(a = :v)', '(NOT (a = :v OR b = :w))', ':v = a', 'a. b = :v', 'contains(a, a)'],
  ),
);
const condition: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: part },
  fc.tuple(part, fc.constantFrom('AND', 'or', 'OR'), part).map(each => each.join(' ')),
  fc.tuple(part, part, part).map(([a, b, c]) => `${a} AND (NOT ${b} OR ${c})`),
);
const change = fc.oneof(
  fc.tuple(path, placeholder).map(([p, v]) => `SET ${p} = ${v}`),
  fc.tuple(path, path, placeholder).map(([p, q, v]) => `SET ${p} = if_not_exists(${q}, ${v})`),
  fc
    .tuple(path, path, fc.constantFrom('+', '-'), placeholder)
    .map(([p, q, by, v]) => `set ${p} = ${q} ${by} ${v}`),
  fc.tuple(path, path, placeholder).map(([p, q, v]) => `SET ${p} = list_append(${q}, ${v})`),
  fc.tuple(path, path, placeholder).map(([p, q, v]) => `SET ${p} = ${v} REMOVE ${q}`),
  fc.tuple(path, path).map(([p, q]) => `REMOVE ${p}, ${q}`),
  fc.tuple(path, placeholder).map(([p, v]) => `ADD ${p} ${v}`),
  fc.tuple(path, placeholder).map(([p, v]) => `delete ${p} ${v}`),
  fc.constantFrom(
    'SET pk = :v',
    'SET a :v',
    'SET a = :v SET b = :v',
    'ADD a b',
    'SET',
    'SET a = size(b)',
    'DROP a',
  ),
);
const keyCondition = fc.oneof(
  fc.constantFrom('=', '<', '<=', '>', '>=').map(by => `pk = :p AND sk ${by} :k`),
  fc.constantFrom(
    ...[
      'pk = :p',
      'pk = :p AND sk BETWEEN :k AND :l',
      'pk = :p AND begins_with(sk, :k)',
      ':k < sk AND :p = pk',
    ],
    ...[
      'pk > :p',
      'sk = :k',
      'pk = :p AND sk <> :k',
      'pk = :p OR sk = :k',
      'pk = :p AND a = :k',
      'NOT pk = :p',
    ],
    ...['pk = :p AND sk = :k AND a = :l', 'pk = :p AND contains(sk, :k)', 'pk = :p AND pk = :k', 'pk = :k'],
  ),
);
const projection = fc.oneof(
  fc.uniqueArray(path, { minLength: 1, maxLength: 3 }).map(all => all.join(', ')),
  fc.constantFrom('pk, sk', 'a, a.b', 'a.b, a[0]', 'name', 'a,, b', 'sk'),
);

/** Names and values for what the texts use; now and then one too many, or one too few. */
function placeholders(texts: readonly (string | undefined)[], values: Item, slip: number) {
  const used = new Set(texts.flatMap(each => each?.match(/[#:]\w+/g) ?? []));
  if (slip === 1) used.add('#c');
  if (slip === 2) used.add(':w');
  if (slip === 3) used.delete([...used][0] ?? '');
  const chosen = Object.entries(values).filter(([name]) => used.has(name));
  return {
    ...(used.has('#c') && { ExpressionAttributeNames: { '#c': 'c' } }),
    ...(chosen.length > 0 && { ExpressionAttributeValues: Object.fromEntries(chosen) }),
  };
}

const slip = fc.integer({ min: 0, max: 30 });
const optional = <T>(arbitrary: fc.Arbitrary<T>, weight = 2): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary }, fc.constant(undefined));

/** Requests to the table, of which most are right. @param type of the sort key */
export function requestTo(TableName: string, type: string): fc.Arbitrary<Asked> {
  const sk = sortKeys[type] ?? fc.constant({ S: 'a' });
  const anySk = fc.oneof(
    { weight: 20, arbitrary: sk },
    fc.constantFrom({ S: '' }, { N: '1' }, { BOOL: true }),
  );
  const anyKey: fc.Arbitrary<Item> = fc.oneof(
    { weight: 20, arbitrary: fc.record({ pk, sk: anySk }) },
    fc.record({ pk }),
    fc.record({ pk, sk, a: value }),
  );
  const attributes = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof({ weight: 30, arbitrary: value }, wrongValue),
    { maxKeys: 3 },
  );
  const item = fc.tuple(anyKey, attributes).map(([key, more]): Item => ({ ...more, ...key }));
  const values = fc.record({ ':v': value, ':w': value, ':o': sortable, ':q': sortable });
  const keyValues = fc.record({ ':p': pk, ':k': anySk, ':l': sk });
  const old = fc.constantFrom(undefined, 'NONE', 'ALL_OLD', 'ALL_OLD', 'ALL_NEW');
  const single = fc.tuple(optional(condition), values, slip);
  const put = fc.tuple(item, single, old).map(([Item, [when, given, slipped], ReturnValues]) => ({
    operation: 'PutItem',
    input: {
      TableName,
      Item,
      ReturnValues,
      ConditionExpression: when,
      ...placeholders([when], given, slipped),
    },
  }));
  const remove = fc
    .tuple(anyKey, single, fc.constantFrom('NONE', 'ALL_OLD'))
    .map(([Key, [when, given, slipped], ReturnValues]) => ({
      operation: 'DeleteItem',
      input: {
        TableName,
        Key,
        ReturnValues,
        ConditionExpression: when,
        ...placeholders([when], given, slipped),
      },
    }));
  const shown = fc.constantFrom(undefined, 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW');
  const update = fc
    .tuple(anyKey, optional(change, 8), single, shown)
    .map(([Key, how, [when, given, slipped], ReturnValues]) => ({
      operation: 'UpdateItem',
      input: {
        ...{ TableName, Key, ReturnValues, UpdateExpression: how, ConditionExpression: when },
        ...placeholders([how, when], given, slipped),
      },
    }));
  const get = fc.tuple(anyKey, optional(projection), slip).map(([Key, some, slipped]) => ({
    operation: 'GetItem',
    input: { TableName, Key, ProjectionExpression: some, ...placeholders([some], {}, slipped) },
  }));
  const query = fc
    .tuple(keyCondition, optional(condition), optional(projection), keyValues, values, slip, fc.boolean())
    .map(([keys, filter, some, given, more, slipped, ScanIndexForward]) => ({
      operation: 'Query',
      input: {
        ...{ TableName, KeyConditionExpression: keys, FilterExpression: filter },
        ...{ ProjectionExpression: some, ScanIndexForward },
        ...placeholders([keys, filter, some], { ...given, ...more }, slipped),
      },
    }));
  const paged = fc
    .tuple(query, optional(fc.record({ pk, sk: anySk })), fc.integer({ min: 1, max: 3 }))
    .map(([{ operation, input }, ExclusiveStartKey, Limit]) => ({
      operation,
      input: { ...input, Limit, ExclusiveStartKey },
    }));
  const scan = fc.tuple(optional(condition), values, slip).map(([filter, given, slipped]) => ({
    operation: 'Scan',
    input: { TableName, FilterExpression: filter, ...placeholders([filter], given, slipped) },
  }));
  const write = fc.oneof(
    { weight: 3, arbitrary: item.map(Item => ({ PutRequest: { Item } })) },
    anyKey.map(Key => ({ DeleteRequest: { Key } })),
  );
  const batchWrite = fc.array(write, { minLength: 1, maxLength: 5 }).map(all => ({
    operation: 'BatchWriteItem',
    input: { RequestItems: { [TableName]: all } },
  }));
  const batchGet = fc
    .tuple(fc.array(anyKey, { minLength: 1, maxLength: 5 }), optional(projection))
    .map(([Keys, some]) => ({
      operation: 'BatchGetItem',
      input: {
        RequestItems: { [TableName]: { Keys, ProjectionExpression: some, ...placeholders([some], {}, 0) } },
      },
    }));
  return fc.oneof(
    { weight: 6, arbitrary: put },
    { weight: 4, arbitrary: update },
    { weight: 3, arbitrary: query },
    { weight: 3, arbitrary: paged },
    ...[remove, get, scan, batchWrite, batchGet],
  );
}
