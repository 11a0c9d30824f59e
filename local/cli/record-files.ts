/** `--out`: every record of the two streams as it was put, one a line. Written at once, so that nothing piles up and a full disk is noticed. */
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../runtime/platform/folder.ts';
import { UsageError } from '../command-line/option-values.ts';

const names = ['minutes', 'bars'] as const;

export class RecordFiles implements Disposable {
  readonly #folder: string;
  readonly #files: Readonly<Record<(typeof names)[number], number>>;
  #onLost: (error: UsageError) => void = () => {};
  #isLost = false;

  /** @throws UsageError when the folder or a file in it cannot be made */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      makeFolder(folder);
      const [minutes, bars] = names.map(name => openSync(join(folder, `${name}.ndjson`), 'w'));
      this.#files = { minutes: minutes ?? -1, bars: bars ?? -1 };
    } catch (error) {
      throw this.#refusal('cannot be used', error);
    }
  }

  /** Calls `listener` once, when a record cannot be written any more; what comes later is not written either. */
  onLost(listener: (error: UsageError) => void): void {
    this.#onLost = listener;
  }

  write(name: (typeof names)[number], records: readonly string[]): void {
    if (this.#isLost || records.length === 0) return;
    const file = this.#files[name];
    try {
      // A file that was removed takes whatever is written, and loses it.
      if (fstatSync(file).nlink === 0) throw new Error(`${name}.ndjson was removed`);
      const bytes = Buffer.from(`${records.join('\n')}\n`);
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    } catch (error) {
      this.#isLost = true;
      this.#onLost(this.#refusal('cannot be written any more', error));
    }
  }

  [Symbol.dispose](): void {
    for (const name of names) closeSync(this.#files[name]);
  }

  #refusal(what: string, cause: unknown): UsageError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new UsageError(
      `--out '${this.#folder}' ${what}: ${why}; name a folder on a disk that has room and can be written`,
      { cause },
    );
  }
}
