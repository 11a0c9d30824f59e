/** Lets watermarks out only while the lease is held: who has lost it must not say any more that minutes are complete. */
import type { FailedEntries } from '../../../platform/put-records.ts';
import type { Item } from './slot-queue.ts';

export interface WatermarkFenceOptions {
  /** The epoch under which watermarks may be put, undefined while they may not; asked before every request. */
  readonly epoch: () => number | undefined;
  readonly put: (items: readonly Item[], signal: AbortSignal) => Promise<FailedEntries<Item>>;
}

/**
 * A holder that was stopped and wakes up later still has watermarks in hand: they end here, also when it holds the lease anew
 * by then. Bars, which are true whoever sends them, go on.
 */
export class WatermarkFence {
  readonly #options: WatermarkFenceOptions;
  readonly #stopped = new WeakSet<Item>();
  /** How many watermarks were not let out. */
  count = 0;

  constructor(options: WatermarkFenceOptions) {
    this.#options = options;
  }

  /** Puts what may be put; what may not counts as done. @throws what the put throws */
  readonly put = async (items: readonly Item[], signal: AbortSignal): Promise<FailedEntries<Item>> => {
    const { epoch, put } = this.#options;
    const now = epoch();
    const [passing = [], stopped = []] = [true, false].map(passes =>
      items.filter(item => (item.kind !== 'watermark' || item.epoch === now) === passes),
    );
    for (const item of stopped) this.#stopped.add(item);
    this.count += stopped.length;
    return passing.length > 0 ? put(passing, signal) : { entries: [], codes: {} };
  };

  /** Whether the item was let out. */
  passed(item: Item): boolean {
    return !this.#stopped.has(item);
  }
}
