/** Reads who may connect to the vendor and how often that right was renewed. */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

export interface LeaseReading {
  /** Grows by one whenever the lease changes hands. */
  readonly epoch: number;
  /** Grows with every renewal. */
  readonly counter: number;
}

export class LeaseReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #feed: string;

  /** @param feed the feed's market, which is the item's key */
  constructor(client: DynamoDBClient, table: string, feed: string) {
    this.#client = client;
    this.#table = table;
    this.#feed = feed;
  }

  /** Undefined while nobody has ever taken the lease. */
  async read(): Promise<LeaseReading | undefined> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: { pk: { S: this.#feed } } }),
    );
    if (!item) return undefined;
    return { epoch: Number(item['epoch']?.N ?? 0), counter: Number(item['counter']?.N ?? 0) };
  }
}
