/** Time as the lease goes by it, moved by the test: every step waits until what it set off at the table is over. */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Time } from '../../../../runtime/platform/time.ts';

const STEP = 500;

export class LeaseClock implements Time {
  readonly #sleepers = new Set<{ readonly at: number; wake(): void }>();
  #now = 0;
  #underWay = 0;

  /** @param client the one that the keeper of the lease uses */
  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      next => async args => {
        this.#underWay++;
        try {
          return await next(args);
        } finally {
          this.#underWay--;
        }
      },
      { step: 'initialize' },
    );
  }

  now(): number {
    return this.#now;
  }

  readonly sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const sleeper = { at: this.#now + ms, wake: () => end(resolve) };
      const abort = () => end(() => reject(signal.reason));
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      this.#sleepers.add(sleeper);
    });

  /** Lets so many ms pass, a step at a time. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP) {
      this.#now += Math.min(STEP, left);
      for (const sleeper of [...this.#sleepers]) if (sleeper.at <= this.#now) sleeper.wake();
      await this.idle();
    }
  }

  /** Lets so many ms pass in which the process does nothing at all, as when it was stopped. */
  freeze(ms: number): void {
    this.#now += ms;
  }

  /** Resolves when nothing is under way at the table. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      await turn();
      while (this.#underWay > 0) {
        quiet = 0;
        await sleep(1);
      }
    }
  }
}
