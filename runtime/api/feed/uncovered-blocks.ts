/** Which blocks hold an uncovered minute: asked of each one's newest chunk, and of older blocks not again at once. */
import type { Block } from '../../markets/window.ts';
import type { SlotReader } from '../../tables/chunks/slot-reader.ts';

/** What stands uncovered in a block that is behind us changes when it heals, for which nobody waits that long, ms. */
const KEPT = 30_000;
/** More blocks than eight days have in all slots. */
const REMEMBERED = 5_000;

export class UncoveredBlocks {
  readonly #slots: Pick<SlotReader, 'blockHead'>;
  readonly #wallClock: () => number;
  readonly #known = new Map<string, { readonly readAt: number; readonly hasAny: boolean }>();

  constructor(slots: Pick<SlotReader, 'blockHead'>, wallClock: () => number) {
    this.#slots = slots;
    this.#wallClock = wallClock;
  }

  /** @param through the slot's watermark: a block that it has left behind is not asked about again at once */
  async has(slot: number, block: Block, through: number): Promise<boolean> {
    const key = `${slot}@${block.start}`;
    const now = this.#wallClock();
    const known = this.#known.get(key);
    if (known && block.end <= through && now - known.readAt < KEPT) return known.hasAny;
    const hasAny = (await this.#slots.blockHead(slot, block)).uncovered > 0;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, { readAt: now, hasAny });
    return hasAny;
  }
}
