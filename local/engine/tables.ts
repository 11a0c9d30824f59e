/** DynamoDB tables of the stage, created in the local server. Items never expire here: time to live is not kept. */
import {
  type AttributeDefinition,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { arnOf } from './account.ts';
import type { Resource } from './assembly.ts';
import type { Created } from './deployment.ts';
import type { Named } from './named.ts';
import { parseProperties, physicalName } from './properties.ts';
import type { Standing } from './standing.ts';

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

/** Creates the table that `resource` declares, unless it stands, billed on demand, and resolves once it takes items. @throws Error when one that stands has another key */
export async function createTable(
  client: DynamoDBClient,
  resource: Resource,
  properties: unknown,
  standing: Standing | undefined,
): Promise<LocalTable> {
  const { TableName, KeySchema, AttributeDefinitions } = parseProperties(resource, schema, properties);
  const name = physicalName(resource, TableName);
  if (standing?.names.has(name)) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    const declared = keyOf(KeySchema, AttributeDefinitions);
    const has = keyOf(Table?.KeySchema, Table?.AttributeDefinitions);
    if (has !== declared)
      throw new Error(
        `${resource.path}: table ${name} has the key ${has} and is declared with ${declared}: AWS would put an empty table in its place`,
      );
  } else {
    const BillingMode = 'PAY_PER_REQUEST';
    await client.send(
      new CreateTableCommand({ TableName: name, BillingMode, KeySchema, AttributeDefinitions }),
    );
  }
  const arn = arnOf('dynamodb', `table/${name}`);
  const attribute = (attribute: string) => (attribute === 'Arn' ? arn : undefined);
  return { path: resource.path, name, arn, ref: name, attribute };
}

/** The attributes of a key as text, such as `symbol S HASH, start N RANGE`. */
function keyOf(schema: readonly KeySchemaElement[] = [], types: readonly AttributeDefinition[] = []): string {
  const typeOf = (name: string | undefined) =>
    types.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  return schema
    .map(({ AttributeName, KeyType }) => `${AttributeName} ${typeOf(AttributeName)} ${KeyType}`)
    .join(', ');
}
