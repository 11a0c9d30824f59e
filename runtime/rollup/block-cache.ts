/** The blocks a worker remembers, least recently used first to go. Forgetting is always safe: the log has everything. */
import type { Block } from '../markets/window.ts';
import { BlockState } from './block-state.ts';

/** Room for a 4h block of the whole US market in a function of 1 GB, beside what the batch itself and its bars take. */
export const CACHE_BYTES = 256 * 1024 * 1024;
/** A block that so many invocations have left alone is behind us: at a batch a minute, half an hour. */
const IDLE_INVOCATIONS = 30;

interface Remembered {
  readonly state: BlockState;
  /** As it was counted last. */
  bytes: number;
  /** The round and the invocation that used it last. */
  round: number;
  used: number;
}

export class BlockCache {
  /** Bytes to keep, and to use at once. */
  readonly limit: number;
  readonly #blocks = new Map<string, Remembered>();
  #bytes = 0;
  #round = 0;
  #invocation = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Memory in bytes, nearly, of what is remembered. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is remembered of the block, or nothing yet. It stays until the round is over. */
  get(slot: number, block: Block): BlockState {
    const key = keyOf(slot, block);
    const known = this.#blocks.get(key) ?? {
      state: new BlockState(slot, block),
      bytes: 0,
      round: 0,
      used: 0,
    };
    known.round = this.#round;
    known.used = this.#invocation;
    this.#blocks.delete(key);
    this.#blocks.set(key, known);
    this.count(known.state);
    return known.state;
  }

  /** Counts what a block has grown to; where there is no room for it, others are forgotten that this round does not use. */
  count(state: BlockState): void {
    const known = this.#blocks.get(keyOf(state.slot, state.block));
    if (known?.state !== state) return;
    this.#bytes += state.bytes - known.bytes;
    known.bytes = state.bytes;
    this.#makeRoom();
  }

  /** Nobody holds on to what the round before has used. */
  nextRound(): void {
    this.#round++;
    this.#makeRoom();
  }

  /** Ends an invocation: what lies idle is forgotten. */
  endInvocation(): void {
    this.nextRound();
    for (const [key, { used }] of this.#blocks) {
      if (this.#invocation - used < IDLE_INVOCATIONS) break;
      this.#forget(key);
    }
    this.#invocation++;
  }

  #makeRoom(): void {
    for (const [key, { round }] of this.#blocks) {
      if (this.#bytes <= this.limit || round === this.#round) break;
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#blocks.get(key)?.bytes ?? 0;
    this.#blocks.delete(key);
  }
}

const keyOf = (slot: number, { start }: Block) => `${slot}@${start}`;
