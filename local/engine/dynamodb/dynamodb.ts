/** DynamoDB in memory: the operations that the project and its operators' tools need, and which tables there are. */
import { crc32 } from 'node:zlib';
import type { JsonService } from '../json-service.ts';
import { ServiceError } from '../service-error.ts';
import { type Answer, answerText, Json } from './answer.ts';
import { batchGet, batchWrite } from './batch.ts';
import { consumed, readUnits } from './capacity.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { projectionOf } from './expressions/projection.ts';
import { query, scan } from './read.ts';
import { isOperation, type Operation, type Request, requestOf, requests } from './requests.ts';
import { readItem, Table } from './table.ts';
import { itemOf } from './values/attribute-value.ts';
import { inUse, notFound } from './values/errors.ts';
import { put, remove, update } from './write.ts';

type Answers = { readonly [Name in Operation]: (request: Request<Name>) => Answer };

export class DynamoDb implements JsonService {
  readonly target = 'DynamoDB_20120810';
  readonly contentType = 'application/x-amz-json-1.0';
  readonly #now: () => number;
  readonly #tables = new Map<string, Table>();

  /** @param now epoch ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  headersOf(body: Buffer): Record<string, string> {
    return { 'x-amz-crc32': String(crc32(body)) };
  }

  /** Answers one request by JSON. @throws ServiceError when it is refused */
  answer(operation: string, input: unknown): string {
    if (isOperation(operation)) return answerText(this.#answer(operation, input));
    throw new ServiceError(
      'com.amazon.coral.service#UnknownOperationException',
      `${operation} is not served on this machine, which has ${Object.keys(requests).join(', ')}`,
    );
  }

  #answer<Name extends Operation>(operation: Name, input: unknown): Answer {
    return this.#answers[operation](requestOf(operation, input));
  }

  readonly #answers: Answers = {
    CreateTable: request => {
      const { TableName: name } = request;
      if (this.#tables.has(name)) throw inUse(`Table already exists: ${name}`);
      const table = new Table(request, this.#now());
      this.#tables.set(name, table);
      return { TableDescription: table.describe('CREATING') };
    },
    DeleteTable: ({ TableName: name }) => {
      const table = this.#described(name);
      this.#tables.delete(name);
      return { TableDescription: table.describe('DELETING') };
    },
    DescribeTable: ({ TableName: name }) => ({ Table: this.#described(name).describe() }),
    ListTables: ({ ExclusiveStartTableName: after = '', Limit = 100 }) => {
      const names = [...this.#tables.keys()].filter(name => name > after).sort();
      const TableNames = names.slice(0, Limit);
      return { TableNames, LastEvaluatedTableName: names.length > Limit ? TableNames.at(-1) : undefined };
    },
    PutItem: request => put(this.#table(request.TableName), request),
    DeleteItem: request => remove(this.#table(request.TableName), request),
    UpdateItem: request => update(this.#table(request.TableName), request),
    GetItem: request => getItem(this.#table(request.TableName), request),
    BatchGetItem: request => batchGet(request, name => this.#table(name)),
    BatchWriteItem: request => batchWrite(request, name => this.#table(name)),
    Query: request => query(this.#table(request.TableName), request),
    Scan: request => scan(this.#table(request.TableName), request),
  };

  #table(name: string): Table {
    const table = this.#tables.get(name);
    if (table) return table;
    throw notFound();
  }

  #described(name: string): Table {
    const table = this.#tables.get(name);
    if (table) return table;
    throw notFound(`Requested resource not found: Table: ${name} not found`);
  }
}

function getItem(table: Table, request: Request<'GetItem'>): Answer {
  const { ProjectionExpression: text, ConsistentRead } = request;
  const placeholders = new Placeholders(request, ['ProjectionExpression']);
  const project = text === undefined ? undefined : projectionOf(text, placeholders);
  placeholders.expectUsed();
  const stored = table.get(table.schema.placeOfKey(itemOf(request.Key)));
  return {
    Item: stored && (project ? project(readItem(stored)) : new Json(stored.text)),
    ConsumedCapacity: consumed(
      request.ReturnConsumedCapacity,
      table.name,
      readUnits(stored?.size ?? 0, ConsistentRead),
    ),
  };
}
