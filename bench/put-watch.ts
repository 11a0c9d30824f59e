/** Sees when a local stream takes minute bars. */
import type { LocalServer } from '../local/engine/server.ts';

/** Bars that one request brought, and when the server was about to acknowledge them (ms of `performance.now()`). */
export interface Taken {
  readonly at: number;
  readonly bars: number;
}

/** How the data of a bar's record begins. */
const BAR = Buffer.from('{"type":"bar').toString('base64');

export class PutWatch {
  readonly requests: string[] = [];
  #taken: Taken[] = [];
  #wanted = Number.POSITIVE_INFINITY;
  #onComplete: ((taken: Taken[]) => void) | undefined;

  private constructor(server: LocalServer) {
    server.onPut((_, request, reply) => this.#see(request, reply));
  }

  static async of(server: LocalServer, stream: string): Promise<PutWatch> {
    const watch = new PutWatch(server);
    await server.tap(stream);
    return watch;
  }

  /** Resolves with the requests from now on, once so many bars are acknowledged. */
  next(bars: number): Promise<Taken[]> {
    this.#taken = [];
    this.requests.length = 0;
    this.#wanted = bars;
    return new Promise(resolve => {
      this.#onComplete = resolve;
    });
  }

  #see(request: string, reply: string): void {
    const bars = request.split(BAR).length - 1;
    if (!/"FailedRecordCount":0[,}]/.test(reply))
      throw new Error(`the local stream refused records: ${reply.slice(0, 200)}`);
    this.#taken.push({ at: performance.now(), bars });
    this.requests.push(request);
    this.#wanted -= bars;
    if (this.#wanted < 0) throw new RangeError(`${-this.#wanted} bars were put more than once`);
    if (this.#wanted === 0) this.#onComplete?.(this.#taken);
  }
}
