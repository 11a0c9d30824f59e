/** AWS clients that take everything at once and remember nothing: what is left is the work of the process itself. */
import { type AttributeValue, DynamoDBClient, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import {
  KinesisClient,
  type PutRecordsCommandInput,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
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

/** What an obliging stream does besides. */
export interface ObligingKinesisOptions {
  /** Is given the records that are put. @default nobody looks */
  readonly onPut?: (records: readonly PutRecordsRequestEntry[]) => void;
  /** Shards that share the hash space evenly. @default none is listed */
  readonly shards?: number;
}

/** A client for which every record is acknowledged. */
export function obligingKinesis({ onPut, shards = 0 }: ObligingKinesisOptions = {}): KinesisClient {
  const client = new KinesisClient({ region, credentials });
  const Shards = Array.from({ length: shards }, (_, n) => ({
    ShardId: `shardId-${n}`,
    HashKeyRange: {
      StartingHashKey: String((BigInt(n) << 128n) / BigInt(shards)),
      EndingHashKey: String((BigInt(n + 1) << 128n) / BigInt(shards) - 1n),
    },
  }));
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        const records = isPutRecords(input) ? (input.Records ?? []) : [];
        onPut?.(records);
        const Records = records.map(() => ({ SequenceNumber: '1', ShardId: 'shardId-000000000000' }));
        return { response: {}, output: { ...metadata, Records, Shards } };
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
