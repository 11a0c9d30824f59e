/** The simulated vendor: a WebSocket and REST of one market on one port of this machine, driven by an event clock. */
import { createServer, type Server } from 'node:http';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/market.ts';
import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import { Bursts } from './burst.ts';
import { FIRST_BARS, Player, type PlayerOptions } from './player.ts';
import { Rest } from './rest.ts';
import type { RestFaults } from './rest-faults.ts';
import type { BarEvent } from './session.ts';
import { FeedSocket } from './socket.ts';
import type { SocketFaults } from './socket-faults.ts';
import type { Source, VendorMinute } from './source.ts';

export interface VendorOptions extends PlayerOptions {
  readonly market: Market;
  /** What is played: a `SimulatedMarket` or a `Replay`. */
  readonly source: Source;
  /** Plays it beside others, by its own clock and leaps. @default one that plays nothing else */
  readonly player?: Player;
  /** The only key that is let in. @default any that is not empty */
  readonly key?: string;
  /** Symbols that are subscribed by name but not in the source trade in every open minute. @default false */
  readonly synthetic?: boolean;
  /** Lateness of everything, whole minutes in ms of event time, as on the vendor's delayed hosts. @default 0 */
  readonly delay?: number;
  /** Connections that one key may hold. @default 1 */
  readonly maxConnections?: number;
  /** Which connection goes when there are too many. @default oldest */
  readonly kicks?: 'oldest' | 'newest';
  /** Compresses frames for clients that offer to read them so. @default false */
  readonly compresses?: boolean;
  /** @default 0, any free one */
  readonly port?: number;
}

export class Vendor {
  /** Faults of the socket. */
  readonly faults: SocketFaults;
  /** Faults of REST. */
  readonly restFaults: RestFaults;
  /** Resolves when a client's subscribe was first acknowledged. */
  readonly subscribed: Promise<void>;
  readonly #options: VendorOptions;
  readonly #server: Server;
  readonly #socket: FeedSocket;
  readonly #rest: Rest;
  readonly #player: Player;
  readonly #bursts: Bursts;

  private constructor(options: VendorOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    const {
      clock,
      market,
      source,
      key,
      delay = 0,
      synthetic = false,
      maxConnections = 1,
      kicks = 'oldest',
      compresses = false,
    } = options;
    const calendar = calendarOf(market);
    const accepts = (given: string) => (key === undefined ? given !== '' : given === key);
    this.#player = options.player ?? new Player(options);
    const { signal } = this.#player;
    this.#socket = new FeedSocket({ market, clock, accepts, maxConnections, kicks, compresses });
    this.#bursts = new Bursts({ clock, market, calendar, source, socket: this.#socket, synthetic, signal });
    this.#player.add({
      ...{ calendar, source, delay },
      burst: (minute, due, atOnce) => this.#bursts.send(minute, due, atOnce),
      keepsAlive: () => this.#bursts.hasSynthetic(),
    });
    let told = Number.NEGATIVE_INFINITY;
    const through = () => {
      const known = this.#through(this.restFaults.lag);
      // One that begins to lag does not forget what it has told.
      told = this.restFaults.lag > 0 ? Math.max(known, told) : known;
      return told;
    };
    const status = delay === 0 ? 'OK' : 'DELAYED';
    this.#rest = new Rest({
      market,
      clock,
      calendar,
      source,
      accepts,
      through,
      status,
      origin: () => this.restUrl,
    });
    this.faults = this.#socket.faults;
    this.restFaults = this.#rest.faults;
    this.subscribed = this.#socket.nextSubscribe();
    server.on('request', (request, response) => this.#rest.answer(request, response));
    server.on('upgrade', (request, wire, head) => this.#socket.upgrade(request, wire, head));
  }

  /** Starts to listen on 127.0.0.1 and to play. */
  static async start(options: VendorOptions): Promise<Vendor> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return new Vendor(options, server);
  }

  get market(): Market {
    return this.#options.market;
  }

  /** The instant of the market that it shows now, epoch ms. */
  get shown(): number {
    const { clock, delay = 0 } = this.#options;
    return clock.now() - delay;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new Error('the vendor has been closed: it has no port any more');
    return address.port;
  }

  /** The socket's address, `ws://127.0.0.1:PORT/MARKET`. */
  get url(): string {
    return `ws://127.0.0.1:${this.port}/${this.#options.market}`;
  }

  get restUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What clients have done since the start, counted. */
  get seen(): {
    readonly connections: number;
    readonly authentications: number;
    readonly subscribes: number;
    readonly requests: number;
  } {
    return { ...this.#socket.seen, ...this.#rest.seen };
  }

  /** Connections that are open, as far as the vendor knows. */
  get connections(): number {
    return this.#socket.sessions.size;
  }

  /** Resolves with the next subscribe that is acknowledged. */
  nextSubscribe(): Promise<void> {
    return this.#socket.nextSubscribe();
  }

  /** Sends now what the minute before this instant of event time has, as a sign of life where it leaps and nothing is played yet. */
  showLife(): Promise<void> {
    const { clock, delay = 0 } = this.#options;
    const now = clock.now();
    return this.#bursts.send(minuteOf(now) - MINUTE - delay, now, true);
  }

  /** Sends these events now, to whoever wants them. */
  send(events: readonly BarEvent[]): void {
    this.#socket.send(events);
  }

  /** Resolves when every client has read what was sent to it, but those that a fault keeps from reading. */
  settled(): Promise<void> {
    return this.#socket.settled();
  }

  /** Every bar of minutes that start in `[from, to)` as it stands now, corrections included: what REST would answer. */
  truth(from: number, to: number): VendorMinute[] {
    const { source } = this.#options;
    return source.symbols.flatMap(symbol => source.history(symbol, from, to, this.#through()));
  }

  /** Resolves when all that is played has ended; rejects if playing fails. */
  get ended(): Promise<void> {
    return this.#player.ended;
  }

  /** After that goes on to the instant `at`, as the player does. */
  finish(at: number): Promise<void> {
    return this.#player.finish(at);
  }

  /** Ends all connections and stops playing; `ended` then resolves if it had not. */
  async close(): Promise<void> {
    const stopped = this.#player.stop();
    this.#socket.close();
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
    await stopped;
  }

  /** The last minute whose burst REST knows of at this instant of event time, where it is `lag` ms behind the socket. */
  #through(lag = 0): number {
    const { clock, delay = 0 } = this.#options;
    return minuteOf(clock.now() - FIRST_BARS - delay - lag) - MINUTE;
  }
}
