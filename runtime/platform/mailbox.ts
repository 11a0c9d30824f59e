/** Carries values from callbacks to one `for await` loop, in order. */

/** Never blocks the sender: whoever reads must keep up, or bound what is sent. */
export class Mailbox<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  #closed = false;
  #wake: (() => void) | undefined;

  /** Ignored after `close`. */
  send(value: T): void {
    if (this.#closed) return;
    this.#waiting.push(value);
    this.#wake?.();
  }

  /** Ends the loop once it has read what was sent before. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Closes it when the signal aborts. */
  closeOn(signal: AbortSignal): void {
    if (signal.aborted) this.close();
    else signal.addEventListener('abort', () => this.close(), { once: true });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      while (this.#waiting.length > 0) yield* this.#waiting.splice(0);
      if (this.#closed) return;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
