/** Local DynamoDB and Kinesis servers with what one roll-up worker needs, in memory and in threads of their own. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { awsEnvironment, credentials, region } from '../local/engine/account.ts';
import { LocalServer } from '../local/engine/server.ts';
import { rollupEnv } from '../runtime/rollup/names.ts';

export const names = { state: 'state', bars: 'bars', quarantine: 'quarantine' } as const;

export class LocalAws {
  readonly dynamoDb: DynamoDBClient;
  readonly kinesis: KinesisClient;
  /** Environment variables with which the roll-up's handler finds its tables and streams here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #servers: readonly LocalServer[];

  private constructor(dynamoDb: LocalServer, kinesis: LocalServer) {
    this.#servers = [dynamoDb, kinesis];
    this.dynamoDb = new DynamoDBClient({ region, credentials, endpoint: dynamoDb.endpoint });
    this.kinesis = new KinesisClient({
      region,
      credentials,
      endpoint: kinesis.endpoint,
      requestHandler: new NodeHttpHandler(),
    });
    this.environment = {
      ...awsEnvironment({ dynamodb: dynamoDb.endpoint, kinesis: kinesis.endpoint }),
      [rollupEnv.stateTable]: names.state,
      [rollupEnv.quarantineTable]: names.quarantine,
      [rollupEnv.barsStream]: names.bars,
    };
  }

  static async start(): Promise<LocalAws> {
    const aws = new LocalAws(await LocalServer.start('dynamodb'), await LocalServer.start('kinesis'));
    for (const table of [names.state, names.quarantine])
      await aws.dynamoDb.send(
        new CreateTableCommand({
          TableName: table,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        }),
      );
    await aws.kinesis.send(new CreateStreamCommand({ StreamName: names.bars, ShardCount: 1 }));
    return aws;
  }

  async stop(): Promise<void> {
    this.dynamoDb.destroy();
    this.kinesis.destroy();
    await Promise.all(this.#servers.map(server => server.stop()));
  }
}
