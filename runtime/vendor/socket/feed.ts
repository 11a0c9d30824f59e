/** The vendor's feed as the ingester sees it: one connection at a time, made again whenever it ends. */

import { eventSleep, type Sleep } from '../../platform/event-sleep.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Channel } from '../channels/channel.ts';
import { MinutesChannel, type MinutesOptions } from '../channels/minutes.ts';
import { symbolOfTopic } from '../channels/table.ts';
import type { Bars, Feed, FeedEvent, FeedState, FeedStatus } from '../feed-events.ts';
import { VendorWords } from '../words.ts';
import { Connection } from './connection.ts';
import { ReconnectPolicy } from './reconnect.ts';
import { Tally } from './tally.ts';

export interface PolygonFeedOptions extends Omit<MinutesOptions, 'counts' | 'words'> {
  /** `wss://<host>/<market>` */
  readonly url: string;
  /** Secret: it goes to the vendor and nowhere else. */
  readonly apiKey: string;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly logger: Logger;
  /** Awaited before the connection after one that was pushed out by another: the place to make sure that this one is wanted. @default nothing is asked */
  readonly onCrowded?: () => Promise<void>;
  /** Waits between connections. @default by the clock's speed, at least a quarter of a second of wall time */
  readonly sleep?: Sleep;
}

export class PolygonFeed implements Feed {
  readonly #options: PolygonFeedOptions;
  readonly #sleep: Sleep;
  readonly #tally: Tally;
  readonly #minutes: MinutesChannel;
  readonly #channels: readonly Channel<Bars>[];
  readonly #policy = new ReconnectPolicy();
  readonly #words: VendorWords;
  #connection: Connection<Bars> | undefined;
  /** Set while nothing is connected. */
  #pause: { readonly state: FeedState; readonly reason: string } | undefined;

  constructor(options: PolygonFeedOptions) {
    this.#options = options;
    this.#sleep = options.sleep ?? eventSleep(options.clock);
    this.#words = new VendorWords(options.apiKey);
    this.#tally = new Tally(options.logger, this.#words);
    this.#minutes = new MinutesChannel({ ...options, counts: this.#tally, words: this.#words });
    this.#channels = [this.#minutes];
  }

  async *events(signal: AbortSignal): AsyncGenerator<FeedEvent, void, void> {
    while (!signal.aborted) {
      const connection = this.#connect();
      const ending = yield* connection.events(signal);
      if (signal.aborted) break;
      const wait = this.#policy.waitAfter(ending, connection.lived);
      this.#pause = { state: 'waiting', reason: ending.cause };
      this.#tally.lost(ending);
      this.#options.logger.warn('the connection to the feed ended', {
        cause: ending.cause,
        nextInMs: Math.round(wait),
      });
      yield { type: 'lost', cause: ending.cause, lastHeard: connection.lastHeard };
      await this.#untilNext(wait, signal);
      if (ending.kind === 'too many connections' && !signal.aborted) await this.#options.onCrowded?.();
    }
    this.#pause = { state: 'stopped', reason: 'the ingester is stopping' };
  }

  status(): FeedStatus {
    const { frames, kinds, lastData, connectionsLost, endings, causes } = this.#tally;
    const handshake = this.#connection?.handshake;
    return {
      state: this.#pause?.state ?? handshake?.stage ?? 'connecting',
      ...(this.#pause && { reason: this.#pause.reason }),
      frames,
      events: kinds,
      ...(lastData !== undefined && { lastData }),
      connectionsLost,
      endings: { ...endings },
      causes,
      acknowledged: [...(handshake?.acknowledged ?? [])],
      unacknowledged: handshake?.stage === 'live' ? handshake.unacknowledged : [],
    };
  }

  unheard(): readonly string[] {
    const handshake = this.#connection?.handshake;
    if (this.#pause || handshake?.stage !== 'live') return [];
    const symbols = handshake.unacknowledged.flatMap(topic => symbolOfTopic(this.#minutes, topic) ?? []);
    return symbols.filter(symbol => this.#options.subscription.has(symbol));
  }

  /** Takes up the subscription as it is now, on the connection that stands. */
  resubscribe(): void {
    this.#connection?.resubscribe();
  }

  #connect(): Connection<Bars> {
    this.#pause = undefined;
    this.#connection = new Connection({
      ...this.#options,
      channels: this.#channels,
      tally: this.#tally,
      words: this.#words,
    });
    return this.#connection;
  }

  async #untilNext(wait: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#sleep(wait, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
