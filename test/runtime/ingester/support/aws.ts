/** Kinesis and DynamoDB in this process, with one stream and one quarantine table. */
import { type DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import { dynamoDbClient, kinesisClient } from '../../../../runtime/platform/aws.ts';
import type { MinuteRecord } from '../../../../runtime/records/bar.ts';
import { decodeMinuteRecord } from '../../../../runtime/records/decode.ts';
import { createTable, LocalServers } from '../../../support/local-servers.ts';
import { eventually } from './eventually.ts';

export const STREAM = 'minutes';
export const TABLE = 'quarantine';
export const LEASES = 'leases';
export const SESSIONS = 'sessions';

export class LocalAws implements AsyncDisposable {
  readonly kinesis: KinesisClient;
  readonly dynamoDb: DynamoDBClient;
  /** What leads an SDK in another process here. */
  readonly variables: Readonly<Record<string, string>>;
  readonly #servers: LocalServers;

  private constructor(servers: LocalServers) {
    this.#servers = servers;
    this.variables = servers.variables;
    this.kinesis = kinesisClient();
    this.dynamoDb = dynamoDbClient();
  }

  static async start({ shards = 2 } = {}): Promise<LocalAws> {
    const aws = new LocalAws(await LocalServers.start());
    await aws.kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: shards }));
    await eventually(async () => {
      const answer = await aws.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: STREAM }));
      return answer.StreamDescriptionSummary?.StreamStatus === 'ACTIVE';
    });
    await createTable(aws.dynamoDb, TABLE, 'S');
    await createTable(aws.dynamoDb, LEASES);
    await createTable(aws.dynamoDb, SESSIONS, 'S');
    return aws;
  }

  /** Everything on the stream, shard by shard in order. */
  async records(): Promise<MinuteRecord[]> {
    return (await this.texts()).map(({ text }) => {
      const record = decodeMinuteRecord(text, 'stocks');
      if (record.type === 'invalid') throw new Error(record.reason);
      return record;
    });
  }

  /** The same, byte for byte, with their keys. */
  async texts(): Promise<{ readonly key: string; readonly text: string }[]> {
    const { Shards: shards = [] } = await this.kinesis.send(new ListShardsCommand({ StreamName: STREAM }));
    const found: { key: string; text: string }[] = [];
    for (const { ShardId } of shards) {
      const start = { StreamName: STREAM, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { ShardIterator } = await this.kinesis.send(new GetShardIteratorCommand(start));
      const { Records = [] } = await this.kinesis.send(new GetRecordsCommand({ ShardIterator }));
      for (const { PartitionKey: key = '', Data } of Records)
        found.push({ key, text: Buffer.from(Data ?? []).toString() });
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
    await this.#servers[Symbol.asyncDispose]();
  }
}
