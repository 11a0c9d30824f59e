/** The symbols that a feed has shown, kept beside the lease: whoever holds that next knows them, too. One item a slot. */
import {
  type AttributeValue,
  type DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { ShownOfSlot } from './shown-symbols.ts';

/** Answers that take longer (ms of wall time) are not worth a gap's wait. */
const PATIENCE = 2_500;

/** How many weeks are looked back on for what is to be let go. */
const FORGOTTEN_WEEKS = 4;

export class ShownTable {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #prefix: string;

  constructor(client: DynamoDBClient, table: string, market: string) {
    this.#client = client;
    this.#table = table;
    this.#prefix = `${market}#shown#`;
  }

  /** What was saved, slot by slot. @throws when the table does not answer in time */
  async load(): Promise<ShownOfSlot[]> {
    const found: ShownOfSlot[] = [];
    let after: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new ScanCommand({
          TableName: this.#table,
          ConsistentRead: true,
          FilterExpression: 'begins_with(pk, :prefix)',
          ExpressionAttributeValues: { ':prefix': { S: this.#prefix } },
          ExclusiveStartKey: after,
        }),
        patience(),
      );
      for (const item of Items) found.push(shownIn(item));
      after = LastEvaluatedKey;
    } while (after);
    return found;
  }

  /**
   * Adds what was shown of a slot to what others have added, and lets go what was last shown before a week.
   * @throws when it is not known whether it was saved
   */
  async add(slot: number, shown: ShownOfSlot, before: number): Promise<void> {
    const byWeek = [...Map.groupBy(shown.keys(), symbol => shown.get(symbol) ?? 0)];
    const gone = Array.from({ length: FORGOTTEN_WEEKS }, (_, ago) => before - 1 - ago);
    const names = [...byWeek.map(([week]) => week), ...gone].map(week => [`#w${week}`, nameOf(week)]);
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: { pk: { S: `${this.#prefix}${slot}` } },
      UpdateExpression: `ADD ${byWeek.map(([week]) => `#w${week} :w${week}`).join(', ')} REMOVE ${gone.map(week => `#w${week}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names),
      ExpressionAttributeValues: Object.fromEntries(
        byWeek.map(([week, symbols]) => [`:w${week}`, { SS: symbols }]),
      ),
    });
    await this.#client.send(command, patience());
  }
}

/** A set of symbols for each week. */
function nameOf(week: number): string {
  return `week${week}`;
}

function shownIn(item: Readonly<Record<string, AttributeValue>>): ShownOfSlot {
  return new Map(
    Object.entries(item)
      .flatMap(([name, { SS = [] }]) =>
        SS.map(symbol => [symbol, Number(name.slice(nameOf(0).length - 1))] as const),
      )
      .sort(([, a], [, b]) => a - b),
  );
}

function patience() {
  return { abortSignal: AbortSignal.timeout(PATIENCE) };
}
