/** The blocks a worker remembers, least recently used first to go. Forgetting is always safe: the log has everything. */
import type { Block } from '../bars/window.ts';
import { BlockState } from './block-state.ts';

/** Room for a 4h block of the whole US market, and what the batch itself takes, in 1 GB. */
export const CACHE_BYTES = 256 * 1024 * 1024;
/** A block that so many invocations have left alone is behind us: at a batch a minute, half an hour. */
const IDLE_INVOCATIONS = 30;

interface Remembered {
  readonly state: BlockState;
  /** The invocation that used it last. */
  used: number;
}

export class BlockCache {
  readonly #limit: number;
  readonly #blocks = new Map<string, Remembered>();
  #invocation = 0;

  /** @param limit bytes to keep between two invocations */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What is remembered of the block, or nothing yet. */
  get(slot: number, block: Block): BlockState {
    const key = `${slot}@${block.start}`;
    const remembered = this.#blocks.get(key) ?? { state: new BlockState(slot, block), used: 0 };
    remembered.used = this.#invocation;
    this.#blocks.delete(key);
    this.#blocks.set(key, remembered);
    return remembered.state;
  }

  /** Forgets what exceeds the limit or lies idle. Only between invocations, for an invocation holds on to its blocks. */
  trim(): void {
    let bytes = 0;
    for (const { state } of this.#blocks.values()) bytes += state.bytes;
    for (const [key, { state, used }] of this.#blocks) {
      if (bytes <= this.#limit && this.#invocation - used < IDLE_INVOCATIONS) break;
      this.#blocks.delete(key);
      bytes -= state.bytes;
    }
    this.#invocation++;
  }
}
