/** The simulated vendor: a WebSocket and REST on one port of this machine, driven by one event clock. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/market.ts';
import type { EventClock } from '../../runtime/platform/clock.ts';
import { Bursts } from './burst.ts';
import { type Pace, Player } from './player.ts';
import { Rest } from './rest.ts';
import type { RestFaults } from './rest-faults.ts';
import { FeedSocket } from './socket.ts';
import type { SocketFaults } from './socket-faults.ts';
import type { Source, VendorMinute } from './source.ts';

export interface VendorOptions {
  /** Event time; playing begins at the minute that it shows and goes as it goes. */
  readonly clock: EventClock;
  readonly market: Market;
  /** What is played: a `SimulatedMarket` or a `Replay`. */
  readonly source: Source;
  /** The only key that is let in. @default any that is not empty */
  readonly key?: string;
  /** Symbols that are subscribed by name but not in the source trade in every open minute. @default false */
  readonly synthetic?: boolean;
  /** Awaited before anything is played or leapt over. @default playing begins at once */
  readonly ready?: Promise<void>;
  /** Sets the clock forward over holes of more than 30 minutes in the source. @default false */
  readonly leap?: boolean;
  /**
   * Awaited after every leap with the new event time, before anything more is sent: the place to wait until another
   * process has followed the clock. @default nothing is waited for
   */
  readonly settle?: (now: number) => Promise<void>;
  /** Lets event time wait for whoever listens. @default it goes as the clock goes */
  readonly pace?: Pace;
  /** Lateness of everything, ms of event time, as on the vendor's delayed hosts. @default 0 */
  readonly delay?: number;
  /** Connections that one key may hold. @default 1 */
  readonly maxConnections?: number;
  /** Which connection goes when there are too many. @default oldest */
  readonly kicks?: 'oldest' | 'newest';
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
  /** Resolves when the source has nothing more to send; rejects if playing fails. */
  readonly ended: Promise<void>;
  readonly #options: VendorOptions;
  readonly #server: Server;
  readonly #socket: FeedSocket;
  readonly #rest: Rest;
  readonly #player: Player;
  readonly #stop = new AbortController();

  private constructor(options: VendorOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    const {
      clock,
      market,
      source,
      key,
      delay = 0,
      leap = false,
      synthetic = false,
      maxConnections = 1,
      kicks = 'oldest',
    } = options;
    const calendar = calendarOf(market);
    const accepts = (given: string) => (key === undefined ? given !== '' : given === key);
    const { signal } = this.#stop;
    this.#socket = new FeedSocket({ market, clock, accepts, maxConnections, kicks });
    const bursts = new Bursts({ clock, market, calendar, source, socket: this.#socket, synthetic, signal });
    this.#player = new Player({
      ...{ clock, calendar, source, delay, leap, signal },
      settle: options.settle ?? (() => Promise.resolve()),
      ...(options.pace && { pace: options.pace }),
      burst: (minute, due, atOnce) => bursts.send(minute, due, atOnce),
      keepsAlive: () => bursts.hasSynthetic(),
    });
    let told = Number.NEGATIVE_INFINITY;
    const through = () => {
      const known = this.#player.through(this.restFaults.lag);
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
    this.ended = this.#untilClosed(this.#play());
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

  /** Resolves when every client has read what was sent to it, but those that a fault keeps from reading. */
  settled(): Promise<void> {
    return this.#socket.settled();
  }

  /** Every bar of minutes that start in `[from, to)` as it stands now, corrections included: what REST would answer. */
  truth(from: number, to: number): VendorMinute[] {
    const { source } = this.#options;
    return source.symbols.flatMap(symbol => source.history(symbol, from, to, this.#player.through()));
  }

  /**
   * After the source has ended, goes on to the instant `at` (epoch ms), leaping if `leap` is set and it is far. Resolves
   * when that instant has come and the last open minute before it has been seen to be over on the socket.
   */
  async finish(at: number): Promise<void> {
    await this.ended;
    await this.#untilClosed(this.#player.finish(at));
  }

  /** Ends all connections and stops playing; `ended` then resolves if it had not. */
  async close(): Promise<void> {
    this.#stop.abort(new Error('the vendor has been closed'));
    this.#socket.close();
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
    await this.ended;
  }

  async #play(): Promise<void> {
    const { ready = Promise.resolve() } = this.#options;
    await Promise.race([ready, once(this.#stop.signal, 'abort')]);
    await this.#player.play();
  }

  async #untilClosed(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error !== this.#stop.signal.reason) throw error;
    }
  }
}
