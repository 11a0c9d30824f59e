/** The vendor's feed of events that are passed on as they come, for whoever takes no minutes. */
import type { Market } from '../../markets/market.ts';
import { hostDelay } from '../address-names.ts';
import { type Asked, type PassedEvents, PassedOn } from '../channels/passed-on.ts';
import type { FeedStatus, Lost, Subscribed } from '../feed-events.ts';
import { VendorWords } from '../words.ts';
import { Reconnecting, type ReconnectingOptions } from './reconnecting.ts';
import { NO_SIGN } from './socket.ts';
import { Tally } from './tally.ts';
import { NO_DATA } from './watchdog.ts';

export interface EventFeedOptions
  extends Omit<ReconnectingOptions<PassedEvents>, 'channels' | 'tally' | 'words' | 'delay'> {
  readonly market: Market;
  readonly asked: readonly Asked[];
  /** How much later than real time the feed sends, in ms. @default as late as the host does */
  readonly delay?: number;
}

export interface EventFeedStatus extends FeedStatus {
  readonly pings: number;
  /** Connections given up because nothing came. */
  readonly readTimeouts: number;
}

export class EventFeed {
  readonly #tally: Tally;
  readonly #connections: Reconnecting<PassedEvents>;
  readonly words: VendorWords;

  constructor(options: EventFeedOptions) {
    const { market, asked, apiKey, logger, url } = options;
    this.words = new VendorWords(apiKey);
    const counts = new Tally(logger, this.words);
    this.#tally = counts;
    const { delay = hostDelay(new URL(url).hostname, market) } = options;
    this.#connections = new Reconnecting({
      ...options,
      channels: [new PassedOn(asked, counts, this.words)],
      ...{ tally: counts, words: this.words, delay },
    });
  }

  events(signal: AbortSignal): AsyncGenerator<Subscribed | PassedEvents | Lost, void, void> {
    return this.#connections.events(signal);
  }

  /** Takes up what is asked for as it is now, on the connection that stands. */
  resubscribe(): void {
    this.#connections.resubscribe();
  }

  status(): EventFeedStatus {
    const status = this.#connections.status();
    const silent = Object.entries(status.causes).filter(([cause]) =>
      [NO_SIGN, NO_DATA].some(each => cause.startsWith(each)),
    );
    const readTimeouts = silent.reduce((sum, [, count]) => sum + count, 0);
    return { ...status, pings: this.#tally.pings, readTimeouts };
  }
}
