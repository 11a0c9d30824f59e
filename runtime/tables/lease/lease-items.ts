/** The table of a feed's lease: whoever holds that leaves the next one everything in items beside it. Their keys, whose they are, and how they are read and written. */
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { belongingTo, expectOwnItem } from '../belonging.ts';

export type Item = Record<string, AttributeValue>;

/** What a key begins with after the feed's name: the lease, the list of symbols and the halts are one item each, of the others there are many. */
const kinds = {
  lease: '',
  symbols: '#symbols',
  halted: '#halted',
  missing: '#missing#',
  shown: '#shown#',
} as const;
type Kind = keyof typeof kinds;

/** Answers that take longer (ms of wall time) come too late for a holder that has to renew, and are not worth a watermark's wait. */
const PATIENCE = 2_500;

/** What an update does to an item. */
export interface Change {
  readonly set?: Item;
  /** Joins values to sets. */
  readonly add?: Item;
  readonly remove?: readonly string[];
  /** In terms of `#name` and `:value`. @default none */
  readonly condition?: { readonly holds: string; readonly names: readonly string[]; readonly values: Item };
}

/** Every method rejects when the table does not answer in time; of a write it is then not known what came of it. */
export class LeaseItems {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #feed: string;
  readonly #owner: string | undefined;

  /** @param owner what the items say of whose they are. @default nothing, and everybody's are read */
  constructor(client: DynamoDBClient, table: string, feed: string, owner?: string) {
    this.#client = client;
    this.#table = table;
    this.#feed = feed;
    this.#owner = owner;
  }

  /** The item as it is. @throws ForeignTable when it is another's */
  async get(kind: Kind): Promise<Item | undefined> {
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: this.#key(kind, ''),
      ConsistentRead: true,
    });
    const { Item: item } = await this.#client.send(command, patience());
    return item && this.#own(item);
  }

  /** The item as it was a moment ago, for one who only watches and has time. @throws ForeignTable when it is another's */
  async glance(kind: Kind): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: this.#key(kind, '') });
    const { Item: item } = await this.#client.send(command);
    return item && this.#own(item);
  }

  /** All items of the kind, by name. @throws ForeignTable when one of them is another's */
  async all(kind: Kind): Promise<Map<string, Item>> {
    const prefix = `${this.#feed}${kinds[kind]}`;
    const found = new Map<string, Item>();
    let after: Item | undefined;
    do {
      const command: ScanCommand = new ScanCommand({
        TableName: this.#table,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :prefix)',
        ExpressionAttributeValues: { ':prefix': { S: prefix } },
        ExclusiveStartKey: after,
      });
      const { Items = [], LastEvaluatedKey } = await this.#client.send(command, patience());
      for (const item of Items) found.set((item['pk']?.S ?? '').slice(prefix.length), this.#own(item));
      after = LastEvaluatedKey;
    } while (after);
    return found;
  }

  async put(kind: Kind, name: string, content: Item): Promise<void> {
    const item = { ...this.#key(kind, name), ...content, ...belongingTo(this.#owner) };
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: item }), patience());
  }

  /** @throws ConditionalCheckFailedException when the change's condition does not hold */
  async update(kind: Kind, name: string, { set, add = {}, remove = [], condition }: Change): Promise<void> {
    const all = { ...set, ...belongingTo(this.#owner) };
    const clauses = [
      clause('SET', Object.keys(all), each => `#${each} = :${each}`),
      clause('ADD', Object.keys(add), each => `#${each} :${each}`),
      clause('REMOVE', remove, each => `#${each}`),
    ];
    const names = [...Object.keys(all), ...Object.keys(add), ...remove, ...(condition?.names ?? [])];
    const values = Object.entries({ ...all, ...add, ...condition?.values });
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: this.#key(kind, name),
      UpdateExpression: clauses.filter(text => text !== '').join(' '),
      ConditionExpression: condition?.holds,
      ExpressionAttributeNames: Object.fromEntries(names.map(each => [`#${each}`, each])),
      ExpressionAttributeValues: Object.fromEntries(values.map(([each, value]) => [`:${each}`, value])),
    });
    await this.#client.send(command, patience());
  }

  async remove(kind: Kind, name: string): Promise<void> {
    const command = new DeleteItemCommand({ TableName: this.#table, Key: this.#key(kind, name) });
    await this.#client.send(command, patience());
  }

  #key(kind: Kind, name: string): Item {
    return { pk: { S: `${this.#feed}${kinds[kind]}${name}` } };
  }

  #own(item: Item): Item {
    expectOwnItem(item, this.#table, this.#owner);
    return item;
  }
}

function clause(verb: string, names: readonly string[], each: (name: string) => string): string {
  return names.length === 0 ? '' : `${verb} ${names.map(each).join(', ')}`;
}

function patience() {
  return { abortSignal: AbortSignal.timeout(PATIENCE) };
}
