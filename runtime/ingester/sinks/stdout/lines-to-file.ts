/** Events as lines of standard output where that is a file or a device: what its disk has no room for now it may have later. */
import { fstatSync, statSync, write } from 'node:fs';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';
import { asError } from '../../../platform/error-code.ts';
import type { NumberedEvent } from '../passed-on/event.ts';
import type { Outlet, Untaken } from '../passed-on/outlet.ts';

const writeTo = promisify(write);

/** Whether what is written there goes to a file or a device, and not to a reader. */
export function isFile(fd: number): boolean {
  const found = fstatSync(fd);
  return found.isFile() || (found.isCharacterDevice() && !isatty(fd));
}

/** Whether what is written there goes to the file of that name. */
export function goesTo(fd: number, path: string): boolean {
  const [there, its] = [fstatSync(fd), statSync(path)];
  return its.isFile() && its.ino === there.ino && its.dev === there.dev;
}

/** Others may write to the same file, as with `2>&1`: nothing that stands there is cut off again. */
export class LinesToFile implements Outlet {
  readonly #fd: number;
  readonly #lineOf: (event: NumberedEvent) => string;
  /** Of a line whose beginning stands there. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(fd: number, lineOf: (event: NumberedEvent) => string) {
    this.#fd = fd;
    this.#lineOf = lineOf;
  }

  async write(events: readonly NumberedEvent[]): Promise<Untaken> {
    const lines = events.map(event => Buffer.from(`${this.#lineOf(event)}\n`));
    const bytes = Buffer.concat(lines);
    let done = 0;
    try {
      await this.#finish();
      while (done < bytes.length) done += (await writeTo(this.#fd, bytes, done)).bytesWritten;
      return { left: [] };
    } catch (error) {
      const left = events.slice(this.#begun(lines, done));
      return { left, error: asError(error) };
    }
  }

  /** @throws when a line stays torn */
  async close(): Promise<void> {
    await this.#finish();
  }

  async #finish(): Promise<void> {
    while (this.#rest.length > 0) {
      const { bytesWritten } = await writeTo(this.#fd, this.#rest);
      this.#rest = this.#rest.subarray(bytesWritten);
    }
  }

  /** A line that has begun is as good as written: its rest goes before anything else. @returns how many have */
  #begun(lines: readonly Buffer[], done: number): number {
    let end = 0;
    for (const [index, line] of lines.entries()) {
      if (end >= done) return index;
      end += line.length;
      this.#rest = line.subarray(line.length - Math.max(0, end - done));
    }
    return lines.length;
  }
}
