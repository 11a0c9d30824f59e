/** Keeps two runs from writing the same files: a file in their folder says which process does, for as long as it lives. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../command-line/option-values.ts';
import { atExit } from '../engine/at-exit.ts';

const NAME = '.in-use';

export class FolderLock implements Disposable {
  readonly #file: string;
  readonly #forget: () => void;

  /** @throws UsageError when another process has it, and the system's error when its file cannot be written */
  constructor(folder: string) {
    this.#file = join(folder, NAME);
    const holder = holderOf(this.#file);
    if (holder !== undefined)
      throw new UsageError(
        `--out '${folder}' is in use by process ${holder}: name another folder, or wait until that has ended (if it is no npm start, remove ${this.#file})`,
      );
    // Who died left one behind.
    rmSync(this.#file, { force: true });
    writeFileSync(this.#file, `${process.pid}\n`, { flag: 'wx' });
    this.#forget = atExit(() => rmSync(this.#file, { force: true }));
  }

  [Symbol.dispose](): void {
    rmSync(this.#file, { force: true });
    this.#forget();
  }
}

/** The other process that has it; undefined when there is none that lives. */
function holderOf(file: string): number | undefined {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    const isOfThisBoot = statSync(file).mtimeMs > Date.now() - uptime() * 1_000;
    return holder > 0 && holder !== process.pid && isOfThisBoot && lives(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // There is one, of somebody else.
    return Object(error).code === 'EPERM';
  }
}
