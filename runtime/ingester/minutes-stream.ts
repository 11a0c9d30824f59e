/** The minutes stream as the ingester writes it: bars, marks and watermarks, in order, with a bound on what is held. */
import type { MinuteBar, MinuteRecord } from '../bars/bar.ts';
import { encodeCoverage, encodeWatermark, minuteBarData } from '../bars/encode.ts';
import { slotOf, slotPartitionKey } from '../bars/slot.ts';
import type { Logger } from '../platform/logger.ts';
import { type Item, itemOf } from './slot-queue.ts';
import type { Versions } from './versions.ts';

/** Which minutes were seen or not, and by whom. */
export interface Declaration {
  /** Starts, ascending. */
  readonly minutes: readonly number[];
  readonly slots: readonly number[];
  readonly symbols: readonly string[];
  readonly covered: boolean;
}

/** What takes the records on their way. */
export interface Outlet {
  /** The share of what it can hold that it holds; 1 and above is full. */
  readonly filled: number;
  add(item: Item): void;
}

export interface MinutesStreamOptions {
  readonly outlet: Outlet;
  readonly versions: Versions;
  /** Epoch of the lease, which watermarks carry. */
  readonly epoch: () => number;
  readonly logger: Logger;
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
    if (this.#options.outlet.filled >= 1) {
      this.#lose(slot, bar.start);
      return false;
    }
    this.#add('bar', slot, bar.symbol, bar.symbol, minuteBarData(bar));
    return true;
  }

  /** Declares minutes (starts) uncovered for whole slots. */
  uncovered(minutes: readonly number[], slots: readonly number[]): void {
    this.declare({ minutes, slots, symbols: [], covered: false });
  }

  /** Declares minutes (starts) covered or uncovered, for whole slots and for single symbols. */
  declare({ minutes, slots, symbols, covered }: Declaration): void {
    for (const minute of minutes) {
      const version = this.#options.versions.next();
      for (const slot of slots) {
        const mark = encodeCoverage({ type: 'coverage', slot, minute, covered, version });
        this.#add('coverage', slot, slotPartitionKey(slot), `~${minute}`, Buffer.from(mark));
      }
      for (const symbol of symbols) {
        const slot = slotOf(symbol);
        const mark = encodeCoverage({ type: 'coverage', slot, symbol, minute, covered, version });
        this.#add('coverage', slot, symbol, `~${minute}`, Buffer.from(mark));
      }
    }
  }

  /** Promises, for each of the slots, that every minute that ends at or before `through` was published or declared uncovered. */
  watermark(through: number, slots: readonly number[]): void {
    if (this.#options.outlet.filled < 0.5) this.declareLost();
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
    if (this.#lost.size === 0) {
      const from = new Date(minute).toISOString();
      this.#options.logger.error(
        'the stream is too slow: bars are let go from here on, their minutes become uncovered',
        { from },
      );
    }
    this.#lostBars++;
    const minutes = this.#lost.get(slot) ?? new Set();
    this.#lost.set(slot, minutes.add(minute));
  }

  #addWatermark(slot: number, through: number): void {
    const text = encodeWatermark({ type: 'watermark', slot, through, epoch: this.#options.epoch() });
    this.#add('watermark', slot, slotPartitionKey(slot), '', Buffer.from(text));
  }

  #add(
    kind: MinuteRecord['type'],
    slot: number,
    partitionKey: string,
    order: string,
    data: Uint8Array,
  ): void {
    this.#options.outlet.add(itemOf({ kind, slot, order, partitionKey }, data));
  }
}
