/** What the monitor remembers from one look to the next: small JSON notes by key, in a table of its own. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { belongingTo, expectOwnItem } from './belonging.ts';

export interface Memory {
  /** The note as it was put; undefined when there is none. */
  get(key: string): Promise<unknown>;
  /** @param life @default 60 days */
  put(key: string, note: unknown, life?: 'for ever'): Promise<void>;
}

/** Longer than any holiday season, s. */
const KEEP_SECONDS = 60 * 24 * 60 * 60;

export class TableMemory implements Memory {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #owner: string | undefined;

  /** @param owner what the notes say of whose they are. @default nothing, and everybody's are read */
  constructor(client: DynamoDBClient, table: string, owner?: string) {
    this.#client = client;
    this.#table = table;
    this.#owner = owner;
  }

  /** @throws ForeignTable when the note is another's */
  async get(key: string): Promise<unknown> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: { pk: { S: key } } }),
    );
    if (Item) expectOwnItem(Item, this.#table, this.#owner);
    const note = Item?.['note']?.S;
    return note === undefined ? undefined : JSON.parse(note);
  }

  async put(key: string, note: unknown, life?: 'for ever'): Promise<void> {
    const expires = String(Math.floor(Date.now() / 1000) + KEEP_SECONDS);
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: {
          pk: { S: key },
          note: { S: JSON.stringify(note) },
          ...(life === undefined && { expires: { N: expires } }),
          ...belongingTo(this.#owner),
        },
      }),
    );
  }
}
