/** Reads the feed to its end: hands over what it brings, counts its connections, and says when one stands. */
import type { Logger } from '../../platform/logger.ts';
import type { EventFeed } from '../../vendor/socket/event-feed.ts';
import type { Passing } from '../channels/passed-on/passing.ts';

export class Stream {
  readonly #feed: Pick<EventFeed, 'events' | 'status'>;
  readonly #passing: Passing;
  readonly #logger: Logger;
  /** Since the start. */
  readonly #connections = { reconnects: 0, reconnectSuccesses: 0, reconnectFailures: 0 };

  constructor(feed: Pick<EventFeed, 'events' | 'status'>, passing: Passing, logger: Logger) {
    this.#feed = feed;
    this.#passing = passing;
    this.#logger = logger;
  }

  get counts() {
    return { ...this.#passing.counts, ...this.#connections };
  }

  /** Ends with the signal, after what had arrived was handed over. */
  async run(signal: AbortSignal): Promise<void> {
    const counts = this.#connections;
    let stood = false;
    for await (const happening of this.#feed.events(signal)) {
      if (happening.type === 'events') this.#passing.take(happening);
      else if (happening.type === 'subscribed') {
        this.#logger.info('the subscription stands', { topics: this.#feed.status().acknowledged.length });
        if (counts.reconnects > 0) counts.reconnectSuccesses++;
        stood = true;
      } else {
        if (counts.reconnects > 0 && !stood) counts.reconnectFailures++;
        counts.reconnects++;
        stood = false;
      }
    }
  }
}
