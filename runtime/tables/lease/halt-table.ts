/** The symbols of a feed that are in a trading halt, kept beside the lease: whoever holds that next knows them, too, and whoever expects bars expects none of these. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { type Calendar, CLOSED } from '../../markets/calendar.ts';
import type { LeaseItems } from './lease-items.ts';

export interface Halt {
  readonly symbol: string;
  /** Since when the vendor says so, of the market's time, epoch ms. */
  readonly since: number;
  /** When it was last said, epoch ms; kept as the start of the trading day of it, for within a day nothing has to be written again. */
  readonly heard: number;
}

const content = v.pipe(v.string(), v.parseJson(), v.array(v.tuple([v.string(), v.number(), v.number()])));

export class HaltTable {
  readonly #items: LeaseItems;

  constructor(items: LeaseItems) {
    this.#items = items;
  }

  /** @returns none where nobody ever listened for them, or has left something else. @throws when the table does not answer in time, or is another's */
  async load(): Promise<Halt[]> {
    return haltsIn(await this.#items.get('halted'));
  }

  /**
   * For one who only watches.
   * @param now of the market that the feed shows, epoch ms
   * @returns those that held then, in the order of their names. @throws when the table cannot be read, or is another's
   */
  async at(now: number, calendar: Calendar): Promise<Halt[]> {
    const halts = haltsIn(await this.#items.glance('halted'));
    const holds = holdsAt(now, calendar);
    return halts
      .filter(halt => halt.since <= now && holds(halt))
      .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  }

  /** @param epoch of the lease under which it is known. @returns false where somebody has saved what is known under a later one. @throws when it is not known whether they were saved */
  async save(halts: readonly Halt[], epoch: number): Promise<boolean> {
    const set = { content: { S: textOf(halts) }, epoch: { N: String(epoch) } };
    const condition = { holds: 'attribute_not_exists(#epoch) OR #epoch <= :epoch', names: [], values: {} };
    try {
      await this.#items.update('halted', '', { set, condition });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

/** What is kept of them. */
export function textOf(halts: readonly Halt[]): string {
  return JSON.stringify(halts.map(({ symbol, since, heard }) => [symbol, since, heard]));
}

/**
 * Whether a halt still holds at that instant (epoch ms, of the market). A resumption is missed while nobody is connected, or listens any more, and is
 * not told again: a halt of which a whole trading day brought no word is taken to be over.
 */
export function holdsAt(now: number, calendar: Calendar): (halt: Halt) => boolean {
  const { start: today } = calendar.tradingDay(now);
  const { name, start } = calendar.sessionAt(today - 1);
  // The trading day before this one, whichever rest lies between.
  const before = calendar.tradingDay(name === CLOSED ? start - 1 : today - 1);
  return ({ heard }) => heard >= before.start;
}

function haltsIn(item: Awaited<ReturnType<LeaseItems['get']>>): Halt[] {
  const parsed = v.safeParse(content, item?.['content']?.S);
  if (!parsed.success) return [];
  return parsed.output.map(([symbol, since, day]) => ({ symbol, since, heard: Math.max(since, day) }));
}
