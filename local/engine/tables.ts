/** DynamoDB tables of the stage, created in the local server. Items never expire here: time to live is not kept. */
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { arnOf } from './account.ts';
import type { Resource } from './assembly.ts';
import type { Created } from './deployment.ts';
import type { Named } from './named.ts';
import { parseProperties, physicalName } from './properties.ts';

const keySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) }));

const noIndexes = v.optional(
  v.pipe(v.array(v.unknown()), v.maxLength(0, 'no indexes of tables are kept on this machine')),
);

const schema = v.object({
  TableName: v.optional(v.string()),
  KeySchema: keySchema,
  AttributeDefinitions: v.array(
    v.object({ AttributeName: v.string(), AttributeType: v.picklist(['S', 'N', 'B']) }),
  ),
  GlobalSecondaryIndexes: noIndexes,
  LocalSecondaryIndexes: noIndexes,
});

/** One table. */
export interface LocalTable extends Named, Created {
  readonly arn: string;
}

/** Creates the table that `resource` declares, billed on demand, and resolves once it takes items. */
export async function createTable(
  client: DynamoDBClient,
  resource: Resource,
  properties: unknown,
): Promise<LocalTable> {
  const { TableName, KeySchema, AttributeDefinitions } = parseProperties(resource, schema, properties);
  const name = physicalName(resource, TableName);
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema,
      AttributeDefinitions,
    }),
  );
  const arn = arnOf('dynamodb', `table/${name}`);
  const attribute = (attribute: string) => (attribute === 'Arn' ? arn : undefined);
  return { path: resource.path, name, arn, ref: name, attribute };
}
