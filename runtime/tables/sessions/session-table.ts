/** The sessions of a feed: an item for each holder of the lease and session, so that no holder ever has to wait for, or can undo, what another says. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { Logger } from '../../platform/logger.ts';
import { belongingTo, expectOwnItem } from '../belonging.ts';
import { missingOf, type SessionRecord, sessionOf, type TermRecord, termSchema } from './session-record.ts';

/** For so long a record is kept after it was last written, s. */
const KEPT = 400 * 86_400;
/** Behind every session there can be, epoch ms: the last that has 13 digits. */
const NEVER = 9_999_999_999_999;
/** Behind every epoch. */
const LAST = '~';
/** Answers that take longer (ms of wall time) are not waited for. */
const PATIENCE = 2_500;
/** A session has about so many at most; of one with more it is asked again. */
const HOLDERS = 3;

/** Which sessions are asked for: those that start in `[from, to)`, epoch ms. */
export interface SessionRange {
  /** @default the beginning */
  readonly from?: number;
  /** @default the end */
  readonly to?: number;
  /** The most of one answer, from 1 on. */
  readonly limit: number;
  /** `desc` begins with the latest. @default asc */
  readonly order?: 'asc' | 'desc';
}

export interface SessionPage {
  /** In the order that was asked for. */
  readonly sessions: readonly SessionRecord[];
  /** Start of the next session in that order: ask on from it, or up to and with it. Absent where there is none. */
  readonly next?: number;
}

/** How it is kept. */
const content = v.pipe(v.string(), v.parseJson(), termSchema);

type Query = ConstructorParameters<typeof QueryCommand>[0];

export class SessionTable {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #owner: string | undefined;
  readonly #logger: Pick<Logger, 'warn'> | undefined;
  /** Keys of records that were said to be none. */
  readonly #unread = new Set<string>();

  /**
   * @param owner what its items say of whose they are. @default nothing, and everybody's are read
   * @param logger is told of what cannot be read, and is left out. @default nobody is
   */
  constructor(client: DynamoDBClient, table: string, owner?: string, logger?: Pick<Logger, 'warn'>) {
    this.#client = client;
    this.#table = table;
    this.#owner = owner;
    this.#logger = logger;
  }

  /** In place of what this holder said of the session before. @param now wall clock, epoch ms */
  async put(term: TermRecord, now: number): Promise<void> {
    await this.#put(term, now);
  }

  /** @returns false where somebody has said something of the session already: then that stays */
  async putFirst(term: TermRecord, now: number): Promise<boolean> {
    try {
      await this.#put(term, now, { ConditionExpression: 'attribute_not_exists(pk)' });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** What all holders say of the session that starts then. @throws ForeignTable when it is another's */
  async get(start: number, signal?: AbortSignal): Promise<SessionRecord | undefined> {
    return (await this.range({ from: start, to: start + 1, limit: 1 }, signal)).sessions[0];
  }

  /** Sessions in the order of time, one page after another. @throws ForeignTable when one of them is another's */
  async range(range: SessionRange, signal?: AbortSignal): Promise<SessionPage> {
    const { limit } = range;
    const all = [...(await this.#terms(range, signal))];
    const next = all[limit]?.[0];
    const sessions = all.slice(0, limit).map(([, terms]) => sessionOf(terms));
    return { sessions, ...(next !== undefined && { next }) };
  }

  /** Starts of the sessions from then on (epoch ms) that lack minutes which somebody goes on trying for. @throws ForeignTable */
  async withMissing(from: number): Promise<number[]> {
    const all = await this.#terms({ from, limit: Number.POSITIVE_INFINITY });
    return [...all].filter(([, terms]) => missingOf(terms).length > 0).map(([start]) => start);
  }

  /** What holders say of sessions, by start, and of each by rising epoch; of one more than the limit at least, where there is one. */
  async #terms({ from = 0, to = NEVER, limit, order = 'asc' }: SessionRange, signal?: AbortSignal) {
    const terms = new Map<number, [TermRecord, ...TermRecord[]]>();
    // An empty range is none of DynamoDB's.
    if (from >= to) return terms;
    let after: Query['ExclusiveStartKey'];
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :sessions AND sk BETWEEN :from AND :last',
        ExpressionAttributeValues: {
          ':sessions': { S: 'sessions' },
          ':from': { S: startKey(Math.ceil(from)) },
          ':last': { S: `${startKey(Math.ceil(to) - 1)}${LAST}` },
        },
        ScanIndexForward: order === 'asc',
        ConsistentRead: true,
        // A page of a megabyte holds years.
        ...(Number.isFinite(limit) && { Limit: HOLDERS * (limit + 1) }),
        ...(after && { ExclusiveStartKey: after }),
      });
      const { Items = [], LastEvaluatedKey } = await this.#client.send(command, patience(signal));
      for (const item of Items) {
        expectOwnItem(item, this.#table, this.#owner);
        const term = this.#read(item);
        if (term === undefined) continue;
        const [first, ...others] = [...(terms.get(term.start) ?? []), term].toSorted(
          (a, b) => a.epoch - b.epoch,
        );
        if (first) terms.set(term.start, [first, ...others]);
      }
      after = LastEvaluatedKey;
    } while (after && terms.size <= limit);
    return terms;
  }

  /** @returns undefined where it is none, as of a release that wrote it otherwise: the others still tell their part */
  #read(item: Record<string, AttributeValue>): TermRecord | undefined {
    const parsed = v.safeParse(content, item['record']?.S);
    if (parsed.success) return parsed.output;
    const key = item['sk']?.S ?? '';
    const [{ message }] = parsed.issues;
    if (!this.#unread.has(key))
      this.#logger?.warn('the record of a session cannot be read', { key, cause: message });
    this.#unread.add(key);
    return undefined;
  }

  async #put(
    term: TermRecord,
    now: number,
    condition: Pick<ConstructorParameters<typeof PutItemCommand>[0], 'ConditionExpression'> = {},
  ): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: {
        pk: { S: 'sessions' },
        sk: { S: `${startKey(term.start)}#${String(term.epoch).padStart(10, '0')}` },
        record: { S: JSON.stringify(term) },
        expires: { N: String(Math.floor(now / 1_000) + KEPT) },
        ...belongingTo(this.#owner),
      },
      ...condition,
    });
    await this.#client.send(command, patience());
  }
}

export function startKey(start: number): string {
  return String(start).padStart(13, '0');
}

/** @param signal of a caller who has its own */
export function patience(signal?: AbortSignal): { readonly abortSignal: AbortSignal } {
  return { abortSignal: signal ?? AbortSignal.timeout(PATIENCE) };
}
