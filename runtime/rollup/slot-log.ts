/** A slot's log as one batch sees it: its blocks, its watermarks, and which of them stood before the batch. The table tells, not memory. */
import { MINUTE } from '../markets/timeframe.ts';
import type { Windows } from '../markets/window.ts';
import type { Chunk, ChunkHead, Place } from '../tables/chunks/chunk-item.ts';
import type { ChunkLog } from '../tables/chunks/chunk-log.ts';
import type { SlotBatch } from './batch.ts';
import type { BlockCache } from './block-cache.ts';
import type { BlockState } from './block-state.ts';

export interface SlotLogProps {
  readonly log: ChunkLog;
  readonly cache: BlockCache;
  readonly windows: Windows;
  /** The wall clock, epoch ms: for the life of logs alone, never for what a bar says. */
  readonly wallClock: () => number;
}

/** Most chunks that a walk asks for at once. */
const LARGEST_PAGE = 64;
/** Chunks of a block, on average, that are sooner read than leapt over. */
const FEW = 4;

export class SlotLog {
  readonly #props: SlotLogProps;
  readonly #batch: SlotBatch;
  readonly #signal: AbortSignal;
  /** Blocks that start in this span have no log, as far as the table has been asked. */
  #blank = { from: 0, to: 0 };
  #throughBefore: number | undefined;

  /** @param signal breaks off every request */
  constructor(props: SlotLogProps, batch: SlotBatch, signal: AbortSignal) {
    this.#props = props;
    this.#batch = batch;
    this.#signal = signal;
  }

  /** The block as far as the log says it; with a known length, memory that is as long needs no reading. */
  async load(start: number, length?: number): Promise<BlockState> {
    const state = this.#props.cache.get(this.#batch.slot, this.#props.windows.blockOf(start));
    const isFresh = length === undefined ? state.chunks > 0 : state.chunks >= length;
    const isBlank = !isFresh && length === undefined && (await this.#isBlank(start));
    if (!isFresh && !isBlank) await this.catchUp(state);
    return state;
  }

  /** Reads what the log has more than is remembered. */
  async catchUp(state: BlockState): Promise<void> {
    const { log, cache } = this.#props;
    for (const chunk of await log.read(this.#batch.slot, state.block.start, state.chunks, this.#signal)) {
      // The table removes an expired log item by item and in any order, so what is left of it is only a fragment.
      if (chunk.n > state.chunks && this.isExpired(chunk)) return state.expireWith(chunk);
      state.load(chunk);
    }
    cache.count(state);
  }

  /** @returns false when the chunk's place is taken already: another worker was here */
  append(chunk: Chunk): Promise<boolean> {
    return this.#props.log.append(chunk, this.#signal);
  }

  isExpired({ expires }: { readonly expires: number | undefined }): boolean {
    return expires !== undefined && expires * 1000 <= this.#props.wallClock();
  }

  /** Whether a watermark from before this batch has closed the whole block. */
  isClosed(state: BlockState): boolean {
    return state.heads.some(chunk => this.#closes(chunk));
  }

  /**
   * The slot's highest watermark from before this batch. Of chunks appended since then, which a batch that is delivered again
   * finds, nothing counts: it must be judged as it was the first time. The walk ends as that of `highestThrough`.
   */
  async throughBeforeBatch(): Promise<number> {
    if (this.#throughBefore !== undefined) return this.#throughBefore;
    const { first } = this.#batch;
    let highest = 0;
    for await (const { blockStart, n, last } of this.#newestChunks()) {
      if (n > 0 || last < first)
        highest = Math.max(highest, (await this.load(blockStart, n + 1)).throughBefore(first));
      if (highest > blockStart) break;
    }
    this.#throughBefore = highest;
    return highest;
  }

  /**
   * The slot's highest watermark. It stands in the block that it falls into, whose newest chunk knows it; blocks that start
   * at or after it can know no higher one. So the walk from the newest block back ends at the first that started before it.
   */
  async highestThrough(): Promise<number> {
    let highest = 0;
    for await (const head of this.#newestChunks()) {
      highest = Math.max(highest, head.through ?? 0, head.slotThrough);
      if (highest > head.blockStart) break;
    }
    return highest;
  }

  /**
   * Every block before `start` that no watermark from before this batch has closed, the newest first.
   * @param appended what the batch was appended to already, and whether that was closed: it is not loaded again
   */
  async *openBlocks(start: number, appended: ReadonlyMap<number, boolean>): AsyncGenerator<BlockState> {
    for await (const head of this.#newestChunks({ blockStart: start, n: 0 })) {
      if (this.isExpired(head) || this.#closes(head)) return;
      const wasClosed = appended.get(head.blockStart);
      if (wasClosed === true) return;
      if (wasClosed === false) continue;
      const state = await this.load(head.blockStart, head.n + 1);
      if (this.isClosed(state)) return;
      yield state;
    }
  }

  #closes({ blockStart, last, through = 0 }: ChunkHead): boolean {
    const { end } = this.#props.windows.blockOf(blockStart);
    const first = this.#batch.watermarks?.first ?? 0;
    return last < this.#batch.first && through >= end && first - MINUTE >= end;
  }

  /** Whether the block has no log. One question answers it for all blocks up to the next that has one: sparse histories bring many. */
  async #isBlank(start: number): Promise<boolean> {
    const { from, to } = this.#blank;
    if (start >= from && start < to) return true;
    const next = await this.#props.log.nextBlock(this.#batch.slot, start, this.#signal);
    this.#blank = { from: start, to: next };
    return next > start;
  }

  /** The newest chunk of every block, the newest block first: over full blocks in leaps, over blocks of few chunks many at once. */
  async *#newestChunks(before?: Place): AsyncGenerator<ChunkHead> {
    let from = before;
    for (let limit = 1; ; ) {
      const { heads, isAll } = await this.#props.log.heads(this.#batch.slot, from, limit, this.#signal);
      const newest = heads.filter((head, index) => head.blockStart !== heads[index - 1]?.blockStart);
      yield* newest;
      const last = newest.at(-1);
      if (last === undefined || isAll) return;
      from = { blockStart: last.blockStart, n: 0 };
      // Where blocks have many chunks the next one is reached sooner by leaping over the rest.
      limit = heads.length <= FEW * newest.length ? Math.min(2 * limit, LARGEST_PAGE) : 1;
    }
  }
}
