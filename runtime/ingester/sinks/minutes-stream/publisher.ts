/** Puts records on the stream in order per slot, within the stream's limits, until they are acknowledged. */

import type { Logger } from '../../../platform/logger.ts';
import { type FailedEntries, requestLimits } from '../../../platform/put-records.ts';
import { awsBackoff, type Backoff, pauseAfter } from '../../../platform/retry.ts';
import { SLOTS } from '../../../records/slot.ts';
import type { Pacer } from '../kinesis/pacer.ts';
import { type Item, SlotQueue } from './slot-queue.ts';

/** Requests under way at once; each carries other slots. */
const REQUESTS = 4;
/** When a shard needs a rest: how long until the next look, in ms. */
const REST = 10;

export interface PublisherOptions {
  /** Sends one request. @throws when nothing is known of its entries */
  readonly put: (items: readonly Item[], signal: AbortSignal) => Promise<FailedEntries<Item>>;
  readonly pacer: Pick<Pacer, 'room' | 'spend'>;
  readonly logger: Logger;
  /** Called once for every item that the stream acknowledged. @default nobody is told */
  readonly onAcknowledged?: (item: Item) => void;
  /** @default 50 ms doubling up to 3 s */
  readonly backoff?: Backoff;
  /** A monotonic clock in ms. @default the process's */
  readonly wall?: () => number;
  /** What the time that watermarks wait is measured by, ms. @default `wall` */
  readonly now?: () => number;
}

/** What is on its way. */
export interface Held {
  readonly records: number;
  /** Of these, how many are bars. */
  readonly bars: number;
  readonly bytes: number;
}

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #queues = Array.from({ length: SLOTS }, () => new SlotQueue());
  readonly #closed = new AbortController();
  readonly #wall: () => number;
  readonly #now: () => number;
  #nextSlot = 0;
  #requests = 0;
  readonly #held = { bar: 0, coverage: 0, watermark: 0 };
  #heldRecords = 0;
  #heldBytes = 0;
  #retried = 0;
  #throttled = 0;
  #watermarksWaitSince = 0;
  #lastProgress = 0;
  #isScheduled = false;
  #rest: NodeJS.Timeout | undefined;
  readonly #onEmpty = new Set<() => void>();

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#wall = options.wall ?? (() => performance.now());
    this.#now = options.now ?? this.#wall;
  }

  /** What was added and is not yet acknowledged. */
  get held(): Held {
    return { records: this.#heldRecords, bars: this.#held.bar, bytes: this.#heldBytes };
  }

  /** How many records had to be sent again. */
  get retried(): number {
    return this.#retried;
  }

  /** How many of these the stream did not take because a shard had no room. */
  get throttled(): number {
    return this.#throttled;
  }

  /** For how long (ms of the option `now`) there has always been a watermark that is not acknowledged: a backfill, behind which there is none, does not count. */
  get watermarksWaitFor(): number {
    return this.#held.watermark === 0 ? 0 : Math.max(0, this.#now() - this.#watermarksWaitSince);
  }

  /** For how long (ms of wall time) nothing was acknowledged although records wait. */
  get stalledFor(): number {
    return this.#heldRecords === 0 ? 0 : this.#wall() - this.#lastProgress;
  }

  /** Never waits: the limit on what is held is the caller's to keep. */
  add(item: Item): void {
    if (this.#heldRecords === 0) this.#lastProgress = this.#wall();
    if (this.#held.watermark === 0) this.#watermarksWaitSince = this.#now();
    this.#count(item, 1);
    const superfluous = this.#queueOf(item.slot).add(item);
    if (superfluous) this.#count(superfluous, -1);
    this.#schedule();
  }

  /** Resolves when everything is acknowledged, or when the signal aborts. */
  async flush(signal: AbortSignal): Promise<void> {
    if (this.#heldRecords === 0 || signal.aborted) return;
    await new Promise<void>(resolve => {
      this.#onEmpty.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Puts nothing any more: what is held stays. */
  close(): void {
    clearTimeout(this.#rest);
    this.#closed.abort(new Error('the publisher is closed'));
  }

  /** Lets what arrives together travel together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#requests < REQUESTS && !this.#closed.signal.aborted) {
      const items = this.#fill();
      if (items.length === 0) break;
      void this.#send(items);
    }
    const isResting = this.#requests < REQUESTS && this.#queues.some(queue => queue.isReady);
    if (isResting && !this.#closed.signal.aborted) this.#rest ??= setTimeout(() => this.#wake(), REST);
  }

  #wake(): void {
    this.#rest = undefined;
    this.#pump();
  }

  /** Collects one request from the slots that are free, beginning where the request before ended. */
  #fill(): Item[] {
    const items: Item[] = [];
    let bytes = 0;
    const first = this.#nextSlot;
    for (let turn = 0; turn < SLOTS && items.length < requestLimits.records; turn++) {
      const slot = (first + turn) % SLOTS;
      const queue = this.#queueOf(slot);
      if (!queue.isReady) continue;
      const shard = this.#options.pacer.room(slot);
      const room = {
        records: Math.min(shard.records, requestLimits.records - items.length),
        bytes: Math.min(shard.bytes, requestLimits.bytes - bytes),
      };
      if (room.records === 0 || room.bytes <= 0) continue;
      const taken = queue.take(room);
      const size = taken.reduce((sum, item) => sum + item.bytes, 0);
      this.#options.pacer.spend(slot, taken.length, size);
      items.push(...taken);
      bytes += size;
      this.#nextSlot = (slot + 1) % SLOTS;
    }
    return items;
  }

  async #send(items: readonly Item[]): Promise<void> {
    this.#requests++;
    const failed = await this.#put(items);
    this.#requests--;
    for (const [slot, sent] of Map.groupBy(items, item => item.slot)) {
      const back = sent.filter(item => failed.has(item));
      for (const item of sent) if (!failed.has(item)) this.#acknowledge(item);
      void this.#settle(this.#queueOf(slot), back);
    }
    this.#schedule();
    if (this.#heldRecords > 0) return;
    for (const resolve of this.#onEmpty) resolve();
    this.#onEmpty.clear();
  }

  /** @returns what the stream did not take */
  async #put(items: readonly Item[]): Promise<ReadonlySet<Item>> {
    const { put, logger } = this.#options;
    try {
      const { entries, codes } = await put(items, this.#closed.signal);
      if (entries.length > 0)
        logger.warn('the stream did not take records', { records: entries.length, codes });
      this.#retried += entries.length;
      this.#throttled += codes['ProvisionedThroughputExceededException'] ?? 0;
      return new Set(entries);
    } catch (error) {
      if (!this.#closed.signal.aborted)
        logger.error('the stream does not answer', { records: items.length, cause: String(error) });
      this.#retried += items.length;
      return new Set(items);
    }
  }

  /** A slot of which something was not taken rests before it is free again. */
  async #settle(queue: SlotQueue, failed: readonly Item[]): Promise<void> {
    queue.failures = failed.length > 0 ? queue.failures + 1 : 0;
    if (failed.length > 0) {
      await pauseAfter(queue.failures, this.#options.backoff ?? awsBackoff, this.#closed.signal).catch(
        () => undefined,
      );
    }
    queue.settle(failed);
    this.#schedule();
  }

  #acknowledge(item: Item): void {
    this.#count(item, -1);
    this.#lastProgress = this.#wall();
    this.#options.onAcknowledged?.(item);
  }

  #count(item: Item, sign: 1 | -1): void {
    this.#heldRecords += sign;
    this.#heldBytes += sign * item.bytes;
    this.#held[item.kind] += sign;
  }

  #queueOf(slot: number): SlotQueue {
    const queue = this.#queues[slot];
    if (!queue) throw new RangeError(`slot ${slot} is unknown: use 0 to ${SLOTS - 1}`);
    return queue;
  }
}
