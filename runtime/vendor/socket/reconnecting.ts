/** A connection to the vendor that is made again whenever it ends, one at a time, with whatever channels it carries. */
import { eventSleep, type Sleep } from '../../platform/event-sleep.ts';
import type { Backoff } from '../../platform/retry.ts';
import type { FeedState, FeedStatus, Lost, Subscribed } from '../feed-events.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { ReconnectPolicy } from './reconnect.ts';

export interface ReconnectingOptions<Told> extends ConnectionOptions<Told> {
  /** Awaited before the connection after one that was pushed out by another: the place to make sure that this one is wanted. @default nothing is asked */
  readonly onCrowded?: (() => Promise<void>) | undefined;
  /** Waits between connections. @default by the clock's speed, at least a quarter of a second of wall time */
  readonly sleep?: Sleep | undefined;
  /** @default `reconnectRules.backoff` */
  readonly backoff?: Backoff | undefined;
}

export class Reconnecting<Told> {
  readonly #options: ReconnectingOptions<Told>;
  readonly #sleep: Sleep;
  readonly #policy: ReconnectPolicy;
  #connection: Connection<Told> | undefined;
  /** Set while nothing is connected. */
  #pause: { readonly state: FeedState; readonly reason: string } | undefined;

  constructor(options: ReconnectingOptions<Told>) {
    this.#options = options;
    this.#sleep = options.sleep ?? eventSleep(options.clock);
    this.#policy = new ReconnectPolicy(Math.random, options.backoff);
  }

  async *events(signal: AbortSignal): AsyncGenerator<Subscribed | Told | Lost, void, void> {
    while (!signal.aborted) {
      const connection = this.#connect();
      const ending = yield* connection.events(signal);
      if (signal.aborted) break;
      const wait = this.#policy.waitAfter(ending, connection.lived);
      this.#pause = { state: 'waiting', reason: ending.cause };
      this.#options.tally.lost(ending);
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
    const { frames, kinds, lastData, connectionsLost, endings, causes } = this.#options.tally;
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

  /** Topics that the standing subscription asks for and that nothing comes from. */
  unacknowledged(): readonly string[] {
    const handshake = this.#connection?.handshake;
    return this.#pause || handshake?.stage !== 'live' ? [] : handshake.unacknowledged;
  }

  /** Takes up the subscription as it is now, on the connection that stands. */
  resubscribe(): void {
    this.#connection?.resubscribe();
  }

  #connect(): Connection<Told> {
    this.#pause = undefined;
    this.#connection = new Connection(this.#options);
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
