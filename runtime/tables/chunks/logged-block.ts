/** One slot's block as its log says it: the fold of its chunks, whoever appended them. */
import { type Folded, fold } from '../../fold/fold.ts';
import { isUncovered, Marks } from '../../fold/marks.ts';
import { Minutes } from '../../fold/minutes.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import type { Block } from '../../markets/window.ts';
import type { MinuteValues } from '../../records/bar.ts';
import { type ChunkBody, type ChunkColumns, decodeColumns, type LoggedMark } from './chunk-body.ts';
import type { Chunk, ChunkHead } from './chunk-item.ts';
import type { LoggedMinute } from './minute-columns.ts';

/** One symbol's part of a block. */
interface SymbolState {
  readonly minutes: Minutes;
  marks?: Marks;
}

/** Indexes of windows by symbol. */
export type Touched = Map<string, ReadonlySet<number>>;

/** Of a block without chunks, with its windows. */
export const EMPTY_BYTES = 12_000;
/** Of a minute's place for a mark. */
const MARK_BYTES = 9;

export class LoggedBlock {
  readonly slot: number;
  readonly block: Block;
  readonly #symbols = new Map<string, SymbolState>();
  readonly #heads: ChunkHead[] = [];
  #marks: Marks | undefined;
  #expires: number | undefined;
  #bytes = EMPTY_BYTES;

  constructor(slot: number, block: Block) {
    this.slot = slot;
    this.block = block;
  }

  /** How many chunks of the log are folded in; the place of the next one. */
  get chunks(): number {
    return this.#heads.length;
  }

  /** When the log expires, epoch seconds; undefined for a log without chunks. */
  get expires(): number | undefined {
    return this.#heads[0]?.expires ?? this.#expires;
  }

  /** Tells when the log has expired, of which there is left no more than this chunk and its like. */
  expireWith({ expires }: ChunkHead): void {
    this.#expires = expires;
  }

  /** Memory in bytes, nearly. */
  get bytes(): number {
    return this.#bytes;
  }

  symbols(): Iterable<string> {
    return this.#symbols.keys();
  }

  /** How many symbols it has. */
  get size(): number {
    return this.#symbols.size;
  }

  /** The log's chunks, without their minutes and marks. */
  get heads(): readonly ChunkHead[] {
    return this.#heads;
  }

  /** The highest watermark that the log itself got from batches that ended before sequence number `before`; 0 for none. */
  throughBefore(before: bigint): number {
    let highest = 0;
    for (const { through = 0, last } of this.#heads)
      if (through > highest && last < before) highest = through;
    return highest;
  }

  /** The highest watermark of the slot that the log knows of. */
  knownThrough(): number {
    let highest = 0;
    for (const { through = 0, slotThrough } of this.#heads) highest = Math.max(highest, through, slotThrough);
    return highest;
  }

  /** Folds in a chunk that another worker appended. */
  load(chunk: Chunk): void {
    const body = decodeColumns(chunk.body, this.block.start);
    this.#append(chunk);
    this.#mergeColumns(body);
    for (const mark of body.marks) this.#addMark(mark, undefined);
  }

  /**
   * Folds in a chunk that was appended to the log.
   * @param touched gets the windows touched by minutes and marks that are not older than what was stored
   */
  add(head: ChunkHead, body: ChunkBody, touched: Touched): void {
    this.#append(head);
    for (const minute of body.minutes) this.#addMinute(minute, touched);
    for (const mark of body.marks) this.#addMark(mark, touched);
  }

  /** Whether the symbol has a bar of the window's last minute. */
  hasLastMinute(symbol: string, windowIndex: number): boolean {
    const window = this.block.windows[windowIndex];
    return window !== undefined && (this.#symbols.get(symbol)?.minutes.has(window.to - 1) ?? false);
  }

  /** The bar of a window, or undefined when the symbol has no minute in it. */
  fold(symbol: string, windowIndex: number): Folded | undefined {
    const window = this.block.windows[windowIndex];
    const state = this.#symbols.get(symbol);
    return (
      window && state && fold(state.minutes, { slot: this.#marks, own: state.marks }, window.from, window.to)
    );
  }

  /**
   * The watermark that closes a window for a symbol: its end, or one minute earlier where the last minute's bar is there
   * already. The earlier one is sound because the ingester holds the watermark back over a gap.
   */
  closesAt(symbol: string, windowIndex: number): number {
    const end = this.block.windows[windowIndex]?.end ?? Number.POSITIVE_INFINITY;
    return this.hasLastMinute(symbol, windowIndex) ? end - MINUTE : end;
  }

  /** The minute at that offset from the block's start, or undefined when the symbol has no bar of it. */
  minute(symbol: string, offset: number): MinuteValues | undefined {
    return this.#symbols.get(symbol)?.minutes.at(offset);
  }

  /** Whether nobody saw the minute at that offset of the symbol, or of its whole slot. */
  isUncovered(symbol: string, offset: number): boolean {
    return isUncovered(offset, this.#marks, this.#symbols.get(symbol)?.marks);
  }

  #append(head: ChunkHead): void {
    if (head.n !== this.chunks) throw new RangeError(`chunk ${head.n} cannot follow ${this.chunks} chunks`);
    const { slot, blockStart, n, first, last, through, slotThrough, expires } = head;
    this.#heads.push({
      slot,
      blockStart,
      n,
      first,
      last,
      slotThrough,
      expires,
      ...(through === undefined ? {} : { through }),
    });
    this.#bytes += 250;
  }

  /** The symbols that have a bar of the minute at that offset from the block's start. */
  *symbolsAt(offset: number): Generator<string> {
    for (const [symbol, { minutes }] of this.#symbols) if (minutes.has(offset)) yield symbol;
  }

  /** The newest mark of every minute that has one, of the slot and of its symbols. */
  *marks(): Generator<LoggedMark> {
    yield* this.#marksIn(this.#marks);
    for (const [symbol, { marks }] of this.#symbols) yield* this.#marksIn(marks, symbol);
  }

  /** Nobody asks what a chunk touched that another worker appended. */
  #mergeColumns({ symbols, minutes }: ChunkColumns): void {
    const states = symbols.map(symbol => this.#stateOf(symbol).minutes);
    for (let i = 0; i < minutes.count; i++)
      states[(minutes.symbols[i] ?? 0) - 1]?.mergeFrom(minutes, i, minutes.offsets[i] ?? 0);
  }

  #addMinute(minute: LoggedMinute, touched: Touched): void {
    const offset = (minute.start - this.block.start) / MINUTE;
    if (this.#stateOf(minute.symbol).minutes.merge(offset, minute) !== 'older')
      this.#touch(minute.symbol, offset, touched);
  }

  #addMark(mark: LoggedMark, touched: Touched | undefined): void {
    const offset = (mark.minute - this.block.start) / MINUTE;
    const marks = mark.symbol === undefined ? this.#slotMarks() : this.#symbolMarks(mark.symbol);
    if (marks.merge(offset, mark) === 'older' || touched === undefined) return;
    for (const symbol of mark.symbol === undefined ? this.#symbols.keys() : [mark.symbol])
      this.#touch(symbol, offset, touched);
  }

  #touch(symbol: string, offset: number, touched: Touched): void {
    const windows = this.block.windowsOfMinute[offset];
    const before = touched.get(symbol);
    if (windows === undefined || windows === before) return;
    touched.set(symbol, before ? before.union(windows) : windows);
  }

  *#marksIn(marks: Marks | undefined, symbol?: string): Generator<LoggedMark> {
    if (!marks) return;
    for (const [offset, version] of marks.versions.entries()) {
      if (version === 0) continue;
      const minute = this.block.start + offset * MINUTE;
      const covered = !marks.isUncovered(offset);
      yield { minute, version, covered, ...(symbol === undefined ? {} : { symbol }) };
    }
  }

  #slotMarks(): Marks {
    if (!this.#marks) this.#bytes += this.block.minutes * MARK_BYTES;
    this.#marks ??= new Marks(this.block.minutes);
    return this.#marks;
  }

  #symbolMarks(symbol: string): Marks {
    const state = this.#stateOf(symbol);
    if (!state.marks) this.#bytes += this.block.minutes * MARK_BYTES;
    state.marks ??= new Marks(this.block.minutes);
    return state.marks;
  }

  #stateOf(symbol: string): SymbolState {
    const known = this.#symbols.get(symbol);
    if (known) return known;
    const state = { minutes: new Minutes(this.block.minutes) };
    this.#symbols.set(symbol, state);
    this.#bytes += state.minutes.bytes + 600;
    return state;
  }
}
