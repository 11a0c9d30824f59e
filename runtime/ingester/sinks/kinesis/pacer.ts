/** Keeps to the shards' limits instead of running into them every minute. */

/** What one shard takes per second. */
const RECORDS_PER_SECOND = 1_000;
const BYTES_PER_SECOND = 1_000_000;
/** How much a rested shard is sent at once, in seconds' worth. */
const BURST_SECONDS = 0.5;
/** A shard that was sent all it takes rests until it takes so many again, or requests of a few records would follow one another without end. */
const LEAST_RECORDS = 50;

interface Bucket {
  records: number;
  bytes: number;
  at: number;
}

export interface PacerOptions {
  /** How many seconds pass for the stream per second of wall time: event time runs fast on a laptop. */
  readonly speed: () => number;
  /** A monotonic clock in ms. */
  readonly wall: () => number;
}

/** A token bucket per shard. */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #buckets = new Map<number, Bucket>();

  /** Index of the shard of each slot. Until it is known there is one shard for all: too slow at worst. */
  shardOfSlot: readonly number[] = [];

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** Whether it was ever known. */
  get knowsShards(): boolean {
    return this.shardOfSlot.length > 0;
  }

  /** How much the shard of this slot takes now; no records when it needs a rest. */
  room(slot: number): { records: number; bytes: number } {
    const { records, bytes } = this.#bucketOf(slot);
    return bytes <= 0 || records < LEAST_RECORDS
      ? { records: 0, bytes: 0 }
      : { records: Math.floor(records), bytes };
  }

  /** Counts what is sent. */
  spend(slot: number, records: number, bytes: number): void {
    const bucket = this.#bucketOf(slot);
    bucket.records -= records;
    bucket.bytes -= bytes;
  }

  #bucketOf(slot: number): Bucket {
    const { speed, wall } = this.#options;
    const shard = this.shardOfSlot[slot] ?? 0;
    const at = wall();
    const bucket = this.#buckets.get(shard) ?? { records: Infinity, bytes: Infinity, at };
    const seconds = ((at - bucket.at) / 1_000) * speed();
    bucket.records = Math.min(
      RECORDS_PER_SECOND * BURST_SECONDS,
      bucket.records + seconds * RECORDS_PER_SECOND,
    );
    bucket.bytes = Math.min(BYTES_PER_SECOND * BURST_SECONDS, bucket.bytes + seconds * BYTES_PER_SECOND);
    bucket.at = at;
    this.#buckets.set(shard, bucket);
    return bucket;
  }
}
