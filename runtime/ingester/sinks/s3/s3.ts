/** Envelopes as objects of a bucket: one a kind and window, appended to on disk and uploaded part by part behind it. */
import { asError } from '../../../platform/error-code.ts';
import { type NumberedEvent, without } from '../passed-on/event.ts';
import type { Outlet, Untaken } from '../passed-on/outlet.ts';
import { windowAt } from './layout.ts';
import type { Spool } from './spool.ts';
import type { SpooledObject } from './spooled-object.ts';
import type { Uploader } from './uploader.ts';

/** So many bytes are written at once. */
const CHUNK = 1024 * 1024;

export interface S3Options {
  readonly spool: Spool;
  readonly uploader: Uploader;
  readonly lineOf: (event: NumberedEvent) => string;
  readonly windowMinutes: number;
  /** No object is longer, but one of a single line. */
  readonly maxObjectBytes: number;
  /** Epoch ms. */
  readonly now: () => number;
}

/** An event counts as written when it is safe on disk; the bucket has it when its window is over. */
export class S3Objects implements Outlet {
  readonly #options: S3Options;
  /** By kind, those that are appended to. */
  readonly #current = new Map<string, SpooledObject>();

  /** Goes on with what a process before this one left. */
  static async open(options: S3Options): Promise<S3Objects> {
    const outlet = new S3Objects(options);
    for (const object of options.spool.objects) {
      if (object.manifest.sealed) continue;
      await outlet.#current.get(object.kind)?.seal();
      outlet.#current.set(object.kind, object);
    }
    await outlet.idle();
    return outlet;
  }

  private constructor(options: S3Options) {
    this.#options = options;
  }

  get state(): string | undefined {
    return this.#options.uploader.trouble;
  }

  async write(events: readonly NumberedEvent[]): Promise<Untaken> {
    const { uploader } = this.#options;
    const safe: NumberedEvent[] = [];
    const faults: unknown[] = [];
    for (const those of Map.groupBy(events, ({ kind }) => kind).values())
      await this.#append(those, safe).catch(error => faults.push(error));
    const left = without(events, safe);
    const last = events.at(-1);
    // A disk without room has it again only when the bucket has what is safe; and that waits for none of what is not.
    if (faults.length > 0) await this.#seal(({ bytes }) => bytes > 0);
    else if (last && left.length === 0) await this.#seal(({ window }) => window.end <= last.ingestTs);
    uploader.wake();
    const [fault = uploader.takeNews()] = faults;
    return { left, ...(fault !== undefined && { error: asError(fault) }) };
  }

  async idle(): Promise<void> {
    const now = this.#options.now();
    await this.#seal(({ window }) => window.end <= now);
    this.#options.uploader.wake();
  }

  /** @throws Error when not all of it is in the bucket when the signal aborts; it stays on disk */
  async close(signal: AbortSignal): Promise<void> {
    const { spool, uploader } = this.#options;
    await this.#seal(() => true);
    await uploader.finish(signal);
    const count = spool.objects.length;
    if (count > 0)
      throw new Error(
        `s3_finalize_failed: ${count} objects (${spool.bytes} bytes) are not in the bucket, and stay where the next start goes on with them: ${uploader.trouble ?? 'the time was over'}`,
      );
  }

  /** @param events of one kind. @param safe gets those that are. @throws when not all are */
  async #append(events: readonly NumberedEvent[], safe: NumberedEvent[]): Promise<void> {
    const { lineOf } = this.#options;
    let lines: string[] = [];
    let bytes = 0;
    let object: SpooledObject | undefined;
    let from = 0;
    const write = async (to: number) => {
      if (object && bytes > 0) {
        this.#options.spool.expectRoom(bytes);
        await object.append(Buffer.from(lines.join('')));
      }
      for (const event of events.slice(from, to)) safe.push(event);
      [lines, bytes, from] = [[], 0, to];
    };
    for (const [index, event] of events.entries()) {
      const line = `${lineOf(event)}\n`;
      const size = Buffer.byteLength(line);
      if (bytes >= CHUNK || !object || !this.#takes(object, event, bytes, size)) {
        await write(index);
        object = await this.#objectFor(event, size);
      }
      lines.push(line);
      bytes += size;
    }
    await write(events.length);
  }

  async #objectFor(event: NumberedEvent, size: number): Promise<SpooledObject> {
    const { spool, windowMinutes } = this.#options;
    const { kind, ingestTs } = event;
    const current = this.#current.get(kind);
    if (current && this.#takes(current, event, 0, size)) return current;
    this.#current.delete(kind);
    await current?.seal();
    const begun = await spool.begin(kind, windowAt(ingestTs, windowMinutes));
    this.#current.set(kind, begun);
    return begun;
  }

  /** Whether it takes the event, a line of so many bytes, behind so many more. A clock that is set back by less than a window changes none: events stay in their order. */
  #takes(object: SpooledObject, { ingestTs }: NumberedEvent, more: number, size: number): boolean {
    const { start, end } = object.window;
    const before = object.bytes + more;
    const isInTime = ingestTs < end && ingestTs >= start - (end - start);
    return isInTime && (before === 0 || before + size <= this.#options.maxObjectBytes);
  }

  async #seal(isOver: (object: SpooledObject) => boolean): Promise<void> {
    for (const [kind, object] of this.#current) {
      if (!isOver(object)) continue;
      this.#current.delete(kind);
      await object.seal();
    }
  }
}
