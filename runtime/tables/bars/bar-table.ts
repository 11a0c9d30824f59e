/** The bars of a feed, 5m to 4h: of each the highest version that ever came. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { RolledBar } from '../../records/bar.ts';
import { belongingTo, expectOwnItem } from '../belonging.ts';
import {
  barIn,
  barItem,
  barOnly,
  type DaysKept,
  type Item,
  newerThanStored,
  type Series,
  type StoredBar,
  seriesKey,
  startKey,
} from './bar-item.ts';

const DAY_SECONDS = 86_400;
/** Behind every bar there can be, epoch ms: the last that has 13 digits. */
const NEVER = 9_999_999_999_999;

/** Which bars of a series are asked for. */
export interface BarRange extends Series {
  /** The earliest start, epoch ms. @default the beginning */
  readonly from?: number;
  /** Bars start before it, epoch ms. @default the end */
  readonly to?: number;
  /** The most bars of one answer, from 1 on. */
  readonly limit: number;
  /** `desc` begins with the latest. @default asc */
  readonly order?: 'asc' | 'desc';
}

export interface BarPage {
  /** In the order that was asked for. */
  readonly bars: readonly StoredBar[];
  /** Start of the next bar in that order: ask on from it, or up to and with it. Absent where there is none. */
  readonly next?: number;
}

export class BarTable {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #owner: string | undefined;

  /** @param owner what its items say of whose they are. @default nothing, and everybody's are read */
  constructor(client: DynamoDBClient, table: string, owner?: string) {
    this.#client = client;
    this.#table = table;
    this.#owner = owner;
  }

  /**
   * Writes the bar unless one as new stands in its place; at equal versions the final one is the newer.
   * @param now wall clock, epoch ms: the bar is kept for the days of its timeframe from then
   * @returns false when it stays as it was
   */
  async put(bar: RolledBar, days: DaysKept, now: number, signal: AbortSignal): Promise<boolean> {
    const expires = Math.floor(now / 1_000) + days[bar.timeframe] * DAY_SECONDS;
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: { ...barItem(bar, expires), ...belongingTo(this.#owner) },
      ...newerThanStored(bar),
    });
    try {
      await this.#client.send(command, { abortSignal: signal });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Bars of one series in the order of time, one page after another. @throws ForeignTable when one of them is another's */
  async range(range: BarRange, signal: AbortSignal): Promise<BarPage> {
    const { from = 0, to = NEVER, limit, order = 'asc' } = range;
    const found: StoredBar[] = [];
    let after: Item | undefined;
    // An empty range is none of DynamoDB's.
    if (from >= to) return { bars: found };
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :series AND sk BETWEEN :from AND :last',
        ExpressionAttributeValues: {
          ':series': seriesKey(range),
          ':from': startKey(Math.ceil(from)),
          // The end of the range is not in it.
          ':last': startKey(Math.ceil(to) - 1),
        },
        ...barOnly,
        ScanIndexForward: order === 'asc',
        // One more than is wanted tells whether there is more.
        Limit: limit + 1 - found.length,
        ...(after ? { ExclusiveStartKey: after } : {}),
      });
      const { Items = [], LastEvaluatedKey } = await this.#client.send(command, { abortSignal: signal });
      for (const item of Items) {
        expectOwnItem(item, this.#table, this.#owner);
        found.push(barIn(item));
      }
      after = LastEvaluatedKey;
    } while (after && found.length <= limit);
    const next = found[limit]?.start;
    return { bars: found.slice(0, limit), ...(next === undefined ? {} : { next }) };
  }
}
