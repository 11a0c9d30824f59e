/** The rules for one slot and one batch: append to the logs, walk back over open blocks, and say which bars are due. */
import { MINUTE } from '../markets/timeframe.ts';
import type { ChunkBody } from '../tables/chunks/chunk-body.ts';
import { splitBody } from '../tables/chunks/chunk-split.ts';
import type { Touched } from '../tables/chunks/logged-block.ts';
import type { Refused } from '../tables/quarantine/quarantine-item.ts';
import { type BlockBatch, refusal, type SlotBatch } from './batch.ts';
import type { BlockState } from './block-state.ts';
import { Closings, type Punctuality } from './closing.ts';
import { type Due, dueBars } from './due.ts';
import { reportOf } from './report.ts';
import { SlotLog, type SlotLogProps } from './slot-log.ts';

const DAY = 86_400_000;
/** A block's log lives this long after its first chunk, by the wall clock. */
export const LOG_LIFE = 8 * DAY;
/**
 * A block that ended longer than this before its slot's watermark starts no log, for an earlier one may have expired. Its end
 * decides, and not each minute's age, so that what is accepted does not depend on how the stream is cut into batches.
 */
export const OLDEST_NEW_LOG = 7 * DAY;
export const OLDER_THAN_THE_LOG = 'older than the log';

/** What came of some blocks of a slot's batch. */
export interface SlotGroup {
  /** To be gone through once, and before the next group is asked for. */
  readonly due: Iterable<Due>;
  readonly refused: readonly Refused[];
  /** Appends that found another worker's chunk in their place. */
  readonly conflicts: number;
}

export interface SlotWorkProps extends SlotLogProps, Punctuality {
  /** Emit windows that are still open too, as bars that are not final. */
  readonly provisional: boolean;
}

/** What is known before the batch. */
export interface Known {
  /** The slot's highest watermark, as far as it is known. */
  readonly through: number;
  /** The highest one whose bars were acknowledged. */
  readonly emitted: number;
  /** Bytes that the blocks of one group may take together. */
  readonly room: number;
}

/** A block that the batch was appended to. */
interface View {
  readonly state: BlockState;
  readonly touched: Touched;
}

/** One batch on its way through the rules. */
export class SlotWork {
  readonly #props: SlotWorkProps;
  readonly #batch: SlotBatch;
  readonly #known: Known;
  readonly #log: SlotLog;
  /** The batch's last watermark; undefined when it brought none. */
  readonly #high: number | undefined;
  /** Starts of the blocks that the batch was appended to, and whether a watermark from before had closed them. */
  readonly #appended = new Map<number, boolean>();
  /** Of the group that is being worked at; so are those below. */
  #views: View[] = [];
  #refused: Refused[] = [];
  #conflicts = 0;
  #bytes = 0;
  #largest = 0;
  /** The slot's highest watermark, as far as it is known. */
  through: number;

  constructor(props: SlotWorkProps, batch: SlotBatch, known: Known, signal: AbortSignal) {
    this.#props = props;
    this.#batch = batch;
    this.#known = known;
    this.#log = new SlotLog(props, batch, signal);
    this.#high = batch.watermarks?.highest;
    this.through = Math.max(known.through, this.#high ?? 0);
  }

  /** Block by block, so that no more of them are held at once than there is room for. */
  async *groups(): AsyncGenerator<SlotGroup> {
    const { blocks } = this.#batch;
    const current = this.#high === undefined ? undefined : this.#props.windows.blockOf(this.#high - MINUTE);
    for (const start of new Set([...blocks.keys(), ...(current ? [current.start] : [])])) {
      const state = await this.#log.load(start);
      const body = await this.#accept(blocks.get(start), state);
      const takesWatermark = start === current?.start && !this.#log.isExpired(state);
      if (body !== EMPTY || takesWatermark) await this.#append(state, body);
      if (this.#fills(state)) yield await this.#group();
    }
    if (current) {
      for await (const state of this.#log.openBlocks(current.start, this.#appended)) {
        await this.#append(state, EMPTY);
        if (this.#fills(state)) yield await this.#group();
      }
    }
    yield await this.#group();
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
    if (this.#log.isExpired(state)) return false;
    if (state.chunks > 0) return true;
    return block.end + OLDEST_NEW_LOG > Math.max(watermarkBefore, await this.#log.throughBeforeBatch());
  }

  async #append(state: BlockState, body: ChunkBody): Promise<void> {
    const { cache, wallClock } = this.#props;
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
          expires: state.expires ?? Math.floor((wallClock() + LOG_LIFE) / 1000),
          body: part.bytes,
          report: reportOf(state, part.body, {
            through: isLast ? this.#high : undefined,
            emitted: this.#known.emitted,
          }),
        };
        if (await this.#log.append(chunk)) {
          state.add(chunk, part.body, touched);
          break;
        }
        this.#conflicts++;
        await this.#log.catchUp(state);
      }
    }
    cache.count(state);
    this.#appended.set(state.block.start, this.#log.isClosed(state));
    this.#views.push({ state, touched });
  }

  /** Whether the block leaves no room in its group for another like the largest so far. */
  #fills({ bytes }: BlockState): boolean {
    this.#bytes += bytes;
    this.#largest = Math.max(this.#largest, bytes);
    return this.#bytes + this.#largest > this.#known.room;
  }

  /** What came of the blocks since the last group. */
  async #group(): Promise<SlotGroup> {
    // Only after the appends: whoever puts a higher watermark later walks back and finds them.
    if (this.#views.length > 0) this.through = Math.max(this.through, await this.#log.highestThrough());
    const due = this.#due(this.#views, this.through);
    const group = { due, refused: this.#refused, conflicts: this.#conflicts };
    [this.#views, this.#refused, this.#conflicts] = [[], [], 0];
    [this.#bytes, this.#largest] = [0, 0];
    return group;
  }

  *#due(views: readonly View[], slotThrough: number): Generator<Due> {
    const first = this.#batch.watermarks?.first ?? 0;
    for (const { state, touched } of views) {
      const low = Math.min(state.throughBefore(this.#batch.first), first - MINUTE);
      const closings = new Closings({ ...this.#props, state, batch: this.#batch, through: slotThrough });
      const due = dueBars({
        state,
        touched,
        through: Math.max(slotThrough, state.knownThrough()),
        ...(this.#high === undefined ? {} : { range: { low, high: this.#high } }),
        provisional: this.#props.provisional,
      });
      for (const bar of due) yield bar.final ? { ...bar, closing: closings.of(bar) } : bar;
    }
  }
}

const EMPTY: ChunkBody = { minutes: [], marks: [] };
