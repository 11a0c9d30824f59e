/** One shard in memory: its records in the order of the puts, in segments, of which the oldest can be dropped. */

import { SEGMENT, Segment } from './segment.ts';
import { LAST_INDEX, parseSequence, sequenceBase, sequenceNumber } from './sequence.ts';
import { invalidArgument } from './service-error.ts';

/** A record as it is read. */
export interface StoredRecord {
  readonly SequenceNumber: string;
  /** Epoch seconds. */
  readonly ApproximateArrivalTimestamp: number;
  /** Base64. */
  readonly Data: string;
  readonly PartitionKey: string;
}

/** Which hash keys a shard takes, both ends included. */
export interface HashRange {
  readonly start: bigint;
  readonly end: bigint;
}

export interface ShardProps {
  /** Its place among the stream's shards. */
  readonly number: number;
  readonly range: HashRange;
  /** Epoch ms. */
  readonly created: number;
  /** Ids of the shards that it continues. */
  readonly parents: readonly string[];
}

export class Shard {
  readonly id: string;
  readonly range: HashRange;
  readonly parents: readonly string[];
  readonly startingSequence: string;
  /** Once no more is put to it. */
  endingSequence: string | undefined;
  /** What the records take that are kept. */
  bytes = 0;
  readonly #identity: { readonly shard: number; readonly created: number };
  /** By their first record's index divided by their size; the shard's first record has index 1. */
  readonly #segments = new Map<number, Segment>();
  #first = 1;
  #next = 1;
  /** The second of the latest put, and what the numbers of that second begin with. */
  #second = 0;
  #base = 0n;

  constructor({ number, range, created, parents }: ShardProps) {
    this.id = `shardId-${String(number).padStart(12, '0')}`;
    this.range = range;
    this.parents = parents;
    this.#identity = { shard: number, created: Math.floor(created / 1000) };
    this.startingSequence = this.#sequence(0, created);
  }

  get isOpen(): boolean {
    return this.endingSequence === undefined;
  }

  /** Index of the oldest record that is kept. */
  get first(): number {
    return this.#first;
  }

  /** Index of the next record that is put. */
  get next(): number {
    return this.#next;
  }

  /** Takes a record. @param data base64 @param now epoch ms @returns its sequence number */
  put(key: string, data: string, now: number): string {
    const index = this.#next++;
    const number = Math.floor((index - 1) / SEGMENT);
    const segment = this.#segments.get(number) ?? new Segment();
    this.#segments.set(number, segment);
    this.bytes -= segment.bytes;
    segment.put({ key, data, arrival: now });
    this.bytes += segment.bytes;
    return this.#sequence(index, now);
  }

  close(now: number): void {
    this.endingSequence = this.#sequence(LAST_INDEX, now);
  }

  at(index: number): StoredRecord | undefined {
    const record = this.#segments.get(Math.floor((index - 1) / SEGMENT))?.at((index - 1) % SEGMENT);
    return (
      record && {
        SequenceNumber: this.#sequence(index, record.arrival),
        ApproximateArrivalTimestamp: record.arrival / 1000,
        Data: record.data,
        PartitionKey: record.key,
      }
    );
  }

  /** Index of the record with that sequence number. @throws ServiceError when it is none of this shard */
  indexOf(sequence: string): number {
    const parts = parseSequence(sequence);
    if (parts?.shard === this.#identity.shard && parts.created === this.#identity.created) return parts.index;
    throw invalidArgument(
      `StartingSequenceNumber ${sequence} used in GetShardIterator on shard ${this.id} is invalid because it did not come from this stream.`,
    );
  }

  /** Index of the first record that came at or after `seconds` (epoch), or of the next one. */
  since(seconds: number): number {
    let [low, high] = [this.#first, this.#next];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.at(middle)?.ApproximateArrivalTimestamp ?? 0) < seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Drops the oldest segment, if it is full and no record of it has an index of `needed` or above. @returns whether it did */
  dropOldest(needed: number): boolean {
    const number = Math.floor((this.#first - 1) / SEGMENT);
    const segment = this.#segments.get(number);
    const end = (number + 1) * SEGMENT + 1;
    if (!segment?.isFull || end > needed) return false;
    this.bytes -= segment.bytes;
    this.#segments.delete(number);
    this.#first = end;
    return true;
  }

  #sequence(index: number | bigint, now: number): string {
    const second = Math.max(this.#identity.created, Math.floor(now / 1000));
    if (second !== this.#second) this.#base = sequenceBase(this.#identity, second);
    this.#second = second;
    return sequenceNumber(this.#base, index);
  }
}
