/** How far the stream has acknowledged the promises of every slot: what a successor may rely on. */
import type { Item } from './slot-queue.ts';

export class Promised {
  readonly #bySlot = new Map<number, number>();
  #lowest: number | undefined;

  /** Starts anew where an earlier holder of the lease left off: `through` in epoch ms, undefined when nothing was promised. */
  begin(through: number | undefined): void {
    this.#bySlot.clear();
    this.#lowest = through;
  }

  /** The stream has taken this item. */
  acknowledged({ kind, slot, data }: Pick<Item, 'kind' | 'slot' | 'data'>): void {
    if (kind !== 'watermark') return;
    const { through }: { through?: unknown } = Object(JSON.parse(Buffer.from(data).toString()));
    if (typeof through === 'number')
      this.#bySlot.set(slot, Math.max(through, this.#bySlot.get(slot) ?? through));
  }

  /** The lowest watermark (epoch ms) over these slots. A slot that joined late holds it where it is until its own first watermark is there. */
  lowest(slots: readonly number[]): number | undefined {
    const reached = slots.map(slot => this.#bySlot.get(slot));
    if (reached.length > 0 && reached.every(through => through !== undefined))
      this.#lowest = Math.max(this.#lowest ?? 0, Math.min(...reached));
    return this.#lowest;
  }
}
