/** The minutes stream as the ingester writes it: bars, marks and watermarks, in order, with a bound on what is held. */

import type { Logger } from '../../../platform/logger.ts';
import type { MinuteBar } from '../../../records/bar.ts';
import { encodeCoverage, encodeWatermark } from '../../../records/encode.ts';
import { minuteBarData } from '../../../records/fast/encode.ts';
import { slotOf, slotPartitionKey } from '../../../records/slot.ts';
import type { Numbering } from '../../../vendor/needs.ts';
import type { Sink, SinkStats } from '../sink.ts';
import type { Acknowledged } from './acknowledged.ts';
import type { Backlog } from './backlog.ts';
import { itemOf } from './slot-queue.ts';

/** Which minutes were seen or not, and by whom. */
export interface Declaration {
  /** Starts, ascending. */
  readonly minutes: readonly number[];
  readonly slots: readonly number[];
  readonly symbols: readonly string[];
  readonly covered: boolean;
}

/** Minutes (starts, ascending) of which bars had to be let go, and the slots that these belong to. */
export interface LetGo {
  readonly minutes: readonly number[];
  readonly slots: readonly number[];
}

export interface MinutesStreamOptions {
  readonly backlog: Pick<Backlog, 'filled' | 'held' | 'add' | 'untilCalm' | 'flush' | 'close'>;
  readonly acknowledged: Pick<Acknowledged, 'counts' | 'begin'>;
  /** Of marks. */
  readonly versions: Numbering;
  /** Epoch of the lease, which watermarks carry. */
  readonly epoch: () => number;
  readonly logger: Logger;
}

export class MinutesStream implements Sink<MinuteBar> {
  readonly #options: MinutesStreamOptions;
  /** Minutes of which bars had to be let go, by slot. */
  readonly #letGo = new Map<number, Set<number>>();
  /** Slots whose minutes that were let go are being fetched. */
  readonly #inTheWorks = new Set<number>();
  /** Watermarks that wait until those minutes are there, or declared uncovered. */
  readonly #heldBack = new Map<number, number>();
  #accepted = 0;
  #dropped = 0;
  #overflow = Promise.withResolvers<void>();

  constructor(options: MinutesStreamOptions) {
    this.#options = options;
  }

  /** Of bars: those that are dropped are fetched once there is room. */
  get stats(): SinkStats {
    const { backlog, acknowledged } = this.#options;
    return {
      accepted: this.#accepted,
      written: acknowledged.counts.bar,
      dropped: this.#dropped,
      held: backlog.held.bars,
    };
  }

  /** Starts anew where the watermark of an earlier holder of the lease is (epoch ms): what was held back has none, and so it is a gap for whoever goes on. */
  begin(through: number | undefined): void {
    this.#options.acknowledged.begin(through);
    this.#letGo.clear();
    this.#inTheWorks.clear();
    this.#heldBack.clear();
  }

  /** Resolves when there is something for `takeLetGo`. @throws the signal's reason */
  async untilLetGo(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const stopped = Promise.withResolvers<void>();
    const stop = () => stopped.reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    while (this.#letGo.size === 0) await Promise.race([this.#overflow.promise, stopped.promise]);
    signal.removeEventListener('abort', stop);
  }

  /** Hands over what was let go, in parts of like minutes; their slots get no watermark until `restored`. */
  takeLetGo(): LetGo[] {
    const alike = Map.groupBy(this.#letGo, ([, minutes]) => [...minutes].sort((a, b) => a - b).join());
    const parts = [...alike].map(([minutes, slots]) => ({
      minutes: minutes.split(',').map(Number),
      slots: slots.map(([slot]) => slot),
    }));
    for (const slot of this.#letGo.keys()) this.#inTheWorks.add(slot);
    this.#letGo.clear();
    return parts;
  }

  /** The minutes of these slots that were let go are there, or declared uncovered: their watermarks may go. */
  restored(slots: readonly number[]): void {
    for (const slot of slots) {
      this.#inTheWorks.delete(slot);
      const through = this.#heldBack.get(slot);
      if (through === undefined || this.#letGo.has(slot)) continue;
      this.#heldBack.delete(slot);
      this.#addWatermark(slot, through);
    }
  }

  /** @returns false when so much is held already that the bar is let go and its minute has to be fetched again. */
  accept(bar: MinuteBar): boolean {
    this.#accepted++;
    const slot = slotOf(bar.symbol);
    if (this.#options.backlog.filled >= 1) {
      this.#drop(slot, bar.start);
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

  /** Says, for each of the slots, that every minute that ends at or before `through` was published or declared uncovered. */
  watermark(through: number, slots: readonly number[]): void {
    for (const slot of slots) {
      if (this.#letGo.has(slot) || this.#inTheWorks.has(slot)) this.#heldBack.set(slot, through);
      else this.#addWatermark(slot, through);
    }
  }

  /** Resolves when little enough is held for what can wait. @throws the signal's reason */
  untilCalm(signal: AbortSignal): Promise<void> {
    return this.#options.backlog.untilCalm(signal);
  }

  flush(signal: AbortSignal): Promise<void> {
    return this.#options.backlog.flush(signal);
  }

  close(signal: AbortSignal): Promise<void> {
    return this.#options.backlog.close(signal);
  }

  #drop(slot: number, minute: number): void {
    const { logger } = this.#options;
    if (this.#letGo.size === 0) {
      const from = new Date(minute).toISOString();
      logger.error('memory and disk are full: bars are let go from here on, their minutes become a gap', {
        from,
      });
    }
    this.#dropped++;
    const minutes = this.#letGo.get(slot) ?? new Set();
    this.#letGo.set(slot, minutes.add(minute));
    this.#overflow.resolve();
    this.#overflow = Promise.withResolvers();
  }

  #addWatermark(slot: number, through: number): void {
    const epoch = this.#options.epoch();
    const data = Buffer.from(encodeWatermark({ type: 'watermark', slot, through, epoch }));
    const partitionKey = slotPartitionKey(slot);
    this.#options.backlog.add(itemOf({ kind: 'watermark', epoch, slot, order: '', partitionKey }, data));
  }

  #add(kind: 'bar' | 'coverage', slot: number, partitionKey: string, order: string, data: Uint8Array): void {
    this.#options.backlog.add(itemOf({ kind, epoch: undefined, slot, order, partitionKey }, data));
  }
}
