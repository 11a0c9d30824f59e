/** Reads the feed to its end: hands over what it brings, and counts its connections. */
import type { EventFeed } from '../../vendor/socket/event-feed.ts';
import type { Passing } from '../channels/passed-on/passing.ts';

export class Stream {
  readonly #feed: Pick<EventFeed, 'events'>;
  readonly #passing: Passing;
  /** Since the start. */
  readonly #connections = { reconnects: 0, reconnectSuccesses: 0, reconnectFailures: 0 };

  constructor(feed: Pick<EventFeed, 'events'>, passing: Passing) {
    this.#feed = feed;
    this.#passing = passing;
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
