/** A file of lines that is moved aside when it is large or old enough, and opened anew when somebody else has moved it. */
import { constants, fstatSync, renameSync, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { asError } from '../../../platform/error-code.ts';
import { compress, halfCompressed } from './compress.ts';

export interface LineFileOptions {
  readonly path: string;
  /** A file of so many bytes is moved aside. @default never */
  readonly maxBytes?: number | undefined;
  /** A file that was opened so long ago (ms) is moved aside. @default never */
  readonly rotateAfter?: number | undefined;
  /** What was moved aside is compressed. */
  readonly gzip: boolean;
  /** Epoch ms, for names and ages. */
  readonly now: () => number;
  /** Told what goes wrong beside the lines, which are safe. */
  readonly onTrouble: (what: string, error: Error) => void;
}

interface OpenFile {
  readonly handle: FileHandle;
  size: number;
  readonly openedAt: number;
  /** No pipe and no device. */
  readonly isRegular: boolean;
}

/** Called by one caller at a time. */
export class LineFile {
  readonly #options: LineFileOptions;
  #file: OpenFile | undefined;
  #compressing: Promise<void> = Promise.resolve();
  #rotations = 0;
  #isFirst = true;
  #isClosed = false;

  constructor(options: LineFileOptions) {
    this.#options = options;
  }

  /** @throws when it cannot be opened */
  async open(): Promise<OpenFile> {
    if (this.#file) return this.#file;
    if (this.#isClosed) throw new Error('it is closed');
    const { path, now } = this.#options;
    const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
    // The last changes nothing but for pipes, whose opening would wait for a reader.
    const handle = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o644);
    const found = await handle.stat();
    if (this.#isClosed) {
      await handle.close();
      throw new Error('it is closed');
    }
    if (found.isFIFO()) {
      await handle.close();
      throw new Error(`'${path}' is a pipe, in which lines could be torn: use a file`);
    }
    this.#file = {
      handle,
      size: found.isFile() ? found.size : 0,
      openedAt: now(),
      isRegular: found.isFile(),
    };
    if (this.#isFirst && this.#options.gzip && this.#file.isRegular) await this.#goOnCompressing();
    this.#isFirst = false;
    return this.#file;
  }

  /**
   * Appends as many of the lines as stand in one file: the one that makes it full is its last.
   * @returns how many. @throws when none of them stands there
   */
  async append(lines: readonly string[]): Promise<number> {
    await this.rotateIfDue();
    const file = await this.open();
    const { maxBytes = Number.POSITIVE_INFINITY } = this.#options;
    let taken = 0;
    for (let { size } = file; taken < lines.length && (taken === 0 || size < maxBytes); taken++)
      size += Buffer.byteLength(lines[taken] ?? '');
    await this.#write(file, Buffer.from(lines.slice(0, taken).join('')));
    await this.rotateIfDue();
    return taken;
  }

  /** Moves the file aside when it is due. What goes wrong is told: lines go on into the file as it is. */
  async rotateIfDue(): Promise<void> {
    const {
      maxBytes = Number.POSITIVE_INFINITY,
      rotateAfter = Number.POSITIVE_INFINITY,
      now,
    } = this.#options;
    const file = this.#file;
    if (!file?.isRegular || file.size === 0) return;
    if (file.size < maxBytes && now() - file.openedAt < rotateAfter) return;
    try {
      await this.#rotate();
    } catch (error) {
      this.#options.onTrouble('it cannot be moved aside', asError(error));
    }
  }

  /** The next line goes to whatever stands under its name by then. */
  async reopen(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }

  /** Resolves when all that was moved aside is compressed, too. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.reopen();
    await this.#compressing;
  }

  /** All or nothing: a line that the disk had no room for leaves no torn beginning. */
  async #write(file: OpenFile, bytes: Buffer): Promise<void> {
    let done = 0;
    try {
      while (done < bytes.length) done += (await file.handle.write(bytes, done)).bytesWritten;
    } catch (error) {
      // Where it ends now, for somebody may have emptied it meanwhile.
      if (done > 0 && file.isRegular) await file.handle.truncate((await file.handle.stat()).size - done);
      throw error;
    }
    file.size += bytes.length;
  }

  async #rotate(): Promise<void> {
    const { path, gzip } = this.#options;
    const aside = await this.#freeName();
    const isMoved = this.#file !== undefined && movedOwn(this.#file.handle, path, aside);
    await this.reopen();
    if (gzip && isMoved) this.#compress(aside);
  }

  #compress(aside: string): void {
    const { onTrouble } = this.#options;
    this.#compressing = this.#compressing
      .then(() => compress(aside))
      .catch(error => onTrouble(`${aside} cannot be compressed, it stays as it is`, asError(error)));
  }

  /** A process before this one may have ended in the middle of it. */
  async #goOnCompressing(): Promise<void> {
    const { path, onTrouble } = this.#options;
    try {
      for (const aside of await halfCompressed(path)) {
        const [, part = ''] = /\.(\d{8}T\d{6}Z-\d{6,})/.exec(basename(aside)) ?? [];
        if (basename(aside) === basename(withPart(path, part))) this.#compress(aside);
      }
    } catch (error) {
      onTrouble('nobody can tell whether anything is half compressed', asError(error));
    }
  }

  /** `f.ndjson` goes to `f.20251120T143000Z-000001.ndjson`. */
  async #freeName(): Promise<string> {
    const { path, now } = this.#options;
    const time = new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    for (;;) {
      const number = `${++this.#rotations}`.padStart(6, '0');
      const name = withPart(path, `${time}-${number}`);
      if (!(await exists(name)) && !(await exists(`${name}.gz`))) return name;
    }
  }
}

/** `f.ndjson` and `T` make `f.T.ndjson`. */
export function withPart(path: string, part: string): string {
  const [, stem, ending = ''] = /^(.*[^/])(\.[^./]+)$/.exec(path) ?? [path, path];
  return `${stem}.${part}${ending}`;
}

/** At once, so that nothing takes its place meanwhile. @returns false where somebody else has moved it: what stands there now is left alone */
function movedOwn({ fd }: FileHandle, path: string, aside: string): boolean {
  const own = fstatSync(fd);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.ino !== own.ino || there.dev !== own.dev) return false;
  renameSync(path, aside);
  return true;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
