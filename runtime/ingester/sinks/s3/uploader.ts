/** Brings what waits into the bucket, one object after the other, and tries again what has failed. */
import { asError } from '../../../platform/error-code.ts';
import type { Logger } from '../../../platform/logger.ts';
import { delayAfter } from '../../../platform/retry.ts';
import type { Seldom } from '../../../platform/seldom.ts';
import type { Time } from '../../../platform/time.ts';
import { BucketError } from './bucket.ts';
import type { Spool } from './spool.ts';
import type { SpooledObject } from './spooled-object.ts';
import type { Upload } from './upload.ts';

const BACKOFF = { first: 500, longest: 30_000 };

export interface UploaderOptions {
  readonly spool: Spool;
  readonly upload: Upload;
  readonly time: Time;
  readonly seldom: Seldom;
  readonly logger: Logger;
}

export class Uploader {
  readonly #options: UploaderOptions;
  readonly #stop = new AbortController();
  /** Cuts the pause short in which it is told to finish. */
  readonly #hurry = new AbortController();
  readonly #running: Promise<void>;
  #trouble: Error | undefined;
  #news: Error | undefined;
  #isAwake = true;
  #wake: (() => void) | undefined;

  constructor(options: UploaderOptions) {
    this.#options = options;
    this.#stop.signal.addEventListener('abort', () => this.#wake?.());
    this.#running = this.#run();
  }

  /** What went wrong in the last round; nothing when all went well. */
  get trouble(): string | undefined {
    return this.#trouble instanceof BucketError ? this.#trouble.code : this.#trouble?.message;
  }

  /** What has gone wrong since this was last asked. */
  takeNews(): Error | undefined {
    const news = this.#news;
    this.#news = undefined;
    return news;
  }

  /** There may be something to do. */
  wake(): void {
    this.#isAwake = true;
    this.#wake?.();
  }

  /** Resolves when all that is sealed is in the bucket, or the signal aborts; nothing is begun after it. */
  async finish(signal: AbortSignal): Promise<void> {
    this.#hurry.abort(new Error('told to finish'));
    const stop = () => this.#stop.abort(new Error('the time is over'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    this.wake();
    await this.#running;
    signal.removeEventListener('abort', stop);
  }

  async #run(): Promise<void> {
    const { spool } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      this.#isAwake = false;
      this.#trouble = await this.#round();
      failures = this.#trouble ? failures + 1 : 0;
      if (this.#trouble) this.#news = this.#trouble;
      if (this.#hurry.signal.aborted && spool.objects.length === 0) return;
      await (this.#trouble ? this.#pause(failures) : this.#woken());
    }
  }

  /** @returns the first of what went wrong */
  async #round(): Promise<Error | undefined> {
    const { spool, upload } = this.#options;
    const { signal } = this.#stop;
    let first: Error | undefined;
    const unplaced = new Set<string>();
    for (const object of spool.objects) {
      if (signal.aborted) break;
      const mayGo = object.manifest.target !== undefined || !unplaced.has(object.kind);
      try {
        if (mayGo && upload.isDue(object)) await upload.advance(object, signal);
      } catch (error) {
        if (signal.aborted) break;
        const fault = asError(error);
        this.#tell(object, fault);
        first ??= fault;
      }
      // Numbers in keys rise in the order of events: none of its kind that was begun later is placed before it.
      if (object.manifest.target === undefined && spool.objects.includes(object)) unplaced.add(object.kind);
    }
    return first;
  }

  #tell({ kind, manifest, bytes }: SpooledObject, { message }: Error): void {
    const { seldom, logger } = this.#options;
    const what = manifest.sealed ? 's3_finalize_failed' : 'raw_event_write_failed';
    seldom.say(what, () =>
      logger.warn(what, {
        kind,
        key: manifest.target?.key,
        bytes,
        error: message,
        next: 'it is tried again',
      }),
    );
  }

  async #pause(failures: number): Promise<void> {
    const { time } = this.#options;
    const [stop, hurry] = [this.#stop.signal, this.#hurry.signal];
    const signal = hurry.aborted ? stop : AbortSignal.any([stop, hurry]);
    await time.sleep(delayAfter(failures, BACKOFF), signal, 'retry').catch(() => undefined);
  }

  async #woken(): Promise<void> {
    if (this.#isAwake || this.#stop.signal.aborted) return;
    const woken = Promise.withResolvers<void>();
    this.#wake = woken.resolve;
    await woken.promise;
    this.#wake = undefined;
  }
}
