/** What requests to DynamoDB may look like; anything else is refused by name. Items and what expressions refer to are checked where they are read. */
import * as v from 'valibot';
import { validation } from './values/errors.ts';

const tableName = v.pipe(
  v.string(),
  v.regex(/^[\w.-]{3,255}$/, 'a table is named by 3 to 255 of a-z A-Z 0-9 _ . -'),
);
const table = { TableName: tableName };
const limit = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)));
const text = v.optional(v.string());
const flag = v.optional(v.boolean());
/** An object with any names: what checks objects leaves some names away. */
const anything = v.custom<object>(
  value => typeof value === 'object' && value !== null && !Array.isArray(value),
  'an object is expected',
);
const capacity = { ReturnConsumedCapacity: v.optional(v.picklist(['INDEXES', 'TOTAL', 'NONE'])) };
const names = { ExpressionAttributeNames: v.optional(anything) };
const placeholders = { ...names, ExpressionAttributeValues: v.optional(anything) };
const write = {
  ...table,
  ...capacity,
  ...placeholders,
  ConditionExpression: text,
  ReturnItemCollectionMetrics: text,
  ReturnValuesOnConditionCheckFailure: v.optional(v.picklist(['ALL_OLD', 'NONE'])),
};
const oldValues = {
  ReturnValues: v.optional(v.picklist(['NONE', 'ALL_OLD'], 'ReturnValues can only be ALL_OLD or NONE')),
};
const read = { ...table, ...capacity, ConsistentRead: flag, ProjectionExpression: text };
const pages = {
  ...read,
  ...placeholders,
  ExclusiveStartKey: v.optional(anything),
  FilterExpression: text,
  Limit: limit,
  Select: v.optional(v.picklist(['ALL_ATTRIBUTES', 'COUNT', 'SPECIFIC_ATTRIBUTES'])),
};
const keyElement = v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) });

export const requests = {
  CreateTable: v.strictObject({
    ...table,
    KeySchema: v.pipe(v.array(keyElement), v.minLength(1), v.maxLength(2)),
    AttributeDefinitions: v.array(
      v.object({ AttributeName: v.string(), AttributeType: v.picklist(['S', 'N', 'B']) }),
    ),
    BillingMode: v.optional(v.picklist(['PAY_PER_REQUEST', 'PROVISIONED'])),
    ProvisionedThroughput: v.optional(anything),
    DeletionProtectionEnabled: flag,
    TableClass: text,
    Tags: v.optional(v.array(v.unknown())),
  }),
  DeleteTable: v.strictObject(table),
  DescribeTable: v.strictObject(table),
  ListTables: v.strictObject({ ExclusiveStartTableName: v.optional(tableName), Limit: limit }),
  PutItem: v.strictObject({ ...write, ...oldValues, Item: anything }),
  DeleteItem: v.strictObject({ ...write, ...oldValues, Key: anything }),
  UpdateItem: v.strictObject({
    ...write,
    Key: anything,
    UpdateExpression: text,
    ReturnValues: v.optional(v.picklist(['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'])),
  }),
  GetItem: v.strictObject({ ...read, ...names, Key: anything }),
  BatchGetItem: v.strictObject({ ...capacity, RequestItems: anything }),
  BatchWriteItem: v.strictObject({ ...capacity, RequestItems: anything, ReturnItemCollectionMetrics: text }),
  Query: v.strictObject({ ...pages, KeyConditionExpression: v.string(), ScanIndexForward: flag }),
  Scan: v.strictObject({
    ...pages,
    Segment: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    TotalSegments: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
  }),
};

/** What a batch asks of one table. */
export const keysToGet = v.strictObject({
  Keys: v.pipe(v.array(v.unknown()), v.minLength(1)),
  ConsistentRead: flag,
  ProjectionExpression: text,
  ...names,
});
export const toWrite = v.pipe(
  v.array(
    v.union([
      v.strictObject({ PutRequest: v.strictObject({ Item: anything }) }),
      v.strictObject({ DeleteRequest: v.strictObject({ Key: anything }) }),
    ]),
  ),
  v.minLength(1),
);

export type Operation = keyof typeof requests;
export type Request<Name extends Operation> = v.InferOutput<(typeof requests)[Name]>;

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(requests, name);
}

/** @throws ServiceError when the input is not what the operation takes */
export function requestOf<Name extends Operation>(operation: Name, input: unknown): Request<Name> {
  return checked(requests[operation], input, operation);
}

/** @param where what is checked, for the error. @throws ServiceError when it is not as the schema says */
export function checked<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  where: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? where;
  if (issue.expected === 'never') throw validation(`${path} of ${where} is not served on this machine`);
  throw validation(issue.message.startsWith('Invalid') ? `${path}: ${issue.message}` : issue.message);
}
