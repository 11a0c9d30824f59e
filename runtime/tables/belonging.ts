/** Whose a table is: what a unit writes there names its environment and feed, and a unit that finds another's name must not go on. */
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Belonging } from '../platform/metrics.ts';

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

/** The attribute that says it. @param owner @default nobody says anything */
export function belongingTo(owner: string | undefined): Record<string, AttributeValue> {
  return owner === undefined ? {} : { belongsTo: { S: owner } };
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
  for (const item of Items) expectOwnItem(item, table, owner);
}

/** @param owner who reads. @default somebody who may read everybody's. @throws ForeignTable when the item says that it is another's */
export function expectOwnItem(
  item: Readonly<Record<string, AttributeValue>>,
  table: string,
  owner: string | undefined,
): void {
  if (owner === undefined) return;
  const other = item['belongsTo']?.S ?? owner;
  if (other !== owner)
    throw new ForeignTable(
      `table '${table}' belongs to ${other}, and this is ${owner}: give every feed of every environment tables of its own`,
    );
}
