/** AWS clients that take everything at once and remember nothing: what is left is the work of the process itself. */
import { type AttributeValue, DynamoDBClient, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { KinesisClient, type PutRecordsCommandInput } from '@aws-sdk/client-kinesis';
import { credentials, region } from '../local/engine/account.ts';

/** An item of a table, as it goes over the wire. */
export type Item = Readonly<Record<string, AttributeValue>>;

const metadata = { $metadata: { httpStatusCode: 200, attempts: 1 } };

/**
 * A client for which every put succeeds and every query finds nothing.
 * @param onPut is given every item that is put. @default nobody looks
 */
export function obligingDynamoDb(onPut: (item: Item) => void = () => undefined): DynamoDBClient {
  const client = new DynamoDBClient({ region, credentials });
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        if (isPutItem(input)) onPut(input.Item ?? {});
        return { response: {}, output: { ...metadata, Items: [] } };
      },
    { step: 'initialize', priority: 'high' },
  );
  return client;
}

/** A client for which every record is acknowledged. */
export function obligingKinesis(): KinesisClient {
  const client = new KinesisClient({ region, credentials });
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        const records = isPutRecords(input) ? (input.Records ?? []) : [];
        const Records = records.map(() => ({ SequenceNumber: '1', ShardId: 'shardId-000000000000' }));
        return { response: {}, output: { ...metadata, Records } };
      },
    { step: 'initialize', priority: 'high' },
  );
  return client;
}

function isPutItem(input: object): input is PutItemCommandInput {
  return 'Item' in input;
}

function isPutRecords(input: object): input is PutRecordsCommandInput {
  return 'Records' in input;
}
