/** The minutes stream as the ingester writes it: bars, marks and watermarks, in order, with a bound on what is held. */
import type { MinuteBar, MinuteRecord } from '../bars/bar.ts';
import { encodeCoverage, encodeMinuteBar, encodeWatermark } from '../bars/encode.ts';
import { explicitHashKey, slotOf, slotPartitionKey } from '../bars/slot.ts';
import type { Logger } from '../platform/logger.ts';
import type { Item } from './slot-queue.ts';
import type { Versions } from './versions.ts';

/** The most that is held for a stream that does not take it: ten minutes of the whole US market. */
export const heldLimits = { records: 120_000, bytes: 64 * 1024 * 1024 } as const;

/** What is needed of the publisher. */
export interface Outlet {
  readonly held: { readonly records: number; readonly bytes: number };
  add(item: Item): void;
}

export interface MinutesStreamOptions {
  readonly outlet: Outlet;
  readonly versions: Versions;
  /** Epoch that watermarks carry. */
  readonly epoch: number;
  readonly logger: Logger;
  /** @default `heldLimits` */
  readonly limits?: { readonly records: number; readonly bytes: number };
}

export class MinutesStream {
  readonly #options: MinutesStreamOptions;
  /** Minutes of which bars had to be let go, by slot. */
  readonly #lost = new Map<number, Set<number>>();
  /** Watermarks that wait until those minutes are declared uncovered. */
  readonly #heldBack = new Map<number, number>();
  #lostBars = 0;

  constructor(options: MinutesStreamOptions) {
    this.#options = options;
  }

  /** How many bars had to be let go because too much was held; their minutes are declared uncovered. */
  get lostBars(): number {
    return this.#lostBars;
  }

  /** @returns false when so much is held already that the bar is let go and its minute will be declared uncovered. */
  bar(bar: MinuteBar): boolean {
    const slot = slotOf(bar.symbol);
    if (this.#isFilledTo(1)) {
      this.#lose(slot, bar.start);
      return false;
    }
    this.#add('bar', slot, bar.symbol, bar.symbol, encodeMinuteBar(bar));
    return true;
  }

  /** Declares minutes (starts) uncovered for whole slots. */
  uncovered(minutes: readonly number[], slots: readonly number[]): void {
    for (const minute of minutes) {
      const version = this.#options.versions.next();
      for (const slot of slots) {
        const mark = encodeCoverage({ type: 'coverage', slot, minute, covered: false, version });
        this.#add('coverage', slot, slotPartitionKey(slot), `~${minute}`, mark);
      }
    }
  }

  /** Promises, for each of the slots, that every minute that ends at or before `through` was published or declared uncovered. */
  watermark(through: number, slots: readonly number[]): void {
    if (!this.#isFilledTo(0.5)) this.declareLost();
    for (const slot of slots) {
      if (this.#lost.has(slot)) this.#heldBack.set(slot, through);
      else this.#addWatermark(slot, through);
    }
  }

  /** Declares the minutes of bars that had to be let go uncovered, and lets the watermarks go that waited for it. */
  declareLost(): void {
    if (this.#lost.size === 0) return;
    for (const [slot, minutes] of this.#lost)
      this.uncovered(
        [...minutes].sort((a, b) => a - b),
        [slot],
      );
    this.#options.logger.error('minutes with lost bars are declared uncovered', {
      slots: this.#lost.size,
      lostBars: this.#lostBars,
    });
    this.#lost.clear();
    for (const [slot, through] of this.#heldBack) this.#addWatermark(slot, through);
    this.#heldBack.clear();
  }

  #lose(slot: number, minute: number): void {
    const { logger, outlet } = this.#options;
    if (this.#lost.size === 0) {
      const from = new Date(minute).toISOString();
      logger.error('the stream is too slow: bars are let go from here on, their minutes become uncovered', {
        from,
        held: outlet.held,
      });
    }
    this.#lostBars++;
    const minutes = this.#lost.get(slot) ?? new Set();
    this.#lost.set(slot, minutes.add(minute));
  }

  #isFilledTo(share: number): boolean {
    const { outlet, limits = heldLimits } = this.#options;
    return outlet.held.records >= limits.records * share || outlet.held.bytes >= limits.bytes * share;
  }

  #addWatermark(slot: number, through: number): void {
    const text = encodeWatermark({ type: 'watermark', slot, through, epoch: this.#options.epoch });
    this.#add('watermark', slot, slotPartitionKey(slot), '', text);
  }

  #add(kind: MinuteRecord['type'], slot: number, partitionKey: string, order: string, text: string): void {
    const data = Buffer.from(text);
    const bytes = data.byteLength + partitionKey.length;
    this.#options.outlet.add({
      kind,
      slot,
      order,
      partitionKey,
      explicitHashKey: explicitHashKey(slot),
      data,
      bytes,
    });
  }
}
