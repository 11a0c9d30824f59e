/** Sees when a local stream takes minute bars. */
import type { LocalServer } from '../local/engine/server.ts';
import type { PutRecord } from '../local/engine/server-messages.ts';

/** Bars that one request brought, and when the server was about to acknowledge them (ms of `performance.now()`). */
export interface Taken {
  readonly at: number;
  readonly bars: number;
}

/** How the data of a bar's record begins. */
const BAR = '{"type":"bar';

export class PutWatch {
  readonly records: PutRecord[] = [];
  #taken: Taken[] = [];
  #wanted = Number.POSITIVE_INFINITY;
  #onComplete: ((taken: Taken[]) => void) | undefined;

  private constructor(server: LocalServer) {
    server.onPut((_, records) => this.#see(records));
  }

  static async of(server: LocalServer, stream: string): Promise<PutWatch> {
    const watch = new PutWatch(server);
    await server.tap(stream);
    return watch;
  }

  /** Resolves with what is put from now on, once so many bars are acknowledged. */
  next(bars: number): Promise<Taken[]> {
    this.#taken = [];
    this.records.length = 0;
    this.#wanted = bars;
    return new Promise(resolve => {
      this.#onComplete = resolve;
    });
  }

  #see(records: readonly PutRecord[]): void {
    const bars = records.filter(({ data }) => data.startsWith(BAR)).length;
    this.#taken.push({ at: performance.now(), bars });
    this.records.push(...records);
    this.#wanted -= bars;
    if (this.#wanted < 0) throw new RangeError(`${-this.#wanted} bars were put more than once`);
    if (this.#wanted === 0) this.#onComplete?.(this.#taken);
  }
}
