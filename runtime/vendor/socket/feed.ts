/** The vendor's feed as the ingester sees it: one connection at a time, made again whenever it ends. */

import type { Sleep } from '../../platform/event-sleep.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Channel, Counts } from '../channels/channel.ts';
import { MinutesChannel, type MinutesOptions } from '../channels/minutes.ts';
import { symbolOfTopic } from '../channels/table.ts';
import type { Bars, FeedEvent, FeedStatus } from '../feed-events.ts';
import { VendorWords } from '../words.ts';
import { Reconnecting } from './reconnecting.ts';
import { Tally } from './tally.ts';

export interface PolygonFeedOptions<Also> extends Omit<MinutesOptions, 'counts' | 'words'> {
  /** Makes the channels that share the connection of minutes. @default none */
  readonly also?: (counts: Counts, words: VendorWords) => readonly Channel<Also>[];
  /** `wss://<host>/<market>` */
  readonly url: string;
  /** Secret: it goes to the vendor and nowhere else. */
  readonly apiKey: string;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly logger: Logger;
  /** Whether the vendor is offered to compress what it sends. @default false */
  readonly compression?: boolean;
  /** Awaited before the connection after one that was pushed out by another: the place to make sure that this one is wanted. @default nothing is asked */
  readonly onCrowded?: () => Promise<void>;
  /** Waits between connections. @default by the clock's speed, at least a quarter of a second of wall time */
  readonly sleep?: Sleep;
}

/** A `Feed` where minutes are all that it carries. */
export class PolygonFeed<Also = never> {
  readonly #options: PolygonFeedOptions<Also>;
  readonly #minutes: MinutesChannel;
  readonly #connections: Reconnecting<Bars | Also>;

  constructor(options: PolygonFeedOptions<Also>) {
    this.#options = options;
    const words = new VendorWords(options.apiKey);
    const tally = new Tally(options.logger, words);
    this.#minutes = new MinutesChannel({ ...options, counts: tally, words });
    const channels: readonly Channel<Bars | Also>[] = [
      this.#minutes,
      ...(options.also?.(tally, words) ?? []),
    ];
    this.#connections = new Reconnecting({ ...options, channels, tally, words });
  }

  events(signal: AbortSignal): AsyncGenerator<FeedEvent | Also, void, void> {
    return this.#connections.events(signal);
  }

  status(): FeedStatus {
    return this.#connections.status();
  }

  unheard(): readonly string[] {
    const topics = this.#connections.unacknowledged();
    const symbols = topics.flatMap(topic => symbolOfTopic(this.#minutes, topic) ?? []);
    return symbols.filter(symbol => this.#options.subscription.has(symbol));
  }

  /** Takes up the subscription as it is now, on the connection that stands. */
  resubscribe(): void {
    this.#connections.resubscribe();
  }
}
