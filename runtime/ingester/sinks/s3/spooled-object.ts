/** One object on its way to the bucket: the parts of it that wait on disk, and what the bucket has of it. */
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Window } from './layout.ts';
import { type Manifest, type StoredPart, saveManifest, syncFolder } from './manifest.ts';

/** A file of whole lines. */
export interface WaitingPart {
  readonly number: number;
  bytes: number;
}

export interface SpooledObjectOptions {
  /** Of this object alone. */
  readonly folder: string;
  /** The folder of all of them. */
  readonly spool: string;
  readonly kind: string;
  readonly window: Window;
  /** A part that has so many bytes gets no more. */
  readonly partBytes: number;
  readonly manifest: Manifest;
  /** Those found on disk, in order. */
  readonly waiting: readonly WaitingPart[];
  /** Told how many bytes more or less wait. */
  readonly onBytes: (more: number) => void;
}

export class SpooledObject {
  readonly #options: SpooledObjectOptions;
  readonly #waiting: WaitingPart[];
  #manifest: Manifest;
  #file: FileHandle | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: SpooledObjectOptions) {
    this.#options = options;
    this.#manifest = options.manifest;
    this.#waiting = [...options.waiting];
  }

  get folder(): string {
    return this.#options.folder;
  }

  get kind(): string {
    return this.#options.kind;
  }

  get window(): Window {
    return this.#options.window;
  }

  get manifest(): Manifest {
    return this.#manifest;
  }

  /** Bytes of all of it, wherever they are. */
  get bytes(): number {
    return [...this.#manifest.parts, ...this.#waiting].reduce((sum, part) => sum + part.bytes, 0);
  }

  /** Those that wait and get no more. */
  get closed(): readonly WaitingPart[] {
    const least = this.#manifest.sealed ? 1 : this.#options.partBytes;
    return this.#waiting.filter(part => part.bytes >= least);
  }

  /** The number of the part that is written next. */
  get #next(): number {
    return (this.#waiting.at(-1) ?? this.#manifest.parts.at(-1))?.number ?? 0;
  }

  pathOf({ number }: Pick<WaitingPart, 'number'>): string {
    return join(this.folder, `part-${`${number}`.padStart(6, '0')}.ndjson`);
  }

  /** Resolves when the lines are safe on disk. @throws when none of them is */
  async append(lines: Buffer): Promise<void> {
    const part = await this.#open();
    const { file } = part;
    try {
      for (let done = 0; done < lines.length; )
        done += (await file.write(lines, done, lines.length - done, part.part.bytes + done)).bytesWritten;
      await file.datasync();
    } catch (error) {
      // What stays behind its end all the same is written over, or cut off at the next start.
      await file.truncate(part.part.bytes).catch(() => undefined);
      throw error;
    }
    part.part.bytes += lines.length;
    this.#options.onBytes(lines.length);
    if (part.part.bytes >= this.#options.partBytes) await this.#close();
  }

  /** Nothing is appended from now on. */
  async seal(): Promise<void> {
    this.#manifest = { ...this.#manifest, sealed: true };
    await this.#close();
  }

  /** Remembers what the bucket knows of it, also beyond the end of this process. */
  async note(known: Partial<Pick<Manifest, 'target' | 'uploadId'>>): Promise<void> {
    this.#manifest = { ...this.#manifest, ...known };
    await this.save();
  }

  /** The bucket has that part: it waits no more. */
  async stored(part: StoredPart): Promise<void> {
    const others = this.#manifest.parts.filter(({ number }) => number !== part.number);
    this.#manifest = { ...this.#manifest, parts: [...others, part] };
    await this.save();
    await rm(this.pathOf(part), { force: true });
    const index = this.#waiting.findIndex(each => each.number === part.number);
    for (const { bytes } of this.#waiting.splice(index, index < 0 ? 0 : 1)) this.#options.onBytes(-bytes);
  }

  /** What the bucket had of it is gone: the rest is an object of its own. @returns how many bytes are lost */
  async forget(): Promise<number> {
    const lost = this.#manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#manifest = { sealed: this.#manifest.sealed, parts: [] };
    await this.save();
    return lost;
  }

  save(): Promise<void> {
    const save = () => saveManifest(this.folder, this.#options.spool, this.#manifest);
    this.#saving = this.#saving.then(save, save);
    return this.#saving;
  }

  /** The bucket has all of it. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    for (const { bytes } of this.#waiting.splice(0)) this.#options.onBytes(-bytes);
  }

  async #open(): Promise<{ readonly part: WaitingPart; readonly file: FileHandle }> {
    const last = this.#waiting.at(-1);
    const isOpen = last !== undefined && last.bytes < this.#options.partBytes;
    const part = isOpen ? last : { number: this.#next + 1, bytes: 0 };
    if (!this.#file) {
      this.#file = await open(this.pathOf(part), constants.O_WRONLY | constants.O_CREAT, 0o600);
      await syncFolder(this.folder);
    }
    if (!isOpen) this.#waiting.push(part);
    return { part, file: this.#file };
  }

  /** What was written is safe, whatever closing says. */
  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }
}
