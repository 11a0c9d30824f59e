/** DynamoDB in memory, as far as the runtime uses it: the same answers as the service, at a gate of the test's own. Tables have keys `pk` and `sk`. */
import {
  type AttributeValue,
  type BatchWriteItemInput,
  ConditionalCheckFailedException,
  DynamoDBClient,
  type GetItemInput,
  type PutItemInput,
  type QueryInput,
} from '@aws-sdk/client-dynamodb';
import { type Gate, openGate } from './gate.ts';

export type Item = Record<string, AttributeValue>;

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const SORT_CONDITION = /^sk (?:(<|<=|>|>=|=) (:\w+)|BETWEEN (:\w+) AND (:\w+))$/;

export class TwinDynamoDb {
  readonly #tables = new Map<string, Map<string, Map<string, Item>>>();
  readonly #itemsPerPage: number;

  /** @param itemsPerPage after how many items a query ends its page, as the service does after 1 MB. @default never */
  constructor({ itemsPerPage = Number.POSITIVE_INFINITY }: { itemsPerPage?: number } = {}) {
    this.#itemsPerPage = itemsPerPage;
  }

  /** A client whose requests pass the gate and then reach these tables. */
  client(gate: Gate = openGate): DynamoDBClient {
    const client = new DynamoDBClient({ region: 'us-east-1', credentials: CREDENTIALS });
    client.middlewareStack.add(
      () =>
        async ({ input }) => {
          const [call, effect] = this.#operation(input);
          return { output: { $metadata: {}, ...(await gate.pass(call, effect)) }, response: {} };
        },
      { step: 'initialize', priority: 'high', name: 'twin' },
    );
    return client;
  }

  /** Every item of a table, ordered by key. */
  items(table: string): Item[] {
    const partitions = [...(this.#tables.get(table) ?? [])].toSorted(byKey);
    return partitions.flatMap(([, items]) => [...items].toSorted(byKey).map(([, item]) => item));
  }

  /** Removes one item, as the expiry of items does. */
  remove(table: string, pk: string, sk: string): void {
    this.#partition(table, pk).delete(sk);
  }

  #operation(input: object): [string, () => object] {
    if (isPut(input)) return ['PutItem', () => this.#put(input)];
    if (isQuery(input)) return ['Query', () => this.#query(input)];
    if (isBatchWrite(input)) return ['BatchWriteItem', () => this.#batchWrite(input)];
    if (isGet(input)) return ['GetItem', () => this.#get(input)];
    throw new Error(
      `the twin knows PutItem, GetItem, Query and BatchWriteItem, not ${JSON.stringify(input)}`,
    );
  }

  #partition(table: string | undefined, pk: string): Map<string, Item> {
    const partitions = this.#tables.get(table ?? '') ?? new Map<string, Map<string, Item>>();
    this.#tables.set(table ?? '', partitions);
    const items = partitions.get(pk) ?? new Map<string, Item>();
    partitions.set(pk, items);
    return items;
  }

  #put({ TableName, Item: item = {}, ConditionExpression: condition }: PutItemInput): object {
    const [pk, sk] = keysOf(item);
    const items = this.#partition(TableName, pk);
    if (condition !== undefined && condition !== 'attribute_not_exists(pk)')
      throw new Error(`the twin knows the condition attribute_not_exists(pk), not ${condition}`);
    if (condition !== undefined && items.has(sk))
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    items.set(sk, item);
    return {};
  }

  #get({ TableName, Key = {} }: GetItemInput): object {
    const [pk, sk] = keysOf(Key);
    const item = this.#partition(TableName, pk).get(sk);
    return item ? { Item: item } : {};
  }

  #batchWrite({ RequestItems = {} }: BatchWriteItemInput): object {
    for (const [TableName, requests] of Object.entries(RequestItems)) {
      for (const { PutRequest, DeleteRequest } of requests) {
        if (PutRequest) this.#put({ TableName, Item: PutRequest.Item });
        if (DeleteRequest) this.remove(TableName, ...keysOf(DeleteRequest.Key ?? {}));
      }
    }
    return { UnprocessedItems: {} };
  }

  #query(input: QueryInput): object {
    const { ExpressionAttributeValues: values = {}, ExclusiveStartKey: after } = input;
    const [, pkName = '', condition] =
      /^pk = (:\w+)(?: AND (.+))?$/.exec(input.KeyConditionExpression ?? '') ?? [];
    const items = [...this.#partition(input.TableName, text(values[pkName]))];
    const ascending = input.ScanIndexForward !== false;
    const holds = condition === undefined ? () => true : sortCondition(condition, values);
    const isLater = (sk: string) => !after || (ascending ? sk > text(after['sk']) : sk < text(after['sk']));
    const found = items.filter(([sk]) => holds(sk) && isLater(sk)).toSorted(byKey);
    if (!ascending) found.reverse();
    const limit = Math.min(input.Limit ?? Number.POSITIVE_INFINITY, this.#itemsPerPage);
    const page = found.slice(0, limit).map(([, item]) => item);
    const last = page.length === limit ? page.at(-1) : undefined;
    return { Items: page, Count: page.length, ...(last ? { LastEvaluatedKey: keyOf(last) } : {}) };
  }
}

const isPut = (input: object): input is PutItemInput => 'Item' in input;
const isQuery = (input: object): input is QueryInput => 'KeyConditionExpression' in input;
const isBatchWrite = (input: object): input is BatchWriteItemInput => 'RequestItems' in input;
const isGet = (input: object): input is GetItemInput => 'Key' in input && !('UpdateExpression' in input);

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  a < b ? -1 : a > b ? 1 : 0;

function text(value: AttributeValue | undefined): string {
  if (value?.S === undefined) throw new Error(`keys are strings, not ${JSON.stringify(value)}`);
  return value.S;
}

function keysOf(item: Item): [string, string] {
  return [text(item['pk']), text(item['sk'])];
}

function keyOf(item: Item): Item {
  const [pk, sk] = keysOf(item);
  return { pk: { S: pk }, sk: { S: sk } };
}

function sortCondition(condition: string, values: Item): (sk: string) => boolean {
  const [matched, operator, value = '', from = '', to = ''] = SORT_CONDITION.exec(condition) ?? [];
  if (matched === undefined)
    throw new Error(`the twin knows comparisons of sk and BETWEEN, not ${condition}`);
  if (operator === undefined) return sk => sk >= text(values[from]) && sk <= text(values[to]);
  const bound = text(values[value]);
  if (operator === '=') return sk => sk === bound;
  if (operator === '<') return sk => sk < bound;
  if (operator === '<=') return sk => sk <= bound;
  return operator === '>' ? sk => sk > bound : sk => sk >= bound;
}
