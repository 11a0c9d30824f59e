/** The blocks a worker remembers, least recently used first to go. Forgetting is always safe: the log has everything. */
import type { Block } from '../bars/window.ts';
import { BlockState } from './block-state.ts';

export class BlockCache {
  readonly #limit: number;
  readonly #states = new Map<string, BlockState>();

  /** @param limit bytes to keep between two invocations */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What is remembered of the block, or nothing yet. */
  get(slot: number, block: Block): BlockState {
    const key = `${slot}@${block.start}`;
    const state = this.#states.get(key) ?? new BlockState(slot, block);
    this.#states.delete(key);
    this.#states.set(key, state);
    return state;
  }

  /** Forgets what exceeds the limit. Only between invocations, for an invocation holds on to its blocks. */
  trim(): void {
    let bytes = 0;
    for (const state of this.#states.values()) bytes += state.bytes;
    for (const [key, state] of this.#states) {
      if (bytes <= this.#limit) return;
      this.#states.delete(key);
      bytes -= state.bytes;
    }
  }
}
