/** Keeps a feed from running far ahead of a function that reads a stream: what is put and not worked off yet fills the memory of this machine. */
import { setTimeout as pause } from 'node:timers/promises';
import type { PutRecord } from '../engine/server-messages.ts';

/** So many records are enough to keep a function busy, and take some 20 MB. */
const MOST_AHEAD = 50_000;
/** How often it is looked at (wall ms). */
const LOOK = 20;

export class Lead {
  #put = 0;
  /** Sequence number of the last record that is done with, by shard. */
  readonly #done: ReadonlyMap<string, string>;
  readonly #most: number;
  /** What is not done with, by shard: the last sequence number of each put, and how many records it had there. */
  readonly #ahead = new Map<string, { readonly last: bigint; readonly records: number }[]>();

  /** @param done as the mapping keeps it up to date */
  constructor(done: ReadonlyMap<string, string>, most = MOST_AHEAD) {
    this.#done = done;
    this.#most = most;
  }

  /** Takes what was put, in the order of the puts. */
  put(records: readonly PutRecord[]): void {
    this.#put += records.length;
    for (const [shard, ofShard] of Map.groupBy(records, ({ shardId }) => shardId)) {
      const puts = this.#ahead.get(shard) ?? [];
      const last = BigInt(ofShard.at(-1)?.sequenceNumber ?? 0);
      puts.push({ last, records: ofShard.length });
      this.#ahead.set(shard, puts);
    }
  }

  /** Records that are put and not done with. */
  get ahead(): number {
    let ahead = 0;
    for (const [shard, puts] of this.#ahead) {
      const done = BigInt(this.#done.get(shard) ?? 0);
      while (puts[0] && puts[0].last <= done) puts.shift();
      for (const { records } of puts) ahead += records;
    }
    return ahead;
  }

  /** Records that were put and are done with. */
  get done(): number {
    return this.#put - this.ahead;
  }

  get isFull(): boolean {
    return this.ahead > this.#most;
  }

  /** Resolves once there is room for more, or the signal aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.isFull) await pause(LOOK);
  }
}
