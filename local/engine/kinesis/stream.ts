/** One stream in memory: its shards, and which of their records readers still need. */
import { hash } from 'node:crypto';
import { invalidArgument, notFound } from './service-error.ts';
import { type HashRange, Shard } from './shard.ts';

/** A record as it is put; `Data` is base64. */
export interface PutEntry {
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string | null | undefined;
  readonly Data: string;
}

/** Where a record was taken. */
export interface Taken {
  readonly shardId: string;
  readonly sequence: string;
}

const KEYS = 2n ** 128n;
/** A child's numbers begin in a later second than its parent's last. */
const LATER = 1_000;
/** Hash keys of which the shard is remembered. */
const REMEMBERED = 50_000;

export class MemoryStream {
  readonly name: string;
  /** Epoch ms. */
  readonly created: number;
  readonly #shards: Shard[] = [];
  /** What every reader is done with: the index after it, by shard. */
  readonly #readers = new Map<string, Map<string, number>>();
  readonly #shardOfKey = new Map<string, Shard>();
  readonly #kept: number;

  /** @param kept bytes that are kept although no reader needs them */
  constructor(name: string, shards: number, now: number, kept: number) {
    this.name = name;
    this.created = now;
    this.#kept = kept;
    for (let n = 0; n < shards; n++)
      this.#add({ start: (KEYS / BigInt(shards)) * BigInt(n), end: this.#endOf(n, shards) }, [], now);
  }

  get shards(): readonly Shard[] {
    return this.#shards;
  }

  /** @throws ServiceError when there is none of that id */
  shard(id: string): Shard {
    const shard = this.#shards.find(each => each.id === id);
    if (shard) return shard;
    throw notFound(`Shard ${id} in stream ${this.name} does not exist`);
  }

  /** @throws ServiceError when a hash key is none, before any record is taken */
  put(entries: readonly PutEntry[], now: number): Taken[] {
    const shards = entries.map(entry => this.#shardFor(entry));
    const taken = entries.map(({ PartitionKey, Data }, index) => {
      const shard = shards[index];
      if (shard === undefined) throw new Error(`stream ${this.name} has no open shard for ${PartitionKey}`);
      return { shardId: shard.id, sequence: shard.put(PartitionKey, Data, now) };
    });
    this.#trim();
    return taken;
  }

  /** Closes a shard; two take its place, the second from `key` on. @throws ServiceError when the key does not split it */
  split(id: string, key: string, now: number): void {
    const shard = this.#open(id);
    const { start, end } = shard.range;
    const at = hashKey(key, 'NewStartingHashKey');
    if (at <= start + 1n || at >= end)
      throw invalidArgument(`NewStartingHashKey ${key} used in SplitShard() on shard ${id} is not valid`);
    this.#close([shard], now);
    this.#add({ start, end: at - 1n }, [id], now + LATER);
    this.#add({ start: at, end }, [id], now + LATER);
  }

  /** Closes two neighbours; one takes their place. @throws ServiceError when they are none */
  merge(id: string, adjacent: string, now: number): void {
    const [left, right] = [this.#open(id), this.#open(adjacent)];
    if (left.range.end + 1n !== right.range.start)
      throw invalidArgument(
        `Shards ${id} and ${adjacent} in stream ${this.name} are not an adjacent pair of shards`,
      );
    this.#close([left, right], now);
    this.#add({ start: left.range.start, end: right.range.end }, [id, adjacent], now + LATER);
  }

  /** From now on nothing is dropped that `reader` is not done with; one that comes again is done with what it was. */
  addReader(reader: string): void {
    if (!this.#readers.has(reader)) this.#readers.set(reader, new Map());
  }

  /** `reader` needs nothing of the shard up to and with that sequence number. */
  done(reader: string, shardId: string, sequence: string): void {
    this.#readers.get(reader)?.set(shardId, this.shard(shardId).indexOf(sequence) + 1);
    this.#trim();
  }

  /** Drops the oldest records that nobody needs while more is kept than shall be. */
  #trim(): void {
    const bytes = () => this.#shards.reduce((sum, shard) => sum + shard.bytes, 0);
    while (bytes() > this.#kept) {
      const arrival = (shard: Shard) => shard.at(shard.first)?.ApproximateArrivalTimestamp ?? Infinity;
      const oldest = this.#shards.toSorted((a, b) => arrival(a) - arrival(b));
      if (!oldest.some(shard => shard.dropOldest(this.#needed(shard)))) return;
    }
  }

  /** Index from which on a reader still needs records of the shard. */
  #needed(shard: Shard): number {
    let needed = shard.next;
    for (const done of this.#readers.values()) needed = Math.min(needed, done.get(shard.id) ?? 0);
    return needed;
  }

  #shardFor({ PartitionKey, ExplicitHashKey }: PutEntry): Shard | undefined {
    const name = ExplicitHashKey == null ? `key ${PartitionKey}` : ExplicitHashKey;
    const known = this.#shardOfKey.get(name);
    if (known) return known;
    const key =
      ExplicitHashKey == null
        ? BigInt(`0x${hash('md5', PartitionKey)}`)
        : hashKey(ExplicitHashKey, 'ExplicitHashKey');
    const shard = this.#shards.find(({ isOpen, range }) => isOpen && key >= range.start && key <= range.end);
    if (this.#shardOfKey.size >= REMEMBERED) this.#shardOfKey.clear();
    if (shard) this.#shardOfKey.set(name, shard);
    return shard;
  }

  #open(id: string): Shard {
    const shard = this.shard(id);
    if (shard.isOpen) return shard;
    throw invalidArgument(`Shard ${id} in stream ${this.name} is closed already`);
  }

  #close(shards: readonly Shard[], now: number): void {
    for (const shard of shards) shard.close(now);
    this.#shardOfKey.clear();
  }

  #add(range: HashRange, parents: readonly string[], created: number): void {
    this.#shards.push(new Shard({ number: this.#shards.length, range, parents, created }));
  }

  #endOf(n: number, shards: number): bigint {
    return n === shards - 1 ? KEYS - 1n : (KEYS / BigInt(shards)) * BigInt(n + 1) - 1n;
  }
}

/** @throws ServiceError when the text is no hash key */
function hashKey(text: string, name: string): bigint {
  const key = /^(0|[1-9]\d{0,38})$/.test(text) ? BigInt(text) : KEYS;
  if (key < KEYS) return key;
  throw invalidArgument(
    `Invalid ${name}. ${name} must be in the range: [0, 2^128-1]. Specified value was ${text}`,
  );
}
