/** The minutes stream as the ingester writes it: bars, marks and watermarks, in order, with a bound on what is held. */

import type { Logger } from '../../../platform/logger.ts';
import type { MinuteBar } from '../../../records/bar.ts';
import { encodeCoverage, encodeWatermark } from '../../../records/encode.ts';
import { minuteBarData } from '../../../records/fast/encode.ts';
import { slotOf, slotPartitionKey } from '../../../records/slot.ts';
import { type Item, itemOf } from './slot-queue.ts';

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

/** Minutes (starts, ascending) of which bars had to be let go, and the slots that these belong to. */
export interface Lost {
  readonly minutes: readonly number[];
  readonly slots: readonly number[];
}

export interface MinutesStreamOptions {
  readonly outlet: Outlet;
  /** Issues the version of a mark. */
  readonly versions: { next(): number };
  /** Epoch of the lease, which watermarks carry. */
  readonly epoch: () => number;
  /** Called when bars begin to be let go. */
  readonly onLost: () => void;
  readonly logger: Logger;
}

export class MinutesStream {
  readonly #options: MinutesStreamOptions;
  /** Minutes of which bars had to be let go, by slot. */
  readonly #lost = new Map<number, Set<number>>();
  /** Slots whose lost minutes are being fetched. */
  readonly #inTheWorks = new Set<number>();
  /** Watermarks that wait until those minutes are there, or declared uncovered. */
  readonly #heldBack = new Map<number, number>();
  #lostBars = 0;

  constructor(options: MinutesStreamOptions) {
    this.#options = options;
  }

  /** How many bars had to be let go because too much was held; their minutes are fetched once there is room. */
  get lostBars(): number {
    return this.#lostBars;
  }

  /** Starts anew: what was held back is not promised, and so it is a gap for whoever goes on. */
  begin(): void {
    this.#lost.clear();
    this.#inTheWorks.clear();
    this.#heldBack.clear();
  }

  /** Hands over what was lost, in parts of like minutes; their slots promise nothing until `regained`. */
  takeLost(): Lost[] {
    const alike = Map.groupBy(this.#lost, ([, minutes]) => [...minutes].sort((a, b) => a - b).join());
    const parts = [...alike].map(([minutes, slots]) => ({
      minutes: minutes.split(',').map(Number),
      slots: slots.map(([slot]) => slot),
    }));
    for (const slot of this.#lost.keys()) this.#inTheWorks.add(slot);
    this.#lost.clear();
    return parts;
  }

  /** The lost minutes of these slots are there, or declared uncovered: their watermarks may go. */
  regained(slots: readonly number[]): void {
    for (const slot of slots) {
      this.#inTheWorks.delete(slot);
      const through = this.#heldBack.get(slot);
      if (through === undefined || this.#lost.has(slot)) continue;
      this.#heldBack.delete(slot);
      this.#addWatermark(slot, through);
    }
  }

  /** @returns false when so much is held already that the bar is let go and its minute has to be fetched again. */
  bar(bar: MinuteBar): boolean {
    const slot = slotOf(bar.symbol);
    if (this.#options.outlet.filled >= 1) {
      this.#lose(slot, bar.start);
      return false;
    }
    this.#add('bar', slot, bar.symbol, bar.symbol, minuteBarData(bar));
    return true;
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
    for (const slot of slots) {
      if (this.#lost.has(slot) || this.#inTheWorks.has(slot)) this.#heldBack.set(slot, through);
      else this.#addWatermark(slot, through);
    }
  }

  #lose(slot: number, minute: number): void {
    const { logger, onLost } = this.#options;
    if (this.#lost.size === 0) {
      const from = new Date(minute).toISOString();
      logger.error('memory and disk are full: bars are let go from here on, their minutes become a gap', {
        from,
      });
      onLost();
    }
    this.#lostBars++;
    const minutes = this.#lost.get(slot) ?? new Set();
    this.#lost.set(slot, minutes.add(minute));
  }

  #addWatermark(slot: number, through: number): void {
    const epoch = this.#options.epoch();
    const data = Buffer.from(encodeWatermark({ type: 'watermark', slot, through, epoch }));
    const partitionKey = slotPartitionKey(slot);
    this.#options.outlet.add(itemOf({ kind: 'watermark', epoch, slot, order: '', partitionKey }, data));
  }

  #add(kind: 'bar' | 'coverage', slot: number, partitionKey: string, order: string, data: Uint8Array): void {
    this.#options.outlet.add(itemOf({ kind, epoch: undefined, slot, order, partitionKey }, data));
  }
}
