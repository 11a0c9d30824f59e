/** Local DynamoDB and Kinesis servers with what one roll-up worker and one ingester need, in memory and in threads of their own. */
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { awsEnvironment, credentials, region } from '../local/engine/account.ts';
import { LocalServer } from '../local/engine/server.ts';
import { ingesterEnv } from '../runtime/ingester/names.ts';
import { dynamoDbClient, kinesisClient } from '../runtime/platform/aws.ts';
import { rollupEnv } from '../runtime/rollup/names.ts';

export const names = {
  ...{ state: 'state', bars: 'bars', quarantine: 'quarantine' },
  ...{ minutes: 'minutes', leases: 'leases' },
} as const;

export class LocalAws {
  readonly dynamoDb: DynamoDBClient;
  readonly kinesis: KinesisClient;
  /** The stream server itself. */
  readonly kinesisServer: LocalServer;
  /** Environment variables with which the roll-up's handler and the ingester find their tables and streams here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #servers: readonly LocalServer[];

  private constructor(dynamoDb: LocalServer, kinesis: LocalServer) {
    this.#servers = [dynamoDb, kinesis];
    this.kinesisServer = kinesis;
    this.dynamoDb = dynamoDbClient({
      region,
      credentials,
      endpoint: dynamoDb.endpoint,
      // Many workers share its sockets here: that they wait is no news.
      requestHandler: new NodeHttpHandler({ socketAcquisitionWarningTimeout: 3_600_000 }),
    });
    this.kinesis = kinesisClient({ region, credentials, endpoint: kinesis.endpoint });
    this.environment = {
      ...awsEnvironment({ dynamodb: dynamoDb.endpoint, kinesis: kinesis.endpoint }),
      [rollupEnv.stateTable]: names.state,
      [rollupEnv.quarantineTable]: names.quarantine,
      [rollupEnv.barsStream]: names.bars,
      [ingesterEnv.minutesStream]: names.minutes,
      [ingesterEnv.leaseTable]: names.leases,
    };
  }

  /** @param minuteShards of the minutes stream */
  static async start({ minuteShards = 1 } = {}): Promise<LocalAws> {
    const aws = new LocalAws(await LocalServer.start('dynamodb'), await LocalServer.start('kinesis'));
    const keys = ['pk', 'sk'].map(AttributeName => ({ AttributeName, AttributeType: 'S' }) as const);
    const keySchema = [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ] as const;
    for (const [table, keyCount] of [
      [names.state, 2],
      [names.quarantine, 2],
      [names.leases, 1],
    ] as const)
      await aws.dynamoDb.send(
        new CreateTableCommand({
          TableName: table,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: keys.slice(0, keyCount),
          KeySchema: keySchema.slice(0, keyCount),
        }),
      );
    await aws.kinesis.send(new CreateStreamCommand({ StreamName: names.bars, ShardCount: 1 }));
    await aws.kinesis.send(new CreateStreamCommand({ StreamName: names.minutes, ShardCount: minuteShards }));
    return aws;
  }

  async stop(): Promise<void> {
    this.dynamoDb.destroy();
    this.kinesis.destroy();
    await Promise.all(this.#servers.map(server => server.stop()));
  }
}
