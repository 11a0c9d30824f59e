/** Which symbols the feed follows, kept beside the lease: whoever holds that next knows what is new since then, and what is gone. */
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { symbolListOf } from '../ingester/symbols/symbol-list.ts';

/** Answers that take longer (ms of wall time) come too late for a holder that has to renew. */
const PATIENCE = 2_500;

export class SymbolMemory {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #key: Record<string, AttributeValue>;

  constructor(client: DynamoDBClient, table: string, market: string) {
    this.#client = client;
    this.#table = table;
    this.#key = { pk: { S: `${market}#symbols` } };
  }

  /** @returns undefined where no feed has ever run. @throws when the table does not answer in time */
  async load(): Promise<'*' | readonly string[] | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: this.#key, ConsistentRead: true });
    const { Item: item } = await this.#client.send(command, patience());
    const text = item?.['symbols']?.S;
    return text === undefined ? undefined : symbolListOf(text, Number.POSITIVE_INFINITY).symbols;
  }

  /** @throws when it is not known whether it was saved */
  async save(symbols: '*' | readonly string[]): Promise<void> {
    const text = symbols === '*' ? symbols : JSON.stringify(symbols);
    const item = { ...this.#key, symbols: { S: text } };
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: item }), patience());
  }
}

function patience() {
  return { abortSignal: AbortSignal.timeout(PATIENCE) };
}
