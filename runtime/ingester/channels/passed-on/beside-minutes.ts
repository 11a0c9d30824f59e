/** The feed of minutes whose connection carries passed-on events, too: those go to sinks on their way. */
import type { PassedEvents } from '../../../vendor/channels/passed-on.ts';
import type { Feed, FeedEvent, FeedStatus } from '../../../vendor/feed-events.ts';
import type { Passing } from './passing.ts';

export interface SharedFeed extends Omit<Feed, 'events'> {
  events(signal: AbortSignal): AsyncIterable<FeedEvent | PassedEvents>;
  resubscribe(): void;
}

export class BesideMinutes implements Feed {
  readonly #feed: SharedFeed;
  readonly #passing: Pick<Passing, 'take' | 'halts'>;

  constructor(feed: SharedFeed, passing: Pick<Passing, 'take' | 'halts'>) {
    this.#feed = feed;
    this.#passing = passing;
  }

  async *events(signal: AbortSignal): AsyncGenerator<FeedEvent, void, void> {
    for await (const event of this.#feed.events(signal))
      if (event.type === 'events') this.#passing.take(event);
      else {
        if (event.type === 'bars') this.#passing.halts?.traded(event.bars);
        yield event;
      }
  }

  status(): FeedStatus {
    return this.#feed.status();
  }

  unheard(): readonly string[] {
    return this.#feed.unheard();
  }

  resubscribe(): void {
    this.#feed.resubscribe();
  }
}
