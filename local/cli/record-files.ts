/** `--out`: every record of the two streams as it was put, one a line. Written at once, so that nothing piles up and a full disk is noticed. */
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../runtime/platform/folder.ts';
import { UsageError } from '../command-line/option-values.ts';
import { FolderLock } from './folder-lock.ts';

const names = ['minutes', 'bars'] as const;
type Name = (typeof names)[number];

const LINE_FEED = 10;

interface RecordFile {
  readonly descriptor: number;
  /** Whole lines in it, and their bytes. */
  lines: number;
  bytes: number;
}

export class RecordFiles implements Disposable {
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #files: Readonly<Record<Name, RecordFile>>;
  #onLost: (error: UsageError) => void = () => {};
  #isLost = false;

  /** @throws UsageError when the folder or a file in it cannot be made, or another run writes into it */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      makeFolder(folder);
      this.#lock = new FolderLock(folder);
      this.#files = { minutes: this.#open('minutes'), bars: this.#open('bars') };
    } catch (error) {
      throw error instanceof UsageError ? error : this.#refusal('cannot be used', error);
    }
  }

  /** Calls `listener` once, when a record cannot be written any more; what comes later is not written either. */
  onLost(listener: (error: UsageError) => void): void {
    this.#onLost = listener;
  }

  write(name: Name, records: readonly string[]): void {
    if (this.#isLost || records.length === 0) return;
    const file = this.#files[name];
    const bytes = Buffer.from(`${records.join('\n')}\n`);
    let written = 0;
    try {
      // A file that was removed takes whatever is written, and loses it.
      if (fstatSync(file.descriptor).nlink === 0) throw new Error(`${name}.ndjson was removed`);
      while (written < bytes.length) written += writeSync(file.descriptor, bytes, written);
      file.lines += records.length;
      file.bytes += bytes.length;
    } catch (error) {
      this.#isLost = true;
      endAtLine(file, bytes.subarray(0, written));
      const held = names.map(each => `${this.#files[each].lines} of ${each}`).join(' and ');
      this.#onLost(this.#refusal(`cannot be written any more, after ${held}`, error));
    }
  }

  [Symbol.dispose](): void {
    for (const name of names) closeSync(this.#files[name].descriptor);
    this.#lock[Symbol.dispose]();
  }

  #open(name: Name): RecordFile {
    return { descriptor: openSync(join(this.#folder, `${name}.ndjson`), 'w'), lines: 0, bytes: 0 };
  }

  #refusal(what: string, cause: unknown): UsageError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new UsageError(
      `--out '${this.#folder}' ${what}: ${why}; name a folder on a disk that has room and can be written`,
      { cause },
    );
  }
}

/** Counts the whole lines of what could be written, and cuts off the one that could not be finished. */
function endAtLine(file: RecordFile, written: Buffer): void {
  file.lines += written.reduce((lines, byte) => lines + Number(byte === LINE_FEED), 0);
  file.bytes += written.lastIndexOf(LINE_FEED) + 1;
  try {
    ftruncateSync(file.descriptor, file.bytes);
  } catch {
    // No file that could be cut: it has gone, or is a device.
  }
}
