/** The lease: one item per feed, written only on conditions by whoever holds or takes it, and read by whoever watches. */
import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { version } from '../../platform/release-names.ts';
import { SLOTS } from '../../records/slot.ts';
import { slotsIn } from '../../records/slot-list.ts';
import type { Change, Item, LeaseItems } from './lease-items.ts';

/** The lease as it stands in its table. */
export interface Lease {
  /** Unique per process. */
  readonly owner: string;
  /** Which release wrote it last; absent where that one did not say. */
  readonly release?: string;
  /** One more with every take-over; goes into every watermark. */
  readonly epoch: number;
  /** Grows with every write of the same epoch: that it moves is the holder's sign of life. */
  readonly counter: number;
  /** No version above this was ever issued for the feed. */
  readonly lastVersion: number;
  /** Every minute that ends at or before this (epoch ms) is covered by a watermark of every slot; absent before the first watermark. */
  readonly through?: number;
  /** Start of the first block (epoch ms) that anything was published of; absent where nobody remembers. */
  readonly since?: number;
}

/** One try to write the lease. */
export interface Attempt {
  readonly epoch: number;
  readonly counter: number;
  /** Monotonic ms at which it began: what it wins counts from here, however late its answer comes. */
  readonly startedAt: number;
}

/** A try to take the lease over: it succeeds only while the lease is as it was seen, or still missing. */
export interface Claim extends Attempt {
  readonly seen: Lease | undefined;
}

/** What every write keeps for a successor. */
export interface Facts {
  /** No version above this will be issued before the next write. */
  readonly lastVersion: number;
  /** Lowest watermark (epoch ms) over the slots that the stream has acknowledged. */
  readonly through: number | undefined;
  /** Start of the first block (epoch ms) that anything was published of; undefined where nobody remembers. */
  readonly since: number | undefined;
  /** The slots that watermarks are of, ascending: which ones whoever watches must look at. */
  readonly slots: readonly number[];
  /** What is being caught up with; undefined when nothing is. */
  readonly catchingUp: CatchingUp | undefined;
}

/** Gaps that the holder fills while everything behind them waits. */
export interface CatchingUp {
  /** Start of the earliest gap, epoch ms. */
  readonly from: number;
  /** Symbols to be asked for; 0 while nobody has told which. */
  readonly symbols: number;
  /** Of these, how many are still to be asked for. */
  readonly remaining: number;
}

/** What the lease tells one who only watches. */
export interface LeaseReading extends Pick<Lease, 'epoch' | 'counter'> {
  /** The slots that the feed publishes to now; absent where the holder does not say. */
  readonly slots?: readonly number[];
  /** Absent while there is no gap to fill. */
  readonly catchingUp?: CatchingUp;
}

export class LeaseTable {
  readonly #items: LeaseItems;

  constructor(items: LeaseItems) {
    this.#items = items;
  }

  /** @returns the lease, or undefined when there has never been one. @throws when the table does not answer in time, or is another's */
  async read(): Promise<Lease | undefined> {
    const item = await this.#items.get('lease');
    if (!item) return undefined;
    const [through, since] = [numberIn(item, 'through'), numberIn(item, 'since')];
    const release = item['release']?.S;
    return {
      owner: item['owner']?.S ?? '',
      ...(release !== undefined && { release }),
      epoch: numberIn(item, 'epoch') ?? 0,
      counter: numberIn(item, 'counter') ?? 0,
      lastVersion: numberIn(item, 'lastVersion') ?? 0,
      ...(through !== undefined && { through }),
      ...(since !== undefined && { since }),
    };
  }

  /** Undefined while nobody has ever taken the lease. @throws RangeError when the item says what cannot be; otherwise when the table cannot be read, or is another's */
  async watch(): Promise<LeaseReading | undefined> {
    const item = await this.#items.glance('lease');
    if (!item) return undefined;
    const { slots, catchingUp } = item;
    return {
      epoch: numberIn(item, 'epoch') ?? 0,
      counter: numberIn(item, 'counter') ?? 0,
      ...(slots?.S !== undefined && { slots: slotsIn(slots.S) }),
      ...(catchingUp?.M !== undefined && { catchingUp: catchingUpIn(catchingUp.M) }),
    };
  }

  /** Takes the lease over. @returns false when it is not as it was seen any more. @throws when it is not known what came of it */
  take({ seen, ...attempt }: Claim, owner: string, facts: Facts): Promise<boolean> {
    if (!seen)
      return this.#write(attempt, owner, facts, {
        holds: 'attribute_not_exists(#pk)',
        names: ['pk'],
        values: {},
      });
    const values = { seenEpoch: number(seen.epoch), seenCounter: number(seen.counter) };
    const holds = '#epoch = :seenEpoch AND #counter = :seenCounter';
    return this.#write(attempt, owner, facts, { holds, names: [], values });
  }

  /**
   * Renews the lease of `holder`, or hands it to `owner`.
   * @returns false when it is another's by now, or a later renewal was written. @throws when it is not known what came of it
   */
  renew(attempt: Attempt, holder: string, facts: Facts, owner = holder): Promise<boolean> {
    const holds = '#owner = :holder AND #epoch = :epoch AND #counter < :counter';
    return this.#write(attempt, owner, facts, { holds, names: [], values: { holder: { S: holder } } });
  }

  async #write(
    { epoch, counter }: Attempt,
    owner: string,
    { lastVersion, through, since, slots, catchingUp }: Facts,
    condition: NonNullable<Change['condition']>,
  ): Promise<boolean> {
    const set: Item = {
      owner: { S: owner },
      release: { S: version },
      epoch: number(epoch),
      counter: number(counter),
      lastVersion: number(lastVersion),
      slots: { S: slots.length === SLOTS ? '*' : slots.join(',') },
      ...(through !== undefined && { through: number(through) }),
      ...(since !== undefined && { since: number(since) }),
      ...(catchingUp && { catchingUp: { M: numbers(catchingUp) } }),
    };
    try {
      await this.#items.update('lease', '', { set, remove: catchingUp ? [] : ['catchingUp'], condition });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function number(value: number): AttributeValue {
  return { N: String(value) };
}

function numbers(values: object): Item {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value)]));
}

function numberIn(item: Item, name: string): number | undefined {
  const text = item[name]?.N;
  return text === undefined ? undefined : Number(text);
}

function catchingUpIn(map: Item): CatchingUp {
  return { from: toldIn(map, 'from'), remaining: toldIn(map, 'remaining'), symbols: toldIn(map, 'symbols') };
}

function toldIn(map: Item, name: keyof CatchingUp): number {
  const told = numberIn(map, name) ?? Number.NaN;
  if (Number.isFinite(told)) return told;
  throw new RangeError(`catchingUp of the lease has ${JSON.stringify(map[name])} as '${name}': use a number`);
}
