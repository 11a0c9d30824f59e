/** Records that memory cannot hold, in the order in which they came: full segments on disk, the youngest still in memory. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../../platform/folder.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { MinuteRecord } from '../../../records/bar.ts';
import { type Item, itemOf } from './slot-queue.ts';

/** About a megabyte. */
const SEGMENT_RECORDS = 4_000;
/** How much may wait in memory for a disk that is slow or full, in bytes. */
const UNWRITTEN_LIMIT = 16 * 1024 * 1024;

export interface SegmentsOptions {
  readonly folder: string;
  /** The most that may wait, in bytes of the files. */
  readonly limit: number;
  readonly logger: Logger;
  /** @default 4,000 */
  readonly recordsPerSegment?: number;
}

interface Segment {
  readonly file: string;
  /** Until they are written. */
  lines: string[] | undefined;
  records: number;
  bars: number;
  bytes: number;
  writing: Promise<void>;
}

export class Segments implements AsyncDisposable {
  readonly #options: SegmentsOptions;
  readonly #waiting: Segment[] = [];
  #records = 0;
  #bars = 0;
  #bytes = 0;
  #unwritten = 0;
  #next = 0;

  private constructor(options: SegmentsOptions) {
    this.#options = options;
  }

  /**
   * Takes a folder of its own below `folder`. What a process before this one left there is not read: the watermarks behind
   * it were never published, so its minutes are found missing anyway. @throws when the folder cannot be used
   */
  static async open({ folder, ...options }: SegmentsOptions): Promise<Segments> {
    makeFolder(folder);
    return new Segments({ ...options, folder: await mkdtemp(join(folder, 'segments-')) });
  }

  /** What waits: records, how many of them are bars, and bytes as they are on disk. */
  get held(): { readonly records: number; readonly bars: number; readonly bytes: number } {
    return { records: this.#records, bars: this.#bars, bytes: this.#bytes };
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** The share of its limits that is taken; 1 and above is full. */
  get filled(): number {
    return Math.max(this.#bytes / this.#options.limit, this.#unwritten / UNWRITTEN_LIMIT);
  }

  /** Puts an item behind all others. Never waits for the disk. */
  push(item: Item): void {
    const line = lineOf(item);
    const bytes = Buffer.byteLength(line) + 1;
    const bars = item.kind === 'bar' ? 1 : 0;
    const segment = this.#youngest();
    segment.lines?.push(line);
    segment.records++;
    segment.bars += bars;
    segment.bytes += bytes;
    this.#records++;
    this.#bars += bars;
    this.#bytes += bytes;
    this.#unwritten += bytes;
    const { recordsPerSegment = SEGMENT_RECORDS } = this.#options;
    if (segment.records >= recordsPerSegment) segment.writing = this.#write(segment);
  }

  /** Takes the oldest segment's items. @throws when the disk does not give back what was written: that segment stays the oldest */
  async shift(): Promise<Item[]> {
    const [oldest] = this.#waiting;
    if (!oldest) return [];
    await oldest.writing;
    const lines = oldest.lines ?? (await this.#read(oldest));
    if (oldest.lines) this.#unwritten -= oldest.bytes;
    this.#waiting.shift();
    this.#records -= oldest.records;
    this.#bars -= oldest.bars;
    this.#bytes -= oldest.bytes;
    return lines.map(itemFrom);
  }

  /** Removes the folder and what is left in it, which nobody would read. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#waiting.map(({ writing }) => writing));
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  #youngest(): Segment {
    const { recordsPerSegment = SEGMENT_RECORDS } = this.#options;
    const last = this.#waiting.at(-1);
    if (last?.lines && last.records < recordsPerSegment) return last;
    const file = `${this.#next++}.segment`;
    const segment: Segment = { file, lines: [], records: 0, bars: 0, bytes: 0, writing: Promise.resolve() };
    this.#waiting.push(segment);
    return segment;
  }

  /** A disk that is full or broken leaves the segment in memory, where the limit for the unwritten bounds it, and no part of it on the disk. */
  async #write(segment: Segment): Promise<void> {
    const { folder, logger } = this.#options;
    const { lines = [], file, bytes } = segment;
    const path = join(folder, file);
    try {
      await writeFile(path, lines.join('\n'));
      segment.lines = undefined;
      this.#unwritten -= bytes;
    } catch (error) {
      logger.error('a segment cannot be written and stays in memory', {
        folder,
        bytes,
        cause: String(error),
      });
      await rm(path, { force: true }).catch(() => undefined);
    }
  }

  async #read({ file, records }: Segment): Promise<string[]> {
    const path = join(this.#options.folder, file);
    const lines = (await readFile(path, 'utf8')).split('\n');
    if (lines.length !== records)
      throw new Error(`${file} holds ${lines.length} records, not the ${records} written to it`);
    await rm(path);
    return lines;
  }
}

const kinds: readonly MinuteRecord['type'][] = ['bar', 'coverage', 'watermark'];

/** A record as a line of text: neither keys nor JSON hold tabs or line ends. */
function lineOf({ kind, epoch, slot, order, partitionKey, data }: Item): string {
  return `${kind}\t${epoch ?? ''}\t${slot}\t${order}\t${partitionKey}\t${Buffer.from(data).toString()}`;
}

/** @throws when the line is none that `lineOf` wrote */
function itemFrom(line: string): Item {
  const [kindText, epochText, slotText, order, partitionKey, text] = line.split('\t');
  const kind = kinds.find(each => each === kindText);
  if (kind === undefined || order === undefined || partitionKey === undefined || text === undefined)
    throw new Error(`a line of a segment is damaged: ${JSON.stringify(line.slice(0, 80))}`);
  const epoch = epochText === '' ? undefined : Number(epochText);
  return itemOf({ kind, epoch, slot: Number(slotText), order, partitionKey }, Buffer.from(text));
}
