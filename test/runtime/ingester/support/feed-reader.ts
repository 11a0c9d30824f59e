/** A feed that is read from the start, and the means to look at it. */

import { Versions } from '../../../../runtime/ingester/lease/versions.ts';
import { subscriptionOf } from '../../../../runtime/ingester/symbols/subscription.ts';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import { Mailbox } from '../../../../runtime/platform/mailbox.ts';
import type { FeedEvent } from '../../../../runtime/vendor/feed-events.ts';
import { PolygonFeed } from '../../../../runtime/vendor/socket/feed.ts';
import { MemoryLogger } from './log.ts';
import { OPEN } from './records.ts';

/** A pause between two connections, which lasts until the test ends it. */
export interface Pause {
  readonly ms: number;
  readonly end: () => void;
}

/** @param symbols `*` or a list */
export class FeedReader {
  readonly clock = new EventClock({ now: OPEN, speed: 0 });
  readonly logger = new MemoryLogger();
  readonly feed: PolygonFeed;
  readonly #events = new Mailbox<FeedEvent>();
  readonly #pauses = new Mailbox<Pause>();
  readonly #eventReader = this.#events[Symbol.asyncIterator]();
  readonly #pauseReader = this.#pauses[Symbol.asyncIterator]();
  /** How often it was made sure that the connection is wanted. */
  confirmed = 0;
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;
  /** What ended the feed although nobody stopped it. */
  failure: unknown;

  constructor(url: string, symbols: string) {
    this.feed = new PolygonFeed({
      url,
      apiKey: 'top-secret',
      market: 'stocks',
      subscription: subscriptionOf(symbols),
      delay: 0,
      clock: this.clock,
      versions: new Versions(() => this.clock.now(), 0),
      logger: this.logger,
      onCrowded: async () => {
        this.confirmed++;
      },
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
          this.#pauses.send({ ms, end: resolve });
        }),
    });
    this.#reading = this.#read().catch(error => {
      this.failure = error;
    });
  }

  async event(): Promise<FeedEvent> {
    const { value } = await this.#eventReader.next();
    if (!value) throw new Error('the feed has ended');
    return value;
  }

  async pause(): Promise<Pause> {
    const { value } = await this.#pauseReader.next();
    if (!value) throw new Error('the feed has ended');
    return value;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  async #read(): Promise<void> {
    for await (const event of this.feed.events(this.#stop.signal)) this.#events.send(event);
  }
}
