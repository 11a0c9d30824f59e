/** Reads who may connect to the vendor, how often that right was renewed, and what its holder says about itself. */
import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { slotsIn } from '../records/slot-list.ts';

/** A gap that the holder fills over REST while everything behind it waits. */
export interface CatchingUp {
  /** Start of the gap, epoch ms. */
  readonly from: number;
  /** Symbols still to be asked for. */
  readonly remaining: number;
}

export interface LeaseReading {
  /** Grows by one whenever the lease changes hands. */
  readonly epoch: number;
  /** Grows with every renewal. */
  readonly counter: number;
  /** The slots that the feed publishes to now; absent where the holder does not say. */
  readonly slots?: readonly number[];
  /** Absent while there is no gap to fill. */
  readonly catchingUp?: CatchingUp;
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

  /**
   * Undefined while nobody has ever taken the lease.
   * @throws RangeError when the item says what cannot be; otherwise when the table cannot be read
   */
  async read(): Promise<LeaseReading | undefined> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: { pk: { S: this.#feed } } }),
    );
    if (!item) return undefined;
    const { slots, catchingUp } = item;
    return {
      epoch: Number(item['epoch']?.N ?? 0),
      counter: Number(item['counter']?.N ?? 0),
      ...(slots?.S !== undefined && { slots: slotsIn(slots.S) }),
      ...(catchingUp?.M !== undefined && { catchingUp: catchingUpIn(catchingUp.M) }),
    };
  }
}

function catchingUpIn(map: Readonly<Record<string, AttributeValue>>): CatchingUp {
  return { from: numberIn(map, 'from'), remaining: numberIn(map, 'remaining') };
}

function numberIn(map: Readonly<Record<string, AttributeValue>>, name: string): number {
  const number = Number(map[name]?.N);
  if (Number.isFinite(number)) return number;
  throw new RangeError(`catchingUp of the lease has ${JSON.stringify(map[name])} as '${name}': use a number`);
}
