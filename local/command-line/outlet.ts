/** Standard output for what has no end: waits for a reader that is slow, and says when one has gone or a person has had enough. */
import { once } from 'node:events';
import { terminalText } from './tell.ts';

/** Columns where nobody says how many. */
const COLUMNS = 80;

export class Outlet {
  readonly #stop = new AbortController();

  constructor() {
    // A reader such as `head` that has seen enough is no fault.
    process.stdout.on('error', () => this.#stop.abort());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => this.#stop.abort());
  }

  /** Aborts when nobody reads on, or somebody ends the command. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get columns(): number {
    return process.stdout.columns ?? COLUMNS;
  }

  /** Resolves when there is room for more. */
  async line(text: string): Promise<void> {
    if (this.signal.aborted || process.stdout.write(`${terminalText(text)}\n`)) return;
    await once(process.stdout, 'drain', { signal: this.signal }).catch(error => {
      if (!this.signal.aborted) throw error;
    });
  }
}
