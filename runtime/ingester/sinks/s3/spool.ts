/** The folder in which objects wait for the bucket. What a process before this one left there goes on. */
import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../../platform/folder.ts';
import type { Logger } from '../../../platform/logger.ts';
import { wholeLines } from './cut.ts';
import type { Window } from './layout.ts';
import { emptyManifest, keepReserve, readManifest, syncFolder } from './manifest.ts';
import { SpooledObject, type WaitingPart } from './spooled-object.ts';

export interface SpoolOptions {
  readonly folder: string;
  /** Bytes that wait at most. */
  readonly limit: number;
  readonly partBytes: number;
  readonly logger: Logger;
}

/** `T.1763649000000.1763649900000.000007`: kind, window, and the order in which they were begun. */
const NAME = /^([A-Z][A-Z0-9]*)\.(\d+)\.(\d+)\.(\d+)$/;
const PART = /^part-(\d{6})\.ndjson$/;

export class Spool {
  readonly #options: SpoolOptions;
  #objects: SpooledObject[] = [];
  #bytes = 0;
  #number = 0;

  private constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** @throws the system's error when the folder cannot be used */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options);
    makeFolder(options.folder);
    await keepReserve(options.folder);
    const names = (await readdir(options.folder)).filter(name => NAME.test(name));
    for (const name of names.toSorted((a, b) => numberOf(a) - numberOf(b)))
      spool.#objects.push(await spool.#found(name));
    return spool;
  }

  /** Those that the bucket does not have, the oldest first. */
  get objects(): readonly SpooledObject[] {
    return this.#objects;
  }

  /** How many bytes wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws Error when there is no room for so many bytes more */
  expectRoom(bytes: number): void {
    const { folder, limit } = this.#options;
    if (this.#bytes + bytes > limit)
      throw new Error(
        `${folder} holds ${this.#bytes} bytes that the bucket does not have yet, and ${limit} are its most: see why it takes none, or set S3_FOLDER_MAX_BYTES`,
      );
  }

  async begin(kind: string, window: Window): Promise<SpooledObject> {
    const { folder } = this.#options;
    const number = `${++this.#number}`.padStart(6, '0');
    const object = this.#object(`${kind}.${window.start}.${window.end}.${number}`, kind, window);
    makeFolder(object.folder);
    await syncFolder(folder);
    this.#objects.push(object);
    return object;
  }

  /** The bucket has it. */
  async remove(object: SpooledObject): Promise<void> {
    await object.remove();
    this.#objects = this.#objects.filter(each => each !== object);
    await keepReserve(this.#options.folder);
  }

  #object(
    name: string,
    kind: string,
    window: Window,
    manifest = emptyManifest,
    waiting: readonly WaitingPart[] = [],
  ): SpooledObject {
    const { folder: spool, partBytes } = this.#options;
    const onBytes = (more: number) => {
      this.#bytes += more;
    };
    const folder = join(spool, name);
    return new SpooledObject({ folder, spool, kind, window, partBytes, manifest, waiting, onBytes });
  }

  async #found(name: string): Promise<SpooledObject> {
    const { folder: spool, logger } = this.#options;
    const [, kind = '', start, end, number] = NAME.exec(name) ?? [];
    this.#number = Math.max(this.#number, Number(number));
    const folder = join(spool, name);
    const manifest = await readManifest(folder).catch(error => {
      logger.warn('raw_event_write_failed', { object: name, error: `its manifest cannot be read: ${error}` });
      return emptyManifest;
    });
    const stored = new Set(manifest.parts.map(part => part.number));
    const waiting: WaitingPart[] = [];
    const files = (await readdir(folder)).filter(file => PART.test(file)).toSorted();
    for (const file of files) {
      const part = Number(PART.exec(file)?.[1]);
      const path = join(folder, file);
      // Only in the last of them something can have been written that was not yet safe.
      if (stored.has(part)) await rm(path);
      else if (file === files.at(-1)) waiting.push({ number: part, bytes: await this.#cut(path) });
      else waiting.push({ number: part, bytes: (await stat(path)).size });
    }
    this.#bytes += waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    const window = { start: Number(start), end: Number(end) };
    return this.#object(name, kind, window, manifest, waiting);
  }

  /** Cuts off what is no whole line, and says so. @returns how many bytes stay */
  async #cut(path: string): Promise<number> {
    const { size } = await stat(path);
    const whole = wholeLines(await readFile(path));
    if (whole === size) return size;
    const file = await open(path, 'r+');
    await file
      .truncate(whole)
      .then(() => file.sync())
      .finally(() => file.close());
    this.#options.logger.warn('raw_event_write_failed', {
      file: path,
      error: 'the process before this one ended within a line: it is cut off',
      bytes: size - whole,
    });
    return whole;
  }
}

function numberOf(name: string): number {
  return Number(NAME.exec(name)?.[4]);
}
