/** Reads from the state table how far each slot is: the attributes of its newest chunks, not what they hold. */
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Block } from '../../markets/window.ts';
import { FURTHEST_AHEAD } from '../../records/check.ts';
import { expectOwnItem } from '../belonging.ts';
import { blockPlace, partitionOf, type ReportedChunk, reportedIn, reportOnly } from './chunk-item.ts';

/** What the newest chunks of a slot tell. */
export interface SlotReading {
  /** The highest watermark; 0 when there is none. */
  readonly through: number;
  /** The highest watermark whose bars are known to be on the bars stream; 0 when none is. */
  readonly emitted: number;
  /** Symbols with a bar of the last minute before `through`; 0 where no chunk says so. */
  readonly symbols: number;
  /** Uncovered minutes by the start of the block (epoch ms), of the blocks since the day began. */
  readonly uncovered: ReadonlyMap<number, number>;
}

/** What the newest chunk of a block tells; zeros without a log. */
export interface BlockHead {
  /** How many chunks the log has. */
  readonly chunks: number;
  /** How many minutes of the block stand uncovered. */
  readonly uncovered: number;
}

/** A block that has a log. */
export interface KnownBlock extends BlockHead {
  /** Epoch ms. */
  readonly start: number;
}

/** How far a slot is, and the head of its newest block. */
export interface SlotHead extends BlockHead {
  /** The highest watermark; 0 when there is none. */
  readonly through: number;
  /** Start of the newest block, epoch ms; undefined without a log. */
  readonly block: number | undefined;
}

/** Enough to reach past the chunks that bring bars to the last one with a watermark. */
const NEWEST = 8;
/** Earlier blocks of the day change rarely: they are read again after this much event time, in ms. */
const EARLIER_KEPT = 600_000;

interface Earlier {
  readonly readAt: number;
  readonly before: number;
  readonly uncovered: readonly (readonly [number, number])[];
}

export class SlotReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #owner: string | undefined;
  readonly #earlier = new Map<number, Earlier>();

  /** @param owner whose chunks are read. @default everybody's */
  constructor(client: DynamoDBClient, table: string, owner?: string) {
    this.#client = client;
    this.#table = table;
    this.#owner = owner;
  }

  /**
   * @param at now, epoch ms of event time
   * @param dayStart start of the exchange's day, epoch ms
   * @throws ForeignTable when a chunk is another's; otherwise when the table cannot be read
   */
  async read(slot: number, at: number, dayStart: number): Promise<SlotReading> {
    // What a log holds of a later time is a fault's doing, and must not hide that nothing comes.
    const latest = at + FURTHEST_AHEAD;
    const heads = await this.#heads(slot, latest, NEWEST);
    const [newest] = heads;
    if (!newest) return { through: 0, emitted: 0, symbols: 0, uncovered: new Map() };
    const earlier = await this.#earlierBlocks(slot, newest.blockStart, at, dayStart);
    const today = newest.blockStart >= dayStart ? [[newest.blockStart, newest.uncovered] as const] : [];
    return {
      through: highestThrough(heads, latest),
      emitted: highest(
        heads.map(head => head.emitted),
        latest,
      ),
      symbols: heads.find(head => head.symbols !== undefined)?.symbols ?? 0,
      uncovered: new Map([...earlier, ...today]),
    };
  }

  /**
   * How far the slot is now: an append that was acknowledged is seen.
   * @param at now, epoch ms of event time
   * @throws as `read` does
   */
  async newest(slot: number, at: number): Promise<SlotHead> {
    const latest = at + FURTHEST_AHEAD;
    const heads = await this.#heads(slot, latest, NEWEST, true);
    const [{ blockStart, n, uncovered } = { blockStart: undefined, n: -1, uncovered: 0 }] = heads;
    return { through: highestThrough(heads, latest), block: blockStart, chunks: n + 1, uncovered };
  }

  /** Start of the latest block with a log that starts before `before`. @throws as `read` does */
  async lastBlock(slot: number, before: number): Promise<number | undefined> {
    const [head] = await this.#heads(slot, before, 1);
    return head?.blockStart;
  }

  /** How long the log of that block is, and how many minutes of it stand uncovered for the slot or a symbol of it. @throws as `read` does */
  async blockHead(slot: number, { start, end }: Pick<Block, 'start' | 'end'>): Promise<BlockHead> {
    const [head] = await this.#heads(slot, end, 1);
    return head?.blockStart === start
      ? { chunks: head.n + 1, uncovered: head.uncovered }
      : { chunks: 0, uncovered: 0 };
  }

  /** The blocks with a log that start in `[from, to)`, the oldest first: a read each, and one more. @throws as `read` does */
  async blocksIn(
    slot: number,
    { from, to }: { readonly from: number; readonly to: number },
  ): Promise<KnownBlock[]> {
    const blocks: KnownBlock[] = [];
    for (let before = to; ; ) {
      const [head] = await this.#heads(slot, before, 1);
      if (!head || head.blockStart < from) return blocks.reverse();
      blocks.push({ start: head.blockStart, chunks: head.n + 1, uncovered: head.uncovered });
      before = head.blockStart;
    }
  }

  async #earlierBlocks(slot: number, before: number, at: number, dayStart: number) {
    const known = this.#earlier.get(slot);
    const isFresh =
      known && known.before === before && at >= known.readAt && at - known.readAt < EARLIER_KEPT;
    if (isFresh) return known.uncovered;
    const uncovered: [number, number][] = [];
    for (let block = before; ; ) {
      const [head] = await this.#heads(slot, block, 1);
      if (!head || head.blockStart < dayStart) break;
      uncovered.push([head.blockStart, head.uncovered]);
      block = head.blockStart;
    }
    this.#earlier.set(slot, { readAt: at, before, uncovered });
    return uncovered;
  }

  /** The newest chunks of blocks that start before `before`, newest first. */
  async #heads(slot: number, before: number, limit: number, isConsistent = false): Promise<ReportedChunk[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :slot AND sk < :before',
        ExpressionAttributeValues: {
          ':slot': partitionOf(slot),
          ':before': blockPlace(before),
        },
        ...reportOnly,
        ScanIndexForward: false,
        Limit: limit,
        ConsistentRead: isConsistent,
      }),
    );
    for (const item of Items) expectOwnItem(item, this.#table, this.#owner);
    return Items.map(reportedIn);
  }
}

function highestThrough(heads: readonly ReportedChunk[], latest: number): number {
  return highest(
    heads.flatMap(head => [head.through, head.slotThrough]),
    latest,
  );
}

/** The highest of the instants that are not after `latest`; 0 where none is. */
function highest(instants: readonly number[], latest: number): number {
  return instants.reduce((most, each) => (each > most && each <= latest ? each : most), 0);
}

/** Uncovered minutes of the day: of each block as many as the slot has that has most, for a gap mostly hits all alike. */
export function uncoveredMinutes(readings: readonly SlotReading[]): number {
  const most = new Map<number, number>();
  for (const { uncovered } of readings)
    for (const [block, minutes] of uncovered) most.set(block, Math.max(minutes, most.get(block) ?? 0));
  return [...most.values()].reduce((sum, minutes) => sum + minutes, 0);
}
