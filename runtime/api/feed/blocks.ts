/** Blocks as the roll-up's log has them, remembered by their number of chunks: what was appended since is read, and nothing twice. */
import type { Block, Windows } from '../../markets/window.ts';
import type { ChunkLog } from '../../tables/chunks/chunk-log.ts';
import { LoggedBlock } from '../../tables/chunks/logged-block.ts';

export interface BlocksProps {
  readonly log: Pick<ChunkLog, 'read' | 'nextBlock'>;
  readonly windows: Windows;
  /** Bytes to keep, nearly. */
  readonly limit: number;
  /** Epoch ms: the life of logs is counted by it. */
  readonly wallClock: () => number;
}

interface Remembered {
  block: LoggedBlock;
  /** As it was counted last. */
  bytes: number;
  /** Whoever asks while the log is read gets what that reads. */
  reading?: Promise<LoggedBlock>;
}

export class Blocks {
  readonly #props: BlocksProps;
  readonly #known = new Map<string, Remembered>();
  #bytes = 0;

  constructor(props: BlocksProps) {
    this.#props = props;
  }

  /**
   * The block, as its log says it now; without a bar when it has none, or one that has expired.
   * @param chunks how many the log has, where that is known: the log is not asked for more
   * @throws when the log cannot be read
   */
  get(
    slot: number,
    block: Block,
    signal: AbortSignal,
    chunks = Number.POSITIVE_INFINITY,
  ): Promise<LoggedBlock> {
    const key = `${slot}@${block.start}`;
    const known = this.#known.get(key) ?? { block: new LoggedBlock(slot, block), bytes: 0 };
    this.#known.delete(key);
    this.#known.set(key, known);
    if (known.block.chunks >= chunks && !this.#isExpired(known.block.expires))
      return Promise.resolve(known.block);
    known.reading ??= this.#catchUp(known, signal).finally(() => {
      delete known.reading;
    });
    return known.reading;
  }

  /** Start of the first block of the slot from `start` on (epoch ms) whose log has not expired; infinite when there is none. */
  async next(slot: number, start: number, signal: AbortSignal): Promise<number> {
    const { log, windows } = this.#props;
    for (let from = start; ; ) {
      const found = await log.nextBlock(slot, from, signal);
      if (!Number.isFinite(found)) return found;
      const block = windows.blockOf(found);
      if ((await this.get(slot, block, signal)).chunks > 0) return found;
      from = block.end;
    }
  }

  async #catchUp(known: Remembered, signal: AbortSignal): Promise<LoggedBlock> {
    const { slot, block } = known.block;
    if (this.#isExpired(known.block.expires)) known.block = new LoggedBlock(slot, block);
    for (const chunk of await this.#props.log.read(slot, block.start, known.block.chunks, signal)) {
      // Item by item and in any order the table removes what has expired: what is left of it is only a fragment.
      if (this.#isExpired(chunk.expires)) break;
      known.block.load(chunk);
    }
    this.#count(known);
    return known.block;
  }

  #isExpired(expires: number | undefined): boolean {
    return expires !== undefined && expires * 1_000 <= this.#props.wallClock();
  }

  /** Where there is no room, what was not asked for the longest is forgotten. */
  #count(counted: Remembered): void {
    this.#bytes += counted.block.bytes - counted.bytes;
    counted.bytes = counted.block.bytes;
    for (const [key, { bytes, reading }] of this.#known) {
      if (this.#bytes <= this.#props.limit) return;
      if (reading !== undefined) continue;
      this.#bytes -= bytes;
      this.#known.delete(key);
    }
  }
}
