/** The line in which the records of one slot wait: first in, first out, at most one request under way. */

import type { Entry } from '../../../platform/put-records.ts';
import type { MinuteRecord } from '../../../records/bar.ts';
import { explicitHashKey } from '../../../records/slot.ts';

/** A record on its way to the stream. */
export interface Item extends Entry {
  readonly slot: number;
  /** A watermark shares a request with nothing of its slot: it comes in a later one than all it covers. */
  readonly kind: MinuteRecord['type'];
  /** Of a watermark: under which the lease was held when it was made. */
  readonly epoch?: number | undefined;
  /**
   * Items with equal order keys never share a request: when one entry of a request fails its neighbours may have
   * been taken, and the retry would come after them.
   */
  readonly order: string;
  /** Size against the stream's limits. */
  readonly bytes: number;
}

/** An item with that data. */
export function itemOf(
  {
    kind,
    epoch,
    slot,
    order,
    partitionKey,
  }: Pick<Item, 'kind' | 'epoch' | 'slot' | 'order' | 'partitionKey'>,
  data: Uint8Array,
): Item {
  const bytes = data.byteLength + partitionKey.length;
  return { kind, epoch, slot, order, partitionKey, explicitHashKey: explicitHashKey(slot), data, bytes };
}

/** How much may still go into a request. */
export interface Room {
  readonly records: number;
  readonly bytes: number;
}

export class SlotQueue {
  #waiting: Item[] = [];
  #isUnderWay = false;
  /** How often in a row the stream did not take something of this slot. */
  failures = 0;

  get size(): number {
    return this.#waiting.length;
  }

  get isReady(): boolean {
    return !this.#isUnderWay && this.#waiting.length > 0;
  }

  /** Puts an item at the end. @returns the item it makes superfluous, if any: a newer watermark says all that the one right before it does. */
  add(item: Item): Item | undefined {
    const last = this.#waiting.at(-1);
    const replaces = item.kind === 'watermark' && last?.kind === 'watermark';
    if (replaces) this.#waiting.pop();
    this.#waiting.push(item);
    return replaces ? last : undefined;
  }

  /** Takes the longest start of the line that one request may hold; until `settle` nothing more can be taken. */
  take(room: Room): Item[] {
    const keys = new Set<string>();
    let bytes = 0;
    let count = 0;
    for (const item of this.#waiting) {
      const isAlone = item.kind === 'watermark' && count > 0;
      if (count === room.records || isAlone || keys.has(item.order)) break;
      if (bytes + item.bytes > room.bytes && count > 0) break;
      keys.add(item.order);
      bytes += item.bytes;
      count++;
      if (item.kind === 'watermark') break;
    }
    if (count > 0) this.#isUnderWay = true;
    return this.#waiting.splice(0, count);
  }

  /** Ends the request: what the stream did not take goes back to the head, in its order. */
  settle(failed: readonly Item[]): void {
    this.#waiting.unshift(...failed);
    this.#isUnderWay = false;
  }
}
