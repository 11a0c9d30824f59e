/** The quarantine as its DynamoDB table keeps it. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Quarantined, QuarantineStore } from './quarantine.ts';

export function tableQuarantine(client: DynamoDBClient, TableName: string): QuarantineStore {
  return {
    async *pages() {
      let from: Record<string, AttributeValue> | undefined;
      do {
        const scan: ScanCommand = new ScanCommand({
          TableName,
          FilterExpression: 'attribute_not_exists(redriven)',
          ...(from ? { ExclusiveStartKey: from } : {}),
        });
        const page = await client.send(scan);
        yield (page.Items ?? []).map(quarantinedOf);
        from = page.LastEvaluatedKey;
      } while (from);
    },
    mark: async ({ pk, sk }) => {
      const mark = new UpdateItemCommand({
        TableName,
        Key: { pk: { S: pk }, sk: { S: sk } },
        UpdateExpression: 'SET redriven = :now',
        // What has expired meanwhile must not come back as an empty item.
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':now': { S: new Date().toISOString() } },
      });
      try {
        await client.send(mark);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

function quarantinedOf(item: Record<string, AttributeValue>): Quarantined {
  return {
    pk: item['pk']?.S ?? '',
    sk: item['sk']?.S ?? '',
    raw: item['raw']?.B ?? new Uint8Array(),
    encoding: item['encoding']?.S,
    reason: item['reason']?.S ?? '',
  };
}
