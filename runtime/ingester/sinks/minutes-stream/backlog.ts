/** Everything on its way to the stream: in memory, and behind that on disk when the stream takes less than the feed brings. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../platform/logger.ts';
import type { Held, Publisher } from './publisher.ts';
import type { Segments } from './segments.ts';
import type { Item } from './slot-queue.ts';

export interface MemoryLimits {
  readonly records: number;
  readonly bytes: number;
}

/** The most that is held in memory: five minutes of the whole US market. */
export const memoryLimits: MemoryLimits = { records: 60_000, bytes: 32 * 1024 * 1024 };
/** The share of it that is filled up again from disk. */
const REFILLED = 0.5;
/** So many records may be on their way when more is added that can wait: a backfill must not displace what is live. */
const BUSY = 10_000;
/** Wall time between two looks at that, ms. */
const LOOK = 20;

export interface BacklogOptions {
  readonly publisher: Pick<Publisher, 'held' | 'add' | 'flush' | 'close'>;
  /** Where goes what memory cannot hold. @default nowhere: the backlog is full when memory is */
  readonly segments?: Segments | undefined;
  readonly logger: Logger;
  /** Called when the disk does not give back what was written to it: nothing more is published then. */
  readonly onFailure: () => void;
  /** @default `memoryLimits` */
  readonly memory?: MemoryLimits;
}

/** First in, first out: nothing that waits on disk is overtaken. */
export class Backlog {
  readonly #options: BacklogOptions;
  #isRefilling = false;
  #failure: { readonly cause: unknown } | undefined;
  #onEnd: (() => void) | undefined;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** What is not yet acknowledged, how many of it are bars, and how much waits on disk. */
  get held(): Held & { readonly onDisk: number } {
    const { publisher, segments } = this.#options;
    const onDisk = segments?.held ?? { records: 0, bars: 0, bytes: 0 };
    const { records, bars, bytes } = publisher.held;
    return {
      records: records + onDisk.records,
      bars: bars + onDisk.bars,
      bytes: bytes + onDisk.bytes,
      onDisk: onDisk.records,
    };
  }

  get filled(): number {
    return this.#options.segments ? this.#options.segments.filled : this.#memoryFilled;
  }

  /** Never waits, neither for the stream nor for the disk. */
  add(item: Item): void {
    const { publisher, segments, logger } = this.#options;
    const isBehind = this.#isRefilling || segments?.isEmpty === false;
    if (!segments || (!isBehind && this.#memoryFilled < 1)) {
      publisher.add(item);
      return;
    }
    if (!isBehind)
      logger.warn('the stream takes less than the feed brings: records wait on disk', {
        ...publisher.held,
      });
    segments.push(item);
    this.onRoom();
  }

  /** To be called whenever the stream has taken something. */
  onRoom(): void {
    if (!this.#isRefilling && !this.#failure && this.#wantsMore) void this.#refill();
  }

  /** Resolves when little enough is held for what can wait. @throws the signal's reason */
  async untilCalm(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.held.records > BUSY) await sleep(LOOK, undefined, { signal });
  }

  /**
   * Resolves when everything is acknowledged, or when the signal aborts. @throws when the disk did not give back what was
   * written to it: nothing behind that was published, so whoever starts next finds the minutes missing.
   */
  async flush(signal: AbortSignal): Promise<void> {
    const { publisher, segments } = this.#options;
    if (segments?.isEmpty === false && !this.#failure && !signal.aborted) {
      await new Promise<void>(resolve => {
        this.#onEnd = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    await publisher.flush(signal);
    if (this.#failure) throw new Error('records that waited on disk are lost', this.#failure);
  }

  /** The same, after which nothing is published any more. */
  async close(signal: AbortSignal): Promise<void> {
    try {
      await this.flush(signal);
    } finally {
      this.#options.publisher.close();
    }
  }

  async #refill(): Promise<void> {
    const { publisher, segments, logger, onFailure } = this.#options;
    this.#isRefilling = true;
    try {
      while (segments && this.#wantsMore) {
        const oldest = await segments.shift();
        for (const item of oldest) publisher.add(item);
      }
    } catch (cause) {
      this.#failure = { cause };
      logger.error('records that waited on disk cannot be read: nothing more is published', {
        cause: String(cause),
      });
      onFailure();
    }
    this.#isRefilling = false;
    if (segments?.isEmpty !== false || this.#failure) this.#onEnd?.();
  }

  get #memoryFilled(): number {
    const { publisher, memory = memoryLimits } = this.#options;
    const { records, bytes } = publisher.held;
    return Math.max(records / memory.records, bytes / memory.bytes);
  }

  get #wantsMore(): boolean {
    return this.#options.segments?.isEmpty === false && this.#memoryFilled < REFILLED;
  }
}
