/** Which record of a batch closed a window, and when it came: what the lateness of finished bars is counted from. No rule of the roll-up reads it. */
import { MINUTE } from '../markets/timeframe.ts';
import type { SlotBatch } from './batch.ts';
import type { BlockState } from './block-state.ts';
import type { Closing, Due } from './due.ts';

/** When things come on this feed. */
export interface Punctuality {
  /** How late the feed is by nature, ms. @default not at all */
  readonly delay?: number;
  /** How long after that a minute's watermark waits for bars, ms. @default not at all */
  readonly grace?: number;
}

export interface ClosingsProps extends Punctuality {
  readonly state: BlockState;
  readonly batch: SlotBatch;
  /** The slot's highest watermark, as far as any log tells. */
  readonly through: number;
}

/** What comes so much later than a watermark may (ms) was held up before the stream: by an outage, a backfill or an import. */
const HELD_UP = MINUTE;

/** Of one block. */
export class Closings {
  readonly #props: ClosingsProps;
  /** The highest watermark that came before the batch. */
  readonly #before: number;
  /** Arrivals of minutes by their start, then by symbol. */
  readonly #minutes = new Map<number, ReadonlyMap<string, number>>();

  constructor(props: ClosingsProps) {
    this.#props = props;
    this.#before = props.state.throughBefore(props.batch.first);
  }

  /** What of the batch closed the window; undefined where it was closed before, where records come again, and where they were held up. */
  of({ symbol, windowIndex, window: { end } }: Due): Closing | undefined {
    const { state, batch, through, delay = 0, grace = 0 } = this.#props;
    const { highest = 0, rising = [] } = batch.watermarks ?? {};
    // A log that knows of later watermarks knows this batch: the stream is read once more.
    if (this.#before >= end || through > Math.max(highest, end - MINUTE)) return undefined;
    const isThere = state.hasLastMinute(symbol, windowIndex);
    const closes = isThere ? end - MINUTE : end;
    const minute = isThere ? this.#arrivalsOf(end - MINUTE).get(symbol) : undefined;
    const watermark =
      this.#before < closes ? rising.find(each => each.through >= closes)?.arrival : undefined;
    const arrival = Math.max(minute ?? 0, watermark ?? 0);
    if (arrival === 0 || arrival > end + delay + grace + HELD_UP) return undefined;
    return { by: arrival === minute ? 'minute' : 'watermark', arrival };
  }

  #arrivalsOf(start: number): ReadonlyMap<string, number> {
    const known = this.#minutes.get(start);
    if (known) return known;
    const { minutes = [], arrivals = [] } = this.#props.batch.blocks.get(this.#props.state.block.start) ?? {};
    const found = new Map<string, number>();
    for (const [index, minute] of minutes.entries())
      if (minute.start === start && !found.has(minute.symbol)) found.set(minute.symbol, arrivals[index] ?? 0);
    this.#minutes.set(start, found);
    return found;
  }
}
