/** Which symbols the bars table has bars of, kept in it beside them: an item a symbol, written again only for a day that it does not know. */
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { slotOf } from '../../records/slot.ts';
import { belongingTo, expectOwnItem } from '../belonging.ts';
import type { Item } from './bar-item.ts';

/** A symbol, and the days, UTC, of its earliest and latest bar that ever came: where they start, epoch ms. */
export interface KnownSymbol {
  readonly symbol: string;
  readonly firstDay: number;
  readonly lastDay: number;
}

export interface SymbolsAsked {
  /** What the symbols begin with. @default anything */
  readonly prefix?: string;
  /** The last symbol of the page before. @default from the first on */
  readonly after?: string;
  /** The most symbols of one page. */
  readonly limit: number;
}

export interface SymbolPage {
  /** In the order of their characters. */
  readonly symbols: readonly KnownSymbol[];
  /** Whether others follow. */
  readonly hasMore: boolean;
}

export const DAY = 86_400_000;
/** A partition takes 1,000 writes a second, and each morning's first bars bring every symbol at once: spread over these. */
const PARTITIONS = 8;
/** Keys of one BatchGetItem. */
const BATCH = 100;
/** The first and the last character that a symbol may have, and how many it has at most. */
const [LOWEST, HIGHEST, LONGEST] = ['!', '~', 64];

/** What becomes of an item, and when: of two who widen it at once neither takes back what the other wrote. */
const LATER = {
  set: 'lastDay = :last, firstDay = if_not_exists(firstDay, :first)',
  when: 'attribute_not_exists(pk) OR lastDay < :last',
};
const EARLIER = {
  set: 'firstDay = :first, lastDay = if_not_exists(lastDay, :last)',
  when: 'attribute_not_exists(pk) OR firstDay > :first',
};

/** Every method throws when the table does not answer; what is written may be written again. */
export class SymbolRegistry {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #owner: string | undefined;

  /** @param owner what its items say of whose they are. @default nothing, and everybody's are read */
  constructor(client: DynamoDBClient, table: string, owner?: string) {
    this.#client = client;
    this.#table = table;
    this.#owner = owner;
  }

  /** What is known of some symbols, up to 100. @returns those that could be read: ask for the others again, when the table had no room */
  async read(
    symbols: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly known: readonly KnownSymbol[]; readonly unread: readonly string[] }> {
    if (symbols.length > BATCH) throw new RangeError(`${symbols.length} symbols: read at most ${BATCH}`);
    const command = new BatchGetItemCommand({
      RequestItems: { [this.#table]: { Keys: symbols.map(keyOf) } },
    });
    const { Responses, UnprocessedKeys } = await this.#client.send(command, { abortSignal: signal });
    const unread = UnprocessedKeys?.[this.#table]?.Keys ?? [];
    return {
      known: (Responses?.[this.#table] ?? []).map(item => this.#own(item)),
      unread: unread.map(({ sk }) => sk?.S ?? ''),
    };
  }

  /**
   * Widens what is known of the symbol to these days, whoever else does the same meanwhile: one write, and another where the
   * days go on at both ends. @param known what was read of it. @param expires epoch seconds of the wall clock
   * @throws when it is not known whether it was written
   */
  async widen(
    to: KnownSymbol,
    known: KnownSymbol | undefined,
    expires: number,
    signal: AbortSignal,
  ): Promise<void> {
    const isLater = known === undefined || known.lastDay < to.lastDay;
    const now = isLater ? await this.#update(LATER, to, expires, signal) : known;
    // Where it was refused somebody else was here, and how early they went is not known.
    if (now === undefined || now.firstDay > to.firstDay) await this.#update(EARLIER, to, expires, signal);
  }

  /** Symbols in their order, page by page; reads what it answers and nothing of the bars. */
  async list({ prefix = '', after = '', limit }: SymbolsAsked, signal: AbortSignal): Promise<SymbolPage> {
    const next = `${after}${LOWEST}`;
    const first = prefix > next ? prefix : next;
    const last = `${prefix}${HIGHEST.repeat(LONGEST)}`;
    if (first > last) return { symbols: [], hasMore: false };
    const partitions = await Promise.all(
      Array.from({ length: PARTITIONS }, (_, partition) =>
        this.#partition(partition, first, last, limit + 1, signal),
      ),
    );
    const found = partitions.flat().sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    return { symbols: found.slice(0, limit), hasMore: found.length > limit };
  }

  async #partition(
    partition: number,
    first: string,
    last: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<KnownSymbol[]> {
    const found: KnownSymbol[] = [];
    let from: Item | undefined;
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :partition AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':partition': partitionKey(partition),
          ':first': { S: first },
          ':last': { S: last },
        },
        Limit: limit - found.length,
        ...(from ? { ExclusiveStartKey: from } : {}),
      });
      const { Items = [], LastEvaluatedKey } = await this.#client.send(command, { abortSignal: signal });
      found.push(...Items.map(item => this.#own(item)));
      from = LastEvaluatedKey;
    } while (from && found.length < limit);
    return found;
  }

  /** @returns how the item stands now; undefined when it already went as far */
  async #update(
    { set, when }: typeof LATER,
    { symbol, firstDay, lastDay }: KnownSymbol,
    expires: number,
    signal: AbortSignal,
  ): Promise<KnownSymbol | undefined> {
    const own = belongingTo(this.#owner)['belongsTo'];
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: keyOf(symbol),
      UpdateExpression: `SET ${set}, #expires = :expires${own ? ', belongsTo = :own' : ''}`,
      ConditionExpression: when,
      ExpressionAttributeNames: { '#expires': 'expires' },
      ExpressionAttributeValues: {
        ':first': { N: String(firstDay) },
        ':last': { N: String(lastDay) },
        ':expires': { N: String(expires) },
        ...(own ? { ':own': own } : {}),
      },
      ReturnValues: 'ALL_NEW',
    });
    try {
      const { Attributes } = await this.#client.send(command, { abortSignal: signal });
      return Attributes && this.#own(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  #own(item: Item): KnownSymbol {
    expectOwnItem(item, this.#table, this.#owner);
    return {
      symbol: item['sk']?.S ?? '',
      firstDay: Number(item['firstDay']?.N),
      lastDay: Number(item['lastDay']?.N),
    };
  }
}

/** No timeframe is a number: no series has this key, whatever stands in its symbol. */
function partitionKey(partition: number) {
  return { S: `symbols#${partition}` };
}

function keyOf(symbol: string): Item {
  return { pk: partitionKey(slotOf(symbol) % PARTITIONS), sk: { S: symbol } };
}
