/** The rules for one slot and one batch: append to the logs, walk back over open blocks, and say which bars are due. */
import { MINUTE } from '../bars/timeframe.ts';
import type { Windows } from '../bars/window.ts';
import type { Refused } from '../platform/quarantine.ts';
import { type BlockBatch, refusal, type SlotBatch } from './batch.ts';
import type { BlockCache } from './block-cache.ts';
import type { BlockState, Touched } from './block-state.ts';
import type { ChunkBody } from './chunk-body.ts';
import type { ChunkHead, ChunkLog, Place } from './chunk-log.ts';
import { splitBody } from './chunk-split.ts';
import { type Due, dueBars } from './due.ts';
import { reportOf } from './report.ts';

const DAY = 86_400_000;
/** A block's log lives this long after its first chunk, by the wall clock. */
export const LOG_LIFE = 8 * DAY;
/**
 * A block that ended longer than this before its slot's watermark starts no log, for an earlier one may have expired. Its end
 * decides, and not each minute's age, so that what is accepted does not depend on how the stream is cut into batches.
 */
export const OLDEST_NEW_LOG = 7 * DAY;

/** What came of a slot's batch. */
export interface SlotOutcome {
  readonly due: Due[];
  readonly refused: Refused[];
  /** Appends that found another worker's chunk in their place. */
  readonly conflicts: number;
}

export interface SlotRollupProps {
  readonly log: ChunkLog;
  readonly cache: BlockCache;
  readonly windows: Windows;
  /** Emit windows that are still open too, as bars that are not final. */
  readonly provisional: boolean;
  /** The wall clock, epoch ms: for the life of logs alone, never for what a bar says. */
  readonly wallClock: () => number;
}

export class SlotRollup {
  readonly #props: SlotRollupProps;
  /** Highest watermark seen of each slot: a lower bound, for another worker may be ahead. */
  readonly #through = new Map<number, number>();
  /** Highest watermark of each slot whose bars were acknowledged. */
  readonly #emitted = new Map<number, number>();

  constructor(props: SlotRollupProps) {
    this.#props = props;
  }

  /** To be called once all that was due because of the batch is acknowledged. */
  acknowledge({ slot, watermarks }: SlotBatch): void {
    this.#emitted.set(slot, Math.max(this.#emitted.get(slot) ?? 0, watermarks?.highest ?? 0));
  }

  /** @throws when the state table cannot be used or the signal aborts; the batch must then be delivered again */
  async process(batch: SlotBatch, signal: AbortSignal): Promise<SlotOutcome> {
    const { slot } = batch;
    const known = { through: this.#through.get(slot) ?? 0, emitted: this.#emitted.get(slot) ?? 0 };
    const work = new SlotWork(this.#props, batch, known, signal);
    const outcome = await work.run();
    this.#through.set(slot, work.through);
    return outcome;
  }
}

/** One batch on its way through the rules. */
class SlotWork {
  readonly #props: SlotRollupProps;
  readonly #batch: SlotBatch;
  readonly #signal: AbortSignal;
  readonly #emitted: number;
  readonly #views: { state: BlockState; touched: Touched }[] = [];
  readonly #refused: Refused[] = [];
  /** The batch's last watermark; undefined when it brought none. */
  readonly #high: number | undefined;
  #conflicts = 0;
  /** The slot's highest watermark, as far as it is known. */
  through: number;

  constructor(
    props: SlotRollupProps,
    batch: SlotBatch,
    { through, emitted }: { through: number; emitted: number },
    signal: AbortSignal,
  ) {
    this.#emitted = emitted;
    this.#props = props;
    this.#batch = batch;
    this.#signal = signal;
    this.#high = batch.watermarks?.highest;
    this.through = Math.max(through, this.#high ?? 0);
  }

  async run(): Promise<SlotOutcome> {
    const { blocks } = this.#batch;
    const current = this.#high === undefined ? undefined : this.#props.windows.blockOf(this.#high - MINUTE);
    const starts = new Set([...blocks.keys(), ...(current ? [current.start] : [])]);
    for (const start of starts) {
      const state = await this.#load(start);
      const body = await this.#accept(blocks.get(start), state);
      const takesWatermark = start === current?.start && !this.#isExpired(state);
      if (body !== EMPTY || takesWatermark) await this.#append(state, body);
    }
    if (current) await this.#walkBack(current.start);
    // Only after the appends: whoever puts a higher watermark later walks back and finds them.
    this.through = Math.max(this.through, await this.#highestThrough());
    return { due: this.#due(), refused: this.#refused, conflicts: this.#conflicts };
  }

  /** What the batch brought for the block; nothing when the block's log does not take it, which is then refused. */
  async #accept(batch: BlockBatch | undefined, state: BlockState): Promise<ChunkBody> {
    if (!batch) return EMPTY;
    if (!(await this.#takesMinutes(batch, state))) {
      for (const origin of batch.origins) this.#refused.push(refusal(origin, OLDER_THAN_THE_LOG));
      return EMPTY;
    }
    return batch;
  }

  /** Whether the block's log takes minutes: all while it lives, none when it has expired, and a new one while its block is young. */
  async #takesMinutes({ block, watermarkBefore }: BlockBatch, state: BlockState): Promise<boolean> {
    if (this.#isExpired(state)) return false;
    if (state.chunks > 0) return true;
    return block.end + OLDEST_NEW_LOG > Math.max(watermarkBefore, await this.#throughBeforeBatch());
  }

  /**
   * The slot's highest watermark from before this batch. Of chunks appended since then, which a batch that is delivered again
   * finds, nothing counts: it must be judged as it was the first time. The walk ends as that of `#highestThrough`.
   */
  async #throughBeforeBatch(): Promise<number> {
    let highest = 0;
    let head = await this.#props.log.newest(this.#batch.slot, undefined, this.#signal);
    while (head) {
      const state = await this.#load(head.blockStart, head.n + 1);
      highest = Math.max(highest, state.throughBefore(this.#batch.first));
      if (highest > head.blockStart) break;
      head = await this.#props.log.newest(this.#batch.slot, startOf(head), this.#signal);
    }
    return highest;
  }

  /**
   * The slot's highest watermark. It stands in the block that it falls into, whose newest chunk knows it; blocks that start
   * at or after it can know no higher one. So the walk from the newest block back ends at the first that started before it.
   */
  async #highestThrough(): Promise<number> {
    let highest = 0;
    let head = await this.#props.log.newest(this.#batch.slot, undefined, this.#signal);
    while (head) {
      highest = Math.max(highest, head.through ?? 0, head.slotThrough);
      if (highest > head.blockStart) break;
      head = await this.#props.log.newest(this.#batch.slot, startOf(head), this.#signal);
    }
    return highest;
  }

  /** Hands the watermark to every earlier block that no watermark from before this batch has closed. The table tells, not memory. */
  async #walkBack(start: number): Promise<void> {
    const appended = new Set(this.#views.map(view => view.state.block.start));
    let before: Place = { blockStart: start, n: 0 };
    for (;;) {
      const head = await this.#props.log.newest(this.#batch.slot, before, this.#signal);
      if (!head || this.#isExpired(head) || this.#closes(head)) return;
      const state = await this.#load(head.blockStart, head.n + 1);
      if (state.heads.some(chunk => this.#closes(chunk))) return;
      if (!appended.has(head.blockStart)) await this.#append(state, EMPTY);
      before = startOf(head);
    }
  }

  /** Whether the chunk brought a watermark from before this batch that closes its whole block. */
  #closes({ blockStart, last, through = 0 }: ChunkHead): boolean {
    const { end } = this.#props.windows.blockOf(blockStart);
    const first = this.#batch.watermarks?.first ?? 0;
    return last < this.#batch.first && through >= end && first - MINUTE >= end;
  }

  /** The block as far as the log says it; with a known length, memory that is as long needs no reading. */
  async #load(start: number, length?: number): Promise<BlockState> {
    const state = this.#props.cache.get(this.#batch.slot, this.#props.windows.blockOf(start));
    const isFresh = length === undefined ? state.chunks > 0 : state.chunks >= length;
    if (!isFresh) await this.#catchUp(state);
    return state;
  }

  async #catchUp(state: BlockState): Promise<void> {
    const { slot } = this.#batch;
    for (const chunk of await this.#props.log.read(slot, state.block.start, state.chunks, this.#signal)) {
      // The table removes an expired log item by item and in any order, so what is left of it is only a fragment.
      if (chunk.n > state.chunks && this.#isExpired(chunk)) return state.expireWith(chunk);
      state.load(chunk);
    }
  }

  #isExpired({ expires }: { readonly expires: number | undefined }): boolean {
    return expires !== undefined && expires * 1000 <= this.#props.wallClock();
  }

  async #append(state: BlockState, body: ChunkBody): Promise<void> {
    const touched: Touched = new Map();
    const parts = splitBody(body, state.block.start);
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      for (;;) {
        const chunk = {
          slot: state.slot,
          blockStart: state.block.start,
          n: state.chunks,
          first: this.#batch.first,
          last: this.#batch.last,
          ...(isLast && this.#high !== undefined ? { through: this.#high } : {}),
          slotThrough: Math.max(this.through, state.knownThrough()),
          expires: state.expires ?? Math.floor((this.#props.wallClock() + LOG_LIFE) / 1000),
          body: part.bytes,
          report: reportOf(state, part.body, {
            through: isLast ? this.#high : undefined,
            emitted: this.#emitted,
          }),
        };
        if (await this.#props.log.append(chunk, this.#signal)) {
          state.add(chunk, part.body, touched);
          break;
        }
        this.#conflicts++;
        await this.#catchUp(state);
      }
    }
    this.#views.push({ state, touched });
  }

  #due(): Due[] {
    const first = this.#batch.watermarks?.first ?? 0;
    return this.#views.flatMap(({ state, touched }) => {
      const low = Math.min(state.throughBefore(this.#batch.first), first - MINUTE);
      return dueBars({
        state,
        touched,
        through: Math.max(this.through, state.knownThrough()),
        ...(this.#high === undefined ? {} : { range: { low, high: this.#high } }),
        provisional: this.#props.provisional,
      });
    });
  }
}

const EMPTY: ChunkBody = { minutes: [], marks: [] };
const OLDER_THAN_THE_LOG = 'older than the log';

const startOf = ({ blockStart }: Place): Place => ({ blockStart, n: 0 });
