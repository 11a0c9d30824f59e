/** A Kinesis and a DynamoDB in this process, and the variables that lead an SDK to them. */
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createRequire } from 'node:module';
import type { Server, Socket } from 'node:net';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDb } from '../../local/engine/dynamodb/dynamodb.ts';
import { answerBy, serve } from '../../local/engine/json-service.ts';

/** It ships no types. */
const kinesalite: (options: { createStreamMs: number; shardLimit: number }) => HttpServer = createRequire(
  import.meta.url,
)('kinesalite');

export class LocalServers implements AsyncDisposable {
  /** What leads an SDK in another process here. */
  readonly variables: Readonly<Record<string, string>>;
  readonly #servers: readonly Server[];
  readonly #sockets = new Set<Socket>();

  private constructor(servers: readonly Server[], [kinesis, dynamoDb]: readonly [string, string]) {
    this.#servers = servers;
    for (const server of servers)
      server.on('connection', (socket: Socket) => {
        this.#sockets.add(socket);
        socket.on('close', () => this.#sockets.delete(socket));
      });
    this.variables = {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_KINESIS: kinesis,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
    };
  }

  /** Starts both, and leads the SDK of this process there, too. */
  static async start(): Promise<LocalServers> {
    const kinesis = kinesalite({ createStreamMs: 0, shardLimit: 100_000 });
    const tables = new DynamoDb(Date.now);
    const dynamoDb = serve((request, response) => void answerBy(tables, request, response));
    const urls = [await listening(kinesis), await listening(dynamoDb)] as const;
    const servers = new LocalServers([kinesis, dynamoDb], urls);
    Object.assign(process.env, servers.variables);
    return servers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) {
      await new Promise<void>(resolve => server.close(() => resolve()));
    }
  }
}

/** Creates a table with the keys `pk`, a text, and `sk`. @param sk `S` for texts, `N` for numbers. @default no `sk` */
export async function createTable(client: DynamoDBClient, TableName: string, sk?: 'S' | 'N'): Promise<void> {
  const keys = [
    { AttributeName: 'pk', KeyType: 'HASH', AttributeType: 'S' },
    ...(sk === undefined ? [] : [{ AttributeName: 'sk', KeyType: 'RANGE', AttributeType: sk } as const]),
  ] as const;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map(({ AttributeName, KeyType }) => ({ AttributeName, KeyType })),
      AttributeDefinitions: keys.map(({ AttributeName, AttributeType }) => ({
        AttributeName,
        AttributeType,
      })),
    }),
  );
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
