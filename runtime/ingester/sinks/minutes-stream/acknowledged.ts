/** What the stream has acknowledged: how much, how fast, and the watermark of every slot, which a successor may rely on. */
import { Rate } from '../../../platform/rate.ts';
import { startIn } from '../../../records/fast/start.ts';
import type { Item } from './slot-queue.ts';

export class Acknowledged {
  /** Records since the start, by kind. */
  readonly counts: Readonly<Record<Item['kind'], number>>;
  readonly #counts = { bar: 0, coverage: 0, watermark: 0 };
  readonly #rate: Rate;
  readonly #throughBySlot = new Map<number, number>();
  #lowest: number | undefined;

  readonly #onBar: (symbol: string, start: number) => void;

  /** @param now epoch ms of event time. @param onBar told of every bar. @default nobody is */
  constructor(now: () => number, onBar: (symbol: string, start: number) => void = () => undefined) {
    this.#onBar = onBar;
    this.counts = this.#counts;
    this.#rate = new Rate(now);
  }

  /** Records per second, over the last minute of event time. */
  get perSecond(): number {
    return this.#rate.perSecond;
  }

  /** Starts anew where an earlier holder of the lease left off: its watermark in epoch ms, undefined when there was none. */
  begin(through: number | undefined): void {
    this.#throughBySlot.clear();
    this.#lowest = through;
  }

  /** The stream has taken this item. */
  add({ kind, slot, partitionKey, data }: Pick<Item, 'kind' | 'slot' | 'partitionKey' | 'data'>): void {
    this.#counts[kind]++;
    this.#rate.count();
    if (kind === 'bar') this.#onBar(partitionKey, startIn(data));
    if (kind !== 'watermark') return;
    const { through }: { through?: unknown } = Object(JSON.parse(Buffer.from(data).toString()));
    if (typeof through === 'number')
      this.#throughBySlot.set(slot, Math.max(through, this.#throughBySlot.get(slot) ?? through));
  }

  /** The lowest watermark (epoch ms) over these slots. A slot that joined late holds it where it is until its own first watermark is there. */
  lowest(slots: readonly number[]): number | undefined {
    const reached = slots.map(slot => this.#throughBySlot.get(slot));
    if (reached.length > 0 && reached.every(through => through !== undefined))
      this.#lowest = Math.max(this.#lowest ?? 0, Math.min(...reached));
    return this.#lowest;
  }
}
