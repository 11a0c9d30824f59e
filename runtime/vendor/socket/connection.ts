/** One connection to the vendor, from the first packet to whatever ends it; what arrives goes to the channel of its kind. */
import { performance } from 'node:perf_hooks';
import { calendarOf } from '../../markets/calendar.ts';
import type { Market } from '../../markets/market.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Channel } from '../channels/channel.ts';
import type { Subscribed } from '../feed-events.ts';
import type { VendorWords } from '../words.ts';
import { readFrame, type Status } from './frame.ts';
import { Handshake } from './handshake.ts';
import { type SocketTimes, VendorSocket } from './socket.ts';
import type { Ending } from './statuses.ts';
import type { Tally } from './tally.ts';
import { Watchdog } from './watchdog.ts';

/** Reports of the vendor's that are logged of one connection. */
const REPORTS = 50;
/** Topics that a line of the log names; all of them stand in `/subscriptions`. */
const NAMED = 20;

export interface ConnectionOptions<Told> {
  readonly url: string;
  readonly apiKey: string;
  readonly market: Market;
  /** What it carries, each of another kind. */
  readonly channels: readonly Channel<Told>[];
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly clock: Clock;
  readonly tally: Tally;
  readonly words: VendorWords;
  readonly logger: Logger;
  /** @default `socketTimes` */
  readonly times?: SocketTimes | undefined;
  /** Whether the vendor is offered to compress what it sends. @default false */
  readonly compression?: boolean | undefined;
}

/** What each channel makes of a frame is told as it is. */
export class Connection<Told> {
  readonly #options: ConnectionOptions<Told>;
  readonly #socket: VendorSocket;
  readonly #watchdog: Watchdog;
  readonly handshake: Handshake;
  /** Event time (epoch ms) at which the subscription came to stand. */
  #stoodAt: number | undefined;
  #lastData = Number.NEGATIVE_INFINITY;
  #isSilent = false;
  readonly #reports = new Set<string>();

  constructor(options: ConnectionOptions<Told>) {
    const { url, apiKey, market, delay, clock, words, times, compression, tally } = options;
    this.#options = options;
    this.#socket = new VendorSocket(url, {
      ...{ clock, words, times, compression },
      onPing: () => tally.pings++,
    });
    this.#watchdog = new Watchdog({ calendar: calendarOf(market), delay });
    this.handshake = new Handshake(
      {
        apiKey,
        topics: this.#topics(),
        send: command => this.#socket.send(command),
        onUnknown: status => this.#report(status),
      },
      performance.now(),
    );
  }

  /**
   * Event time (epoch ms) until which all that the vendor sent has arrived. A connection that ended because it carried
   * nothing may have begun to do so right after its last data, whatever pings it answered since.
   */
  get lastHeard(): number {
    return this.#isSilent ? this.#lastData : this.#socket.lastHeard;
  }

  /** Asks from now on for what the channels want by now. */
  resubscribe(): void {
    this.handshake.change(this.#topics(), performance.now());
  }

  /** How long the subscription stood, in ms of event time; 0 when it never did. */
  get lived(): number {
    return this.#stoodAt === undefined ? 0 : this.#options.clock.now() - this.#stoodAt;
  }

  /** What happens on the connection; returns why it ended. The signal ends it after what has arrived was handed over. */
  async *events(signal: AbortSignal): AsyncGenerator<Subscribed | Told, Ending, void> {
    const stop = () => this.#socket.close();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      for await (const incoming of this.#socket.incoming) {
        if ('text' in incoming) yield* this.#frame(incoming.text);
        else this.#tick();
        if (this.handshake.stage === 'live' && this.#stoodAt === undefined) yield this.#stand();
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#socket.close();
    }
    return this.#socket.ending ?? { kind: 'lost', cause: 'closed' };
  }

  *#frame(text: string): Generator<Told> {
    const { channels, tally, words } = this.#options;
    const frame = readFrame(text, channels, words);
    tally.frames++;
    for (const oddity of frame.oddities) tally.oddity(oddity, text);
    for (const status of frame.statuses) {
      tally.status(status.status);
      this.#endIf(this.handshake.receive(status, performance.now()));
    }
    for (const [channel, events] of frame.events) {
      const { told, isAlive } = channel.read(events, text);
      if (isAlive && this.#isProof(channel)) this.#heardData();
      yield told;
    }
  }

  /** Where one channel brings something every minute, what others bring must not hide that it has ceased to. */
  #isProof(channel: Channel<Told>): boolean {
    return !this.#isSteady || channel.isSteady(this.handshake.acknowledged);
  }

  get #isSteady(): boolean {
    return this.#options.channels.some(channel => channel.isSteady(this.handshake.acknowledged));
  }

  #heardData(): void {
    const { tally, clock } = this.#options;
    this.#lastData = clock.now();
    tally.lastData = this.#lastData;
    this.#watchdog.heard(this.#lastData, performance.now());
  }

  #topics(): readonly string[] {
    const { channels, clock } = this.#options;
    return channels.flatMap(channel => channel.topics(clock.now()));
  }

  /** Each report once a connection, and no more than some: who repeats it must not fill the log. */
  #report({ status, message }: Status): void {
    const report = `${status} ${message}`;
    if (this.#reports.has(report) || this.#reports.size >= REPORTS) return;
    this.#reports.add(report);
    this.#options.logger.warn('the feed reports', { status, report: message });
  }

  #stand(): Subscribed {
    const { clock, logger } = this.#options;
    const { unacknowledged } = this.handshake;
    this.#stoodAt = clock.now();
    this.#lastData = this.#stoodAt;
    this.#watchdog.heard(this.#stoodAt, performance.now());
    if (unacknowledged.length > 0)
      logger.error('the vendor did not acknowledge some topics: nothing will come from them', {
        unacknowledged: unacknowledged.length,
        first: unacknowledged.slice(0, NAMED),
      });
    return { type: 'subscribed' };
  }

  #tick(): void {
    this.#endIf(this.#overdue());
    const topics = this.handshake.askAgain(performance.now());
    if (topics.length > 0)
      this.#options.logger.error('the vendor has not acknowledged some topics: they are asked for again', {
        topics: topics.length,
        first: topics.slice(0, NAMED),
      });
  }

  #overdue(): Ending | undefined {
    const wall = performance.now();
    const overdue = this.handshake.overdue(wall);
    if (overdue || this.#stoodAt === undefined) return overdue;
    const complaint = this.#watchdog.complaint(this.#options.clock.now(), wall, this.#isSteady);
    if (complaint === undefined) return undefined;
    this.#isSilent = true;
    return { kind: 'lost', cause: complaint };
  }

  #endIf(ending: Ending | undefined): void {
    if (ending) this.#socket.close(ending);
  }
}
