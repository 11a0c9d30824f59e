/** A sink of passed-on events: a bounded queue, of which the oldest go first, and a loop that writes what waits. */
import { asError } from '../../../platform/error-code.ts';
import type { Logger } from '../../../platform/logger.ts';
import { delayAfter } from '../../../platform/retry.ts';
import type { Seldom } from '../../../platform/seldom.ts';
import type { Time } from '../../../platform/time.ts';
import type { Sink, SinkStats } from '../sink.ts';
import type { NumberedEvent } from './event.ts';
import type { EventQueue } from './event-queue.ts';
import { Gathering } from './gathering.ts';
import type { Outlet, Untaken } from './outlet.ts';
import type { Selection } from './selection.ts';

/** Characters that a queue holds, however few events they are. */
const LARGEST = 32 * 1024 * 1024;
const BACKOFF = { first: 50, longest: 2_000 };

export interface EventSinkOptions {
  /** How it is called in log and metrics. */
  readonly name: string;
  readonly outlet: Outlet;
  readonly selection: Selection;
  /** Events that it holds at most. */
  readonly cap: number;
  /** So many events are written without waiting for more; what has gathered meanwhile goes with them. */
  readonly flushEvery: number;
  /** How long (ms) the first of fewer waits. */
  readonly flushInterval: number;
  /** How often drops and failures are said. */
  readonly seldom: Seldom;
  readonly time: Time;
  readonly logger: Logger;
  /** Called once, when the outlet has gone for good. */
  readonly onGone?: () => void;
}

export class EventSink implements Sink<NumberedEvent> {
  readonly #options: EventSinkOptions;
  readonly #gathering: Gathering;
  /** What it takes to write at once. */
  readonly #room: number;
  readonly #dropsByKind = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #finished: Promise<void>;
  #writing: readonly NumberedEvent[] = [];
  #counts = { accepted: 0, written: 0, dropped: 0, failures: 0 };
  #closed: Promise<void> | undefined;
  #isGone = false;
  #lost = 0;
  #trouble: string | undefined;
  #whenEmpty: (() => void)[] = [];

  constructor(options: EventSinkOptions) {
    const { cap, flushEvery, flushInterval: longest, time } = options;
    this.#options = options;
    // What is under way cannot give way: half the room is left for what comes meanwhile.
    this.#room = Math.max(1, Math.floor(cap / 2));
    this.#gathering = new Gathering({ enough: Math.min(flushEvery, this.#room), longest, time });
    this.#finished = this.#run();
  }

  get #queue(): EventQueue {
    return this.#gathering.queue;
  }

  get name(): string {
    return this.#options.name;
  }

  get state(): string | undefined {
    return this.#options.outlet.state;
  }

  /** What the last attempt failed with, where nothing was taken in it. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  get stats(): SinkStats & { readonly failures: number } {
    return { ...this.#counts, held: this.#queue.length + this.#writing.length };
  }

  /** Events dropped, by kind. */
  get drops(): ReadonlyMap<string, number> {
    return this.#dropsByKind;
  }

  /** What it held when the time to close was over, events. */
  get lost(): number {
    return this.#lost;
  }

  /** Whether it writes what it accepts. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** An event that it does not select is none of its business: true, and nothing is counted. */
  accept(event: NumberedEvent): boolean {
    const { selection, cap } = this.#options;
    if (!selection.takes(event)) return true;
    this.#counts.accepted++;
    if (this.#closed || this.#isGone) {
      this.#drop([event]);
      return false;
    }
    this.#gathering.push(event);
    while (this.#queue.length > 0 && (this.stats.held > cap || this.#queue.size > LARGEST)) this.#overflow();
    return this.#queue.length > 0;
  }

  async flush(signal: AbortSignal): Promise<void> {
    if (this.stats.held === 0) return;
    const empty = Promise.withResolvers<void>();
    this.#whenEmpty.push(empty.resolve);
    signal.addEventListener('abort', () => empty.resolve(), { once: true });
    if (signal.aborted) empty.resolve();
    await this.#gathering.hurry(empty.promise);
  }

  close(signal: AbortSignal): Promise<void> {
    this.#closed ??= this.#close(signal);
    return this.#closed;
  }

  async #close(signal: AbortSignal): Promise<void> {
    await this.flush(signal);
    this.#stop.abort(new Error('closed'));
    this.#gathering.end();
    this.#lost = this.#dropAll();
    if (this.#lost > 0) {
      // Nobody waits for an outlet that hangs; it is told all the same, for it may hold connections and files.
      void this.#options.outlet.close?.(signal).catch(() => undefined);
      const what = `${this.#lost} events are lost`;
      throw new Error(`the ${this.name} sink did not take everything in time: ${what}`);
    }
    await this.#finished;
    await this.#options.outlet.close?.(signal);
  }

  async #run(): Promise<void> {
    const { outlet } = this.#options;
    let failures = 0;
    for (;;) {
      if (this.#queue.length === 0) this.#emptied();
      const isDue = await this.#gathering.isDue();
      if (this.#stop.signal.aborted) return;
      if (!isDue) {
        await outlet.idle?.().catch(error => this.#fail(1, [], asError(error)));
        continue;
      }
      const taken = this.#queue.take(this.#room, outlet.taking?.());
      if (taken.length === 0) continue;
      this.#writing = taken;
      const {
        left,
        unfit = [],
        error,
        isGone,
      } = await outlet
        .write(taken)
        .catch((error: unknown): Untaken => ({ left: taken, error: asError(error) }));
      if (this.#stop.signal.aborted) return;
      this.#writing = [];
      this.#gathering.putBack(left);
      this.#counts.written += taken.length - left.length - unfit.length;
      this.#drop(unfit);
      failures = left.length < taken.length ? 0 : failures + 1;
      this.#trouble = failures > 0 && error ? lineOf(error) : undefined;
      if (isGone) this.#leave(error);
      else if (error) await this.#fail(failures, left, error);
    }
  }

  async #fail(failures: number, left: readonly NumberedEvent[], error: Error): Promise<void> {
    const { outlet, time, seldom, logger } = this.#options;
    this.#counts.failures++;
    seldom.say('failures', () =>
      logger.warn(`the ${this.name} sink cannot write: it tries again`, { error: lineOf(error) }),
    );
    // An outlet that lets rest what has failed needs no pause, which would be one for all others too.
    const takes = outlet.taking?.();
    if (takes && left.length > 0 && !left.some(takes)) return;
    await time
      .sleep(delayAfter(Math.max(1, failures), BACKOFF), this.#stop.signal, 'retry')
      .catch(() => undefined);
  }

  #leave(error: Error | undefined): void {
    this.#isGone = true;
    this.#dropAll();
    this.#options.logger.warn(`the ${this.name} sink is gone`, { error: error?.message });
    this.#emptied();
    this.#options.onGone?.();
  }

  #emptied(): void {
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  /** Lets the oldest go that waits, which is said once in a while. */
  #overflow(): void {
    const { seldom, logger } = this.#options;
    this.#drop(this.#queue.takeOldest());
    seldom.say('drops', () =>
      logger.warn(`the ${this.name} sink takes less than comes: the oldest are dropped`, {
        dropped: Object.fromEntries(this.#dropsByKind),
      }),
    );
  }

  /** Lets all go that it holds. @returns how many */
  #dropAll(): number {
    const all = [...this.#writing, ...this.#queue.take(this.#queue.length)];
    this.#writing = [];
    this.#drop(all);
    return all.length;
  }

  /** Counts what is let go. */
  #drop(events: readonly NumberedEvent[]): void {
    this.#counts.dropped += events.length;
    for (const { kind } of events) this.#dropsByKind.set(kind, (this.#dropsByKind.get(kind) ?? 0) + 1);
  }
}

/** What follows on further lines is for who wrote the library that failed. */
function lineOf({ message }: Error): string {
  return message.split('\n', 1).join();
}
