/** Our DynamoDB and dynalite, asked the same by the JSON that SDKs send. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { DynamoDb } from '../../../../../local/engine/dynamodb/dynamodb.ts';
import { ServiceError } from '../../../../../local/engine/service-error.ts';

/** It ships no types. */
const dynalite: (options: { createTableMs: number }) => Server = createRequire(import.meta.url)('dynalite');

/** What was answered: an object, or the name and message of an error. */
export interface Answered {
  readonly [field: string]: unknown;
}

export class Both implements AsyncDisposable {
  readonly #ours = new DynamoDb(Date.now);
  readonly #theirs: Server;
  readonly #url: string;

  private constructor(theirs: Server, url: string) {
    this.#theirs = theirs;
    this.#url = url;
  }

  static async start(): Promise<Both> {
    const server = dynalite({ createTableMs: 0 });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return new Both(server, `http://127.0.0.1:${address.port}`);
  }

  ours(operation: string, input: object): Answered {
    try {
      return JSON.parse(this.#ours.answer(operation, JSON.parse(JSON.stringify(input))));
    } catch (error) {
      if (error instanceof ServiceError)
        return { error: nameOf(error.type), message: error.message, ...error.details };
      throw error;
    }
  }

  async theirs(operation: string, input: object): Promise<Answered> {
    const reply = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20251120T150000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f',
      },
      body: JSON.stringify(input),
    });
    const answer: Answered = JSON.parse(await reply.text());
    return reply.ok ? answer : { error: nameOf(String(answer['__type'])), message: answer['message'] };
  }

  /** Creates the table in both. */
  async create(TableName: string, sk: string): Promise<void> {
    const input = {
      ...{ TableName, BillingMode: 'PAY_PER_REQUEST' },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: sk },
      ],
    };
    this.ours('CreateTable', input);
    await this.theirs('CreateTable', input);
    for (let status: unknown; status !== 'ACTIVE'; ) {
      const { Table: table } = await this.theirs('DescribeTable', { TableName });
      status = Object(table).TableStatus;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#theirs.closeAllConnections();
    await new Promise<void>(resolve => this.#theirs.close(() => resolve()));
  }
}

function nameOf(type: string): string {
  return type.split('#').at(-1) ?? type;
}
