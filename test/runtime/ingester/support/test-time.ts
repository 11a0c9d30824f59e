/** Time in which a test decides what is waited for how long. */
import { setImmediate as turn } from 'node:timers/promises';
import { processTime, type Time, type Wait } from '../../../../runtime/platform/time.ts';

type Waiting = (ms: number, signal: AbortSignal) => Promise<void>;

/** The process's own, but for some waits. */
export function timeWith(waits: Readonly<Partial<Record<Wait, Waiting>>>, now = processTime.now): Time {
  return {
    now,
    sleep: (ms, signal, wait) => waits[wait]?.(ms, signal) ?? processTime.sleep(ms, signal, wait),
  };
}

/** No longer than others need for what they have at hand. @throws the signal's reason */
export async function atOnce(_: number, signal: AbortSignal): Promise<void> {
  await turn(undefined, { signal });
}

/** Until the test opens it. */
export class Gate {
  #opened = Promise.withResolvers<void>();
  #isOpen = false;

  /** @throws the signal's reason */
  readonly wait: Waiting = async (_, signal) => {
    signal.throwIfAborted();
    const stopped = Promise.withResolvers<void>();
    const stop = () => stopped.reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([this.#opened.promise, stopped.promise]);
    signal.removeEventListener('abort', stop);
  };

  /** Lets who waits pass, and whoever comes until it is shut. */
  open(): void {
    this.#isOpen = true;
    this.#opened.resolve();
  }

  /** One that is shut already keeps who waits. */
  shut(): void {
    if (this.#isOpen) this.#opened = Promise.withResolvers();
    this.#isOpen = false;
  }
}
