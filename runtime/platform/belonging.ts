/** Whose a table is: what a unit writes there names its environment and feed, and a unit that finds another's name must not go on. */
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Belonging } from './metrics.ts';

/** Enough to meet an item that says whose it is. */
const SOME = 100;

/** A table holds what another environment or feed wrote. */
export class ForeignTable extends Error {
  override readonly name = 'ForeignTable';
}

/** What an item says of whose it is. */
export function ownerOf({ environment, feed }: Belonging): string {
  return `${environment}/${feed}`;
}

/**
 * To be asked once by every process. What was written before items said whose they are tells nothing.
 * @throws ForeignTable with one line that names the table, the other and the remedy; otherwise when the table cannot be read
 */
export async function expectOwn(
  client: DynamoDBClient,
  table: string,
  owner: string,
  signal: AbortSignal,
): Promise<void> {
  const scan = new ScanCommand({ TableName: table, ProjectionExpression: 'belongsTo', Limit: SOME });
  const { Items = [] } = await client.send(scan, { abortSignal: signal });
  const names = Items.map(item => item['belongsTo']?.S ?? owner);
  const other = names.find(name => name !== owner);
  if (other !== undefined)
    throw new ForeignTable(
      `table '${table}' belongs to ${other}, and this is ${owner}: give every feed of every environment tables of its own`,
    );
}
