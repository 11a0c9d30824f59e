/** Which symbols a session has bars of, an item a slot: every holder of the lease adds to what others have added, so that they can be counted once. */
import { type DynamoDBClient, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { slotOf } from '../../records/slot.ts';
import { belongingTo, expectOwnItem } from '../belonging.ts';
import { patience, startKey } from './session-table.ts';

/** The vendor's history brings nothing of a session that is older, s. */
const KEPT = 9 * 86_400;

export class SessionSymbols {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #owner: string | undefined;

  /** @param owner what its items say of whose they are. @default nothing, and everybody's are read */
  constructor(client: DynamoDBClient, table: string, owner?: string) {
    this.#client = client;
    this.#table = table;
    this.#owner = owner;
  }

  /** @param start of the session, epoch ms. @throws ForeignTable when an item is another's */
  async load(start: number): Promise<Set<string>> {
    const symbols = new Set<string>();
    let after: ConstructorParameters<typeof QueryCommand>[0]['ExclusiveStartKey'];
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :symbols',
        ExpressionAttributeValues: { ':symbols': { S: partition(start) } },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      });
      const { Items = [], LastEvaluatedKey } = await this.#client.send(command, patience());
      for (const item of Items) {
        expectOwnItem(item, this.#table, this.#owner);
        for (const symbol of item['symbols']?.SS ?? []) symbols.add(symbol);
      }
      after = LastEvaluatedKey;
    } while (after);
    return symbols;
  }

  /** Added again they change nothing. @param now wall clock, epoch ms */
  async add(start: number, symbols: readonly string[], now: number): Promise<void> {
    const bySlot = Map.groupBy(symbols, slotOf);
    await Promise.all([...bySlot].map(([slot, of]) => this.#add(start, slot, of, now)));
  }

  async #add(start: number, slot: number, symbols: string[], now: number): Promise<void> {
    const own = belongingTo(this.#owner);
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: { pk: { S: partition(start) }, sk: { S: String(slot).padStart(2, '0') } },
      UpdateExpression: `ADD symbols :symbols SET expires = :expires${own['belongsTo'] ? ', belongsTo = :owner' : ''}`,
      ExpressionAttributeValues: {
        ':symbols': { SS: symbols },
        ':expires': { N: String(Math.floor(now / 1_000) + KEPT) },
        ...(own['belongsTo'] && { ':owner': own['belongsTo'] }),
      },
    });
    await this.#client.send(command, patience());
  }
}

function partition(start: number): string {
  return `symbols#${startKey(start)}`;
}
