/** Brings one object into the bucket, as far as it is there: each step may be taken again after any end. */
import type { Logger } from '../../../platform/logger.ts';
import { BucketError, type EventBucket, type Target } from './bucket.ts';
import { folderOf, keyOf, markerOf, numberIn, stemOf } from './layout.ts';
import type { Spool } from './spool.ts';
import type { SpooledObject } from './spooled-object.ts';

export interface UploadOptions {
  readonly bucket: EventBucket;
  readonly spool: Spool;
  /** The bucket of objects that have no place yet. */
  readonly name: string;
  readonly prefix: string;
  readonly hostname: string;
  readonly usesMarker: boolean;
  readonly logger: Logger;
}

export class Upload {
  readonly #options: UploadOptions;
  /** Markers that stand, or could not be put. */
  readonly #marked = new Set<string>();

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  /** Whether there is anything to do for it now. */
  isDue(object: SpooledObject): boolean {
    return object.manifest.sealed || object.closed.length > 0 || this.#wantsMarker(object);
  }

  /** @throws Error that says what to do; what is done stays done */
  async advance(object: SpooledObject, signal: AbortSignal): Promise<void> {
    const { spool } = this.#options;
    if (object.manifest.sealed && object.bytes === 0) return await spool.remove(object);
    const target = object.manifest.target ?? (await this.#place(object, signal));
    if (this.#wantsMarker(object)) await this.#mark(object, signal);
    if (!object.manifest.sealed) return await this.#putParts(object, target, signal);
    await this.#finish(object, target, signal);
    await this.#unmark(object, signal);
    await spool.remove(object);
  }

  async #finish(object: SpooledObject, target: Target, signal: AbortSignal): Promise<void> {
    const { bucket } = this.#options;
    await object.save();
    const [only, more] = object.closed;
    // One that is whole before a part of it went off needs no parts.
    if (object.manifest.uploadId === undefined && only && !more)
      return await bucket.put(target, { ...only, path: object.pathOf(only) }, signal);
    await this.#putParts(object, target, signal);
    const { uploadId, parts } = object.manifest;
    if (uploadId === undefined) return;
    try {
      await bucket.complete(target, uploadId, parts, signal);
    } catch (error) {
      // Completed already, and the answer was lost; or aborted by somebody.
      const isThere = isGone(error) && (await this.#stands(object, target, signal));
      if (!isThere) throw await this.#failed(object, error);
    }
  }

  /** The first number that no object of this host has, in the bucket or on its way there. */
  async #place(object: SpooledObject, signal: AbortSignal): Promise<Target> {
    const { bucket, spool, name, prefix, hostname } = this.#options;
    const stem = stemOf(folderOf(prefix, object.kind, object.window), hostname);
    const there = await bucket.list({ bucket: name, key: stem }, signal);
    const placed = spool.objects.flatMap(({ manifest: { target } }) =>
      target?.bucket === name ? [target.key] : [],
    );
    const numbers = [...there.map(({ key }) => key), ...placed].map(key => numberIn(key, stem));
    const target = { bucket: name, key: keyOf(stem, Math.max(0, ...numbers) + 1) };
    await object.note({ target });
    return target;
  }

  async #putParts(object: SpooledObject, target: Target, signal: AbortSignal): Promise<void> {
    const { bucket } = this.#options;
    for (let [part] = object.closed; part; [part] = object.closed) {
      // Nothing may be added once the bucket has the end of it: not by whoever starts anew either.
      if (object.manifest.sealed) await object.save();
      const uploadId = object.manifest.uploadId ?? (await bucket.create(target, signal));
      if (object.manifest.uploadId === undefined) await object.note({ uploadId });
      const file = { ...part, path: object.pathOf(part) };
      try {
        await object.stored(await bucket.putPart({ target, uploadId }, file, signal));
      } catch (error) {
        throw await this.#failed(object, error);
      }
    }
  }

  async #stands(object: SpooledObject, target: Target, signal: AbortSignal): Promise<boolean> {
    const found = await this.#options.bucket.list(target, signal);
    return found.some(({ key, bytes }) => key === target.key && bytes === object.bytes);
  }

  /** An upload that is gone is begun anew with what still waits. */
  async #failed(object: SpooledObject, error: unknown): Promise<unknown> {
    if (!isGone(error)) return error;
    const lost = await object.forget();
    return new Error(`${lost} bytes are lost with the upload that somebody has aborted`, { cause: error });
  }

  #wantsMarker(object: SpooledObject): boolean {
    return this.#options.usesMarker && !this.#marked.has(this.#folder(object));
  }

  /** Readers go by it, and nothing depends on it: that it cannot be put is said, and holds up nothing. */
  async #mark(object: SpooledObject, signal: AbortSignal): Promise<void> {
    const folder = this.#folder(object);
    this.#marked.add(folder);
    await this.#options.bucket
      .mark(this.#marker(object), signal)
      .catch(error => this.#options.logger.warn('s3_marker_failed', { error: `${error}` }));
  }

  /** Once nothing else is under way beside it. */
  async #unmark(object: SpooledObject, signal: AbortSignal): Promise<void> {
    const { usesMarker, spool, bucket, logger } = this.#options;
    const folder = this.#folder(object);
    if (!usesMarker || spool.objects.some(each => each !== object && this.#folder(each) === folder)) return;
    this.#marked.delete(folder);
    await bucket
      .unmark(this.#marker(object), signal)
      .catch(error => logger.warn('s3_marker_failed', { error: `${error}` }));
  }

  #marker(object: SpooledObject): Target {
    const { bucket: name } = object.manifest.target ?? { bucket: this.#options.name };
    return { bucket: name, key: markerOf(this.#folder(object)) };
  }

  #folder({ kind, window, manifest: { target } }: SpooledObject): string {
    if (target === undefined) return folderOf(this.#options.prefix, kind, window);
    return target.key.slice(0, target.key.lastIndexOf('/') + 1);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof BucketError && error.code === 'NoSuchUpload';
}
