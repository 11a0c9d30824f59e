/** Lets watermarks out only while the lease is held: who has lost it must not promise anything any more. */
import type { Refusals } from '../platform/put-records.ts';
import type { Item } from './slot-queue.ts';

export interface WatermarkFenceOptions {
  /** Asked before every request. */
  readonly mayPromise: () => boolean;
  readonly put: (items: readonly Item[], signal: AbortSignal) => Promise<Refusals<Item>>;
}

/** A holder that was stopped and wakes up later still has watermarks in hand: they end here, while bars, which are true whoever sends them, go on. */
export class WatermarkFence {
  readonly #options: WatermarkFenceOptions;
  readonly #stopped = new WeakSet<Item>();
  /** How many watermarks were not let out. */
  count = 0;

  constructor(options: WatermarkFenceOptions) {
    this.#options = options;
  }

  /** Puts what may be put; what may not counts as done. @throws what the put throws */
  readonly put = async (items: readonly Item[], signal: AbortSignal): Promise<Refusals<Item>> => {
    const { mayPromise, put } = this.#options;
    if (mayPromise()) return put(items, signal);
    const bars = items.filter(({ kind }) => kind !== 'watermark');
    for (const item of items) {
      if (item.kind !== 'watermark') continue;
      this.#stopped.add(item);
      this.count++;
    }
    return bars.length > 0 ? put(bars, signal) : { entries: [], codes: {} };
  };

  /** Whether the item was let out. */
  passed(item: Item): boolean {
    return !this.#stopped.has(item);
  }
}
