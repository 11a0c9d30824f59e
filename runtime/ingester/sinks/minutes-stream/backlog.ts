/** Everything on its way to the stream: in memory, and behind that on disk when the stream takes less than the feed brings. */
import type { Logger } from '../../../platform/logger.ts';
import type { Outlet } from './minutes-stream.ts';
import type { Publisher } from './publisher.ts';
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

export interface BacklogOptions {
  readonly publisher: Pick<Publisher, 'held' | 'add' | 'close'>;
  /** Where goes what memory cannot hold. @default nowhere: the backlog is full when memory is */
  readonly segments?: Segments | undefined;
  readonly logger: Logger;
  /** Called when the disk does not give back what was written to it: nothing more is published then. */
  readonly onFailure: () => void;
  /** @default `memoryLimits` */
  readonly memory?: MemoryLimits;
}

/** First in, first out: nothing that waits on disk is overtaken. */
export class Backlog implements Outlet {
  readonly #options: BacklogOptions;
  #isRefilling = false;
  #failure: { readonly cause: unknown } | undefined;
  #onEnd: (() => void) | undefined;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** What is not yet acknowledged, and how much of that waits on disk. */
  get held(): { readonly records: number; readonly bytes: number; readonly onDisk: number } {
    const { publisher, segments } = this.#options;
    const onDisk = segments?.held ?? { records: 0, bytes: 0 };
    const { records, bytes } = publisher.held;
    return { records: records + onDisk.records, bytes: bytes + onDisk.bytes, onDisk: onDisk.records };
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
      logger.warn('the stream takes less than the feed brings: records wait on disk', publisher.held);
    segments.push(item);
    this.onRoom();
  }

  /** To be called whenever the stream has taken something. */
  onRoom(): void {
    if (!this.#isRefilling && !this.#failure && this.#wantsMore) void this.#refill();
  }

  /**
   * Resolves when everything is acknowledged, or when the signal aborts. @throws when the disk did not give back what was
   * written to it: nothing behind that was published, so whoever starts next finds the minutes missing.
   */
  async close(signal: AbortSignal): Promise<void> {
    const { publisher, segments } = this.#options;
    if (segments?.isEmpty === false && !this.#failure && !signal.aborted) {
      await new Promise<void>(resolve => {
        this.#onEnd = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    await publisher.close(signal);
    if (this.#failure) throw new Error('records that waited on disk are lost', this.#failure);
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
