/** The lease in DynamoDB: one item per market, written only on conditions. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Attempt, Claim, Lease } from '../ingester/lease/lease.ts';
import { SLOTS } from '../records/slot.ts';

/** What every write keeps for a successor. */
export interface Facts {
  /** No version above this will be issued before the next write. */
  readonly lastVersion: number;
  /** Lowest watermark (epoch ms) over the slots that the stream has acknowledged. */
  readonly through: number | undefined;
  /** Start of the first block (epoch ms) that anything was published of; undefined where nobody remembers. */
  readonly since: number | undefined;
  /** The slots that are promised for, ascending: which ones whoever watches must look at. */
  readonly slots: readonly number[];
  /** What is being caught up with; undefined when nothing is. */
  readonly catchingUp: CatchingUp | undefined;
}

/** Gaps at work, as whoever watches the freshness may know of them. */
export interface CatchingUp {
  /** Start of the earliest gap, epoch ms. */
  readonly from: number;
  /** Symbols to be asked for; 0 while nobody has told which. */
  readonly symbols: number;
  /** Of these, how many are still to be asked for. */
  readonly remaining: number;
}

/** Answers that take longer (ms of wall time) are of no use to a holder that has to renew. */
const PATIENCE = 2_500;

export class LeaseTable {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #market: string;
  readonly #belongsTo: string | undefined;

  /** @param belongsTo what the lease says of whose its table is. @default nothing */
  constructor(client: DynamoDBClient, table: string, market: string, belongsTo?: string) {
    this.#client = client;
    this.#table = table;
    this.#market = market;
    this.#belongsTo = belongsTo;
  }

  /** @returns the lease, or undefined when there has never been one. @throws when the table does not answer in time */
  async read(): Promise<Lease | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: this.#key, ConsistentRead: true });
    const { Item: item } = await this.#client.send(command, patience());
    if (!item) return undefined;
    const [through, since] = [numberIn(item, 'through'), numberIn(item, 'since')];
    return {
      owner: item['owner']?.S ?? '',
      epoch: numberIn(item, 'epoch') ?? 0,
      counter: numberIn(item, 'counter') ?? 0,
      lastVersion: numberIn(item, 'lastVersion') ?? 0,
      ...(through !== undefined && { through }),
      ...(since !== undefined && { since }),
    };
  }

  /** Takes the lease over. @returns false when it is not as it was seen any more. @throws when it is not known what came of it */
  take({ seen, ...attempt }: Claim, owner: string, facts: Facts): Promise<boolean> {
    if (!seen) return this.#write(attempt, owner, facts, 'attribute_not_exists(#pk)', {});
    return this.#write(attempt, owner, facts, '#epoch = :seenEpoch AND #counter = :seenCounter', {
      ':seenEpoch': { N: String(seen.epoch) },
      ':seenCounter': { N: String(seen.counter) },
    });
  }

  /**
   * Renews the lease of `holder`, or hands it to `owner`.
   * @returns false when it is another's by now, or a later renewal was written. @throws when it is not known what came of it
   */
  renew(attempt: Attempt, holder: string, facts: Facts, owner = holder): Promise<boolean> {
    const condition = '#owner = :holder AND #epoch = :epoch AND #counter < :counter';
    return this.#write(attempt, owner, facts, condition, { ':holder': { S: holder } });
  }

  async #write(
    { epoch, counter }: Attempt,
    owner: string,
    { lastVersion, through, since, slots, catchingUp }: Facts,
    condition: string,
    values: Record<string, AttributeValue>,
  ): Promise<boolean> {
    const set: Record<string, AttributeValue> = {
      owner: { S: owner },
      ...(this.#belongsTo && { belongsTo: { S: this.#belongsTo } }),
      epoch: { N: String(epoch) },
      counter: { N: String(counter) },
      lastVersion: { N: String(lastVersion) },
      slots: { S: slots.length === SLOTS ? '*' : slots.join(',') },
      ...(through !== undefined && { through: { N: String(through) } }),
      ...(since !== undefined && { since: { N: String(since) } }),
      ...(catchingUp && { catchingUp: { M: numbers(catchingUp) } }),
    };
    const removed = catchingUp ? [] : ['catchingUp'];
    const named = [...Object.keys(set), ...removed, ...(condition.includes('#pk') ? ['pk'] : [])];
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: this.#key,
      UpdateExpression: `SET ${Object.keys(set)
        .map(name => `#${name} = :${name}`)
        .join(', ')} ${removed.map(name => `REMOVE #${name}`).join()}`.trim(),
      ConditionExpression: condition,
      ExpressionAttributeNames: Object.fromEntries(named.map(name => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
        ...values,
      },
    });
    try {
      await this.#client.send(command, patience());
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  get #key(): Record<string, AttributeValue> {
    return { pk: { S: this.#market } };
  }
}

function patience() {
  return { abortSignal: AbortSignal.timeout(PATIENCE) };
}

function numbers(values: object): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { N: String(value) }]));
}

function numberIn(item: Record<string, AttributeValue>, name: string): number | undefined {
  const text = item[name]?.N;
  return text === undefined ? undefined : Number(text);
}
