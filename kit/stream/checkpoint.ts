/** How far a stream has been followed, shard by shard, as plain JSON. */

/** After a record, from an instant on (epoch ms), from the oldest record on, or at the shard's end. */
export type ShardPlace = { readonly after: string } | { readonly since: number } | 'TRIM_HORIZON' | 'END';

/** What whoever follows keeps, so as to go on there. */
export interface Checkpoint {
  /** Name or ARN. */
  readonly stream: string;
  readonly shards: Readonly<Record<string, ShardPlace>>;
}

/** Where to begin: with what comes from now on, with the oldest record, with what arrived from an instant on, or where a checkpoint says. */
export type From = 'LATEST' | 'TRIM_HORIZON' | Date | Checkpoint;

/** A shard as it is listed. */
export interface ListedShard {
  readonly id: string;
  /** Those that it continues. */
  readonly parents: readonly string[];
  readonly isOpen: boolean;
}

/** Which shards to read, and from where on: one that continues others only when they are read to their ends. */
export class Places {
  readonly #stream: string;
  readonly #places = new Map<string, ShardPlace>();
  readonly #from: From;
  readonly #fromNow = new Set<string>();
  #listed: readonly ListedShard[] = [];
  #isFirst = true;

  /** @throws Error for a checkpoint of another stream, or an instant that has not come */
  constructor(stream: string, from: From, now: number) {
    this.#stream = stream;
    this.#from = from;
    if (from instanceof Date) {
      if (!(from.getTime() <= now)) throw new RangeError(`from is ${from}: use an instant that is over`);
    } else if (typeof from === 'object') {
      if (from.stream !== stream)
        throw new Error(`the checkpoint is of stream '${from.stream}': use one of '${stream}'`);
      for (const [id, place] of Object.entries(from.shards)) this.#places.set(id, place);
    }
  }

  /** Takes the shards that there are. @param now epoch ms */
  list(shards: readonly ListedShard[], now: number): void {
    this.#listed = shards;
    const there = new Set(shards.map(({ id }) => id));
    // What the stream no longer retains need not be remembered either.
    for (const id of this.#places.keys()) if (!there.has(id)) this.#places.delete(id);
    if (this.#isFirst && !isCheckpoint(this.#from)) {
      for (const { id, isOpen } of shards) {
        this.#places.set(id, firstPlace(this.#from, isOpen, now));
        if (this.#from === 'LATEST' && isOpen) this.#fromNow.add(id);
      }
    }
    // Whatever comes later continues what was read: it is read whole.
    for (const { id } of shards) if (!this.#places.has(id)) this.#places.set(id, 'TRIM_HORIZON');
    this.#isFirst = false;
  }

  /** Ids of those that can be read now, whether they are being read or not. */
  get ready(): string[] {
    const waits = new Set(this.#listed.map(({ id }) => id).filter(id => this.#places.get(id) !== 'END'));
    return this.#listed
      .filter(({ id, parents }) => waits.has(id) && !parents.some(parent => waits.has(parent)))
      .map(({ id }) => id);
  }

  /** Whether something was read to its end and what continues it is not listed yet. */
  get isIncomplete(): boolean {
    const continued = new Set(this.#listed.flatMap(({ parents }) => parents));
    return this.#listed.some(({ id }) => this.#places.get(id) === 'END' && !continued.has(id));
  }

  at(shard: string): ShardPlace {
    return this.#places.get(shard) ?? 'TRIM_HORIZON';
  }

  /** Whether the shard begins with what comes next, by Kinesis's own clock. */
  isFromNow(shard: string): boolean {
    return this.#fromNow.has(shard);
  }

  move(shard: string, place: ShardPlace): void {
    this.#places.set(shard, place);
  }

  get checkpoint(): Checkpoint {
    return { stream: this.#stream, shards: Object.fromEntries(this.#places) };
  }
}

function isCheckpoint(from: From): from is Checkpoint {
  return typeof from === 'object' && !(from instanceof Date);
}

/** LATEST is an instant, too: who loses an iterator before the first record must not leap over what came meanwhile. */
function firstPlace(from: Exclude<From, Checkpoint>, isOpen: boolean, now: number): ShardPlace {
  if (from === 'TRIM_HORIZON') return from;
  if (from instanceof Date) return { since: from.getTime() };
  return isOpen ? { since: now } : 'END';
}
