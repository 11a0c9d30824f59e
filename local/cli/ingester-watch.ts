/** Follows where the ingester of a feed answers, and how it is. */
import * as v from 'valibot';
import { ConnectionWatch } from '../console/connection.ts';
import type { RunningFeed } from './running-feed.ts';

/** What the ingester says once it listens. */
const listening = v.object({ type: v.literal('status'), port: v.number() });

export class IngesterWatch {
  /** Where it answers, once it does. */
  address: string | undefined;
  readonly #feed: RunningFeed;
  readonly #connection: ConnectionWatch;

  /** @param found is told where it answers, whenever that changes */
  constructor(feed: RunningFeed, found: (address: string) => void) {
    const { progress, task } = feed;
    this.#feed = feed;
    this.#connection = new ConnectionWatch({
      url: () => this.address,
      isRunning: () => task.pid !== undefined,
      found: ({ state, passedOn, dropped }) => {
        progress.connection = state;
        if (passedOn !== undefined && dropped !== undefined) progress.passedOn = { passedOn, dropped };
      },
    });
    task.onMessage(message => {
      const told = v.safeParse(listening, message);
      if (!told.success) return;
      const address = `http://127.0.0.1:${told.output.port}`;
      // A process that takes another's place may listen elsewhere.
      if (address !== this.address) found(address);
      this.address = address;
    });
  }

  /** Resolves once it has told what it knows now. */
  ask(): Promise<void> {
    return this.#connection.ask();
  }

  stop(): void {
    this.#connection.stop();
    this.#feed.progress.connection = undefined;
  }
}
