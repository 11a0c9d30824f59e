/** DynamoDB tables of the stage, created in the local server. Items never expire here: time to live is not kept. */
import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { arnOf } from './account.ts';
import type { Resource } from './assembly.ts';
import type { Created } from './deployment.ts';
import type { Named } from './named.ts';
import { parseProperties, physicalName } from './properties.ts';

const keySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) }));

const index = v.object({
  IndexName: v.string(),
  KeySchema: keySchema,
  Projection: v.object({
    ProjectionType: v.optional(v.picklist(['ALL', 'KEYS_ONLY', 'INCLUDE'])),
    NonKeyAttributes: v.optional(v.array(v.string())),
  }),
});

const schema = v.object({
  TableName: v.optional(v.string()),
  KeySchema: keySchema,
  AttributeDefinitions: v.array(
    v.object({ AttributeName: v.string(), AttributeType: v.picklist(['S', 'N', 'B']) }),
  ),
  GlobalSecondaryIndexes: v.optional(v.array(index)),
  LocalSecondaryIndexes: v.optional(v.array(index)),
});

/** How long a table may take to become active, which takes the local server a few milliseconds. */
const ACTIVE_WITHIN_TRIES = 2_000;

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
  const { TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } =
    parseProperties(resource, schema, properties);
  const name = physicalName(resource, TableName);
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema,
      AttributeDefinitions,
      ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(withProjection) }),
      ...(LocalSecondaryIndexes && { LocalSecondaryIndexes: LocalSecondaryIndexes.map(withProjection) }),
    }),
  );
  for (let tries = 0; ; tries++) {
    const reply = await client.send(new DescribeTableCommand({ TableName: name }));
    if (reply.Table?.TableStatus === 'ACTIVE') break;
    if (tries === ACTIVE_WITHIN_TRIES)
      throw new Error(`${resource.path}: table ${name} does not become active`);
  }
  const arn = arnOf('dynamodb', `table/${name}`);
  const attribute = (attribute: string) => (attribute === 'Arn' ? arn : undefined);
  return { path: resource.path, name, arn, ref: name, attribute };
}

/** An index as declared, without the keys that were left out of its projection. */
function withProjection({ IndexName, KeySchema, Projection }: v.InferOutput<typeof index>) {
  const { ProjectionType, NonKeyAttributes } = Projection;
  return {
    IndexName,
    KeySchema,
    Projection: { ...(ProjectionType && { ProjectionType }), ...(NonKeyAttributes && { NonKeyAttributes }) },
  };
}
