/** Reads lines of a file as they come, through its rotations, and removes what was moved aside and is read: a file that does not grow. */
import { type FSWatcher, watch } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const LARGEST_READ = 256 * 1024;
const NEWLINE = 0x0a;

export class LineReader {
  readonly #folder: string;
  readonly #name: string;
  readonly #look: (lines: string) => void;
  readonly #watcher: FSWatcher;
  /** How far each file was read, by its number in the file system. */
  readonly #read = new Map<number, number>();
  #reading: Promise<void> = Promise.resolve();
  #isWaiting = false;
  bytes = 0;

  /** @param folder of this file alone. @param look is given whole lines */
  constructor(folder: string, name: string, look: (lines: string) => void) {
    this.#folder = folder;
    this.#name = name;
    this.#look = look;
    this.#watcher = watch(folder, () => this.#wake());
  }

  /** Resolves when all that stands there is read. */
  async caughtUp(): Promise<void> {
    this.#wake();
    await this.#reading;
  }

  async stop(): Promise<void> {
    this.#watcher.close();
    await this.#reading;
  }

  #wake(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#reading = this.#reading.then(() => {
      this.#isWaiting = false;
      return this.#readAll();
    });
  }

  async #readAll(): Promise<void> {
    // What is moved aside has more in its name, and gets no more lines.
    for (const name of await readdir(this.#folder)) {
      await this.#readOne(name);
      if (name !== this.#name) await rm(join(this.#folder, name));
    }
  }

  async #readOne(name: string): Promise<void> {
    const file = await open(join(this.#folder, name)).catch(() => undefined);
    // It was moved aside just now: it is read under its other name.
    if (!file) return;
    await using _file = file;
    const { ino } = await file.stat();
    const buffer = Buffer.allocUnsafe(LARGEST_READ);
    for (;;) {
      const from = this.#read.get(ino) ?? 0;
      const { bytesRead } = await file.read(buffer, 0, LARGEST_READ, from);
      const whole = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
      if (whole === 0) break;
      this.#read.set(ino, from + whole);
      this.bytes += whole;
      this.#look(buffer.toString('latin1', 0, whole));
    }
    // Another file gets that number once this one is gone.
    if (name !== this.#name) this.#read.delete(ino);
  }
}
