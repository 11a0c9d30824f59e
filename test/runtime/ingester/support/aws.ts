/** Kinesis and DynamoDB in this process, with one stream and one quarantine table. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import {
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import dynalite from 'dynalite';
import type { MinuteRecord } from '../../../../runtime/bars/bar.ts';
import { decodeMinuteRecord } from '../../../../runtime/bars/decode.ts';
import { dynamoDbClient, kinesisClient } from '../../../../runtime/platform/aws.ts';
import { eventually } from './eventually.ts';

/** It ships no types. */
const kinesalite: (options: { createStreamMs: number; shardLimit: number }) => Server = createRequire(
  import.meta.url,
)('kinesalite');

export const STREAM = 'minutes';
export const TABLE = 'quarantine';
export const LEASES = 'leases';

export class LocalAws implements AsyncDisposable {
  readonly kinesis: KinesisClient;
  readonly dynamoDb: DynamoDBClient;
  /** What leads an SDK in another process here. */
  readonly variables: Readonly<Record<string, string>>;
  readonly #servers: readonly Server[];

  private constructor(servers: readonly Server[], [kinesis, dynamoDb]: readonly [string, string]) {
    this.#servers = servers;
    this.variables = {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_KINESIS: kinesis,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
    };
    Object.assign(process.env, this.variables);
    this.kinesis = kinesisClient();
    this.dynamoDb = dynamoDbClient();
  }

  static async start({ shards = 2 } = {}): Promise<LocalAws> {
    const kinesisServer = kinesalite({ createStreamMs: 0, shardLimit: 100 });
    const dynamoServer = dynalite({ createTableMs: 0 });
    const aws = new LocalAws(
      [kinesisServer, dynamoServer],
      [await listening(kinesisServer), await listening(dynamoServer)],
    );
    await aws.kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: shards }));
    await eventually(async () => {
      const answer = await aws.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: STREAM }));
      return answer.StreamDescriptionSummary?.StreamStatus === 'ACTIVE';
    });
    await aws.dynamoDb.send(
      new CreateTableCommand({
        TableName: TABLE,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
      }),
    );
    await aws.dynamoDb.send(
      new CreateTableCommand({
        TableName: LEASES,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      }),
    );
    return aws;
  }

  /** Everything on the stream, shard by shard in order. */
  async records(): Promise<MinuteRecord[]> {
    const { Shards: shards = [] } = await this.kinesis.send(new ListShardsCommand({ StreamName: STREAM }));
    const found: MinuteRecord[] = [];
    for (const { ShardId } of shards) {
      const start = { StreamName: STREAM, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { ShardIterator } = await this.kinesis.send(new GetShardIteratorCommand(start));
      const { Records = [] } = await this.kinesis.send(new GetRecordsCommand({ ShardIterator }));
      for (const { Data } of Records) {
        const record = decodeMinuteRecord(Buffer.from(Data ?? []).toString(), 'stocks');
        if (record.type === 'invalid') throw new Error(record.reason);
        found.push(record);
      }
    }
    return found;
  }

  /** The items of the quarantine table. */
  async quarantined() {
    const { Items = [] } = await this.dynamoDb.send(new ScanCommand({ TableName: TABLE }));
    return Items;
  }

  /** The lease as it stands. */
  async lease() {
    const { Item } = await this.dynamoDb.send(
      new GetItemCommand({ TableName: LEASES, Key: { pk: { S: 'stocks' } }, ConsistentRead: true }),
    );
    return Item;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kinesis.destroy();
    this.dynamoDb.destroy();
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    }
  }
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
