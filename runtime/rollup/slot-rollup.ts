/** What a worker knows of its slots from one batch to the next, and how a batch is worked through. */
import type { SlotBatch } from './batch.ts';
import { type SlotGroup, SlotWork, type SlotWorkProps } from './slot-work.ts';

export class SlotRollup {
  readonly #props: SlotWorkProps;
  /** Highest watermark seen of each slot: a lower bound, for another worker may be ahead. */
  readonly #through = new Map<number, number>();
  /** Highest watermark of each slot whose bars were acknowledged. */
  readonly #emitted = new Map<number, number>();

  constructor(props: SlotWorkProps) {
    this.#props = props;
  }

  /** To be called once all that was due because of the batch is acknowledged. */
  acknowledge({ slot, watermarks }: SlotBatch): void {
    this.#emitted.set(slot, Math.max(this.#emitted.get(slot) ?? 0, watermarks?.highest ?? 0));
  }

  /**
   * Group by group of blocks: before the next one is asked for, what is due of the one before must be acknowledged.
   * @param room bytes that the blocks of one group may take together
   * @throws when the state table cannot be used or the signal aborts; the batch must then be delivered again
   */
  async *process(batch: SlotBatch, room: number, signal: AbortSignal): AsyncGenerator<SlotGroup, void, void> {
    const { slot } = batch;
    const known = { through: this.#through.get(slot) ?? 0, emitted: this.#emitted.get(slot) ?? 0 };
    const work = new SlotWork(this.#props, batch, { ...known, room }, signal);
    for await (const group of work.groups()) {
      this.#through.set(slot, work.through);
      yield group;
    }
  }
}
