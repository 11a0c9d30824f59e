/** Makes a request to a table again for as long as it has no room. */
import { awsBackoff, type Backoff, pauseAfter } from '../platform/retry.ts';

const NO_ROOM = ['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'];

export class Persistence {
  /** How often a request was made again. */
  throttled = 0;
  readonly #backoff: Backoff;

  constructor(backoff = awsBackoff) {
    this.#backoff = backoff;
  }

  /** @throws what is not for want of room, or the signal's reason */
  async until<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof Error) || !NO_ROOM.includes(error.name)) throw error;
        await this.pause(failures, signal);
      }
    }
  }

  /** Waits before a request is made again, also one of which only a part found no room. @throws the signal's reason */
  async pause(failures: number, signal: AbortSignal): Promise<void> {
    this.throttled++;
    await pauseAfter(failures, this.#backoff, signal);
  }
}
