/** One client's connection as the vendor sees it: who it is, what it wants, and how well frames reach it. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Market } from '../../runtime/markets/market.ts';
import type { Clock } from '../../runtime/platform/clock.ts';
import { encodeStatus, type Status, subscribedTo } from './statuses.ts';
import { Subscriptions } from './subscriptions.ts';

/** An event of a burst, encoded once for everybody. */
export interface BarEvent {
  /** Its `ev`. */
  readonly kind: string;
  readonly symbol: string;
  readonly json: string;
}

/** How events are put into frames; the other three are the vendor's odd days. */
export type Framing = 'usual' | 'ack-per-frame' | 'one-frame' | 'status-between-bars';

/** The vendor's frames stay below 1,000,000 bytes; event JSON is ASCII but for odd symbols. */
const MAX_FRAME = 900_000;
/** Events of a usual frame; a minute of the whole market comes in several. */
const USUAL_EVENTS = 1_000;
/** A consumer that leaves more than this unread is cut off, without a word. */
const MAX_UNREAD = 64 * 1_048_576;

export class Session {
  readonly socket: WebSocket;
  readonly subscriptions: Subscriptions;
  /** The key it was let in with. */
  key: string | undefined;
  /** Nothing is sent any more, though pings are still answered. */
  mute = false;
  /** Let in without the right to real-time data. */
  dataless = false;
  /** Event ms between two bars when the line drips. */
  drip: number | undefined;
  /** Ends with the connection. */
  readonly closed = new AbortController();
  readonly #wire: Duplex;
  readonly #clock: Clock;
  /** Acknowledgements that wait for data to share its frame. */
  #held: string[] = [];
  #dripping: Promise<void> = Promise.resolve();
  /** A frame was left unfinished: whatever follows would be taken for the rest of it. */
  #isCut = false;

  constructor(socket: WebSocket, wire: Duplex, market: Market, clock: Clock) {
    this.socket = socket;
    this.#wire = wire;
    this.#clock = clock;
    this.subscriptions = new Subscriptions(market);
    socket.on('close', () => this.closed.abort(new Error('the connection has ended')));
    // A client that vanishes ends in 'close' too; the error itself adds nothing.
    socket.on('error', () => socket.terminate());
  }

  /** One frame with the given events. */
  sendFrame(events: readonly string[]): void {
    if (this.mute || events.length === 0 || this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_UNREAD) this.socket.terminate();
    else this.socket.send(`[${events.join(',')}]`);
  }

  sendStatus(...found: Status[]): void {
    this.sendFrame(found.map(encodeStatus));
  }

  /** Statuses that go out at the front of the next data frame. */
  hold(...found: Status[]): void {
    this.#held.push(...found.map(encodeStatus));
  }

  /** The bars, and other events, it has subscribed to. */
  sendBars(events: readonly BarEvent[], framing: Framing): void {
    if (this.dataless) return;
    const wanted = events
      .filter(({ kind, symbol }) => this.subscriptions.wants(kind, symbol))
      .map(({ json }) => json);
    if (wanted.length === 0) return;
    if (this.drip !== undefined) {
      this.#trickle(wanted, this.drip);
      return;
    }
    const all = [...this.#held, ...(framing === 'status-between-bars' ? this.#mingled(wanted) : wanted)];
    this.#held = [];
    const most = framing === 'one-frame' ? Number.POSITIVE_INFINITY : USUAL_EVENTS;
    for (const frame of framesOf(all, most)) this.sendFrame(frame);
  }

  /** Acknowledges once more what was acknowledged long ago, before every bar but the first. */
  #mingled(bars: readonly string[]): string[] {
    const status = encodeStatus(subscribedTo(this.subscriptions.first));
    return bars.flatMap((json, n) => (n === 0 ? [json] : [status, json]));
  }

  /** Resolves when the client has read what was sent to it, or is gone; at once for one that is kept from reading. */
  async settled(): Promise<void> {
    if (this.#isCut || this.socket.isPaused || this.socket.readyState !== this.socket.OPEN) return;
    const pong = once(this.socket, 'pong', { signal: this.closed.signal });
    this.socket.ping();
    await pong.catch(() => undefined);
  }

  /** Begins a frame, stops in the middle of it and says nothing more. */
  stopMidFrame(): void {
    const text = Buffer.from(
      '[{"ev":"status","status":"success","message":"the rest of this frame never comes"}]',
    );
    this.#wire.write(Buffer.concat([Buffer.from([0x81, text.length]), text.subarray(0, text.length / 2)]));
    this.mute = true;
    this.#isCut = true;
  }

  /** Neither reads nor writes from now on, not even pongs; the connection stays open on this side. */
  halfOpen(): void {
    this.mute = true;
    this.socket.pause();
  }

  /** Closes with a code, or without a handshake when there is none or nobody would answer. */
  drop(code?: number, reason = ''): void {
    if (code === undefined || this.socket.isPaused) this.socket.terminate();
    else this.socket.close(code, reason);
  }

  /** Ends the connection without a handshake, after what was said has gone out. */
  hangUp(): void {
    this.#wire.end();
  }

  #trickle(events: readonly string[], every: number): void {
    this.#dripping = this.#dripping.then(async () => {
      for (const event of events) {
        await this.#clock.until(this.#clock.now() + every, this.closed.signal);
        this.sendFrame([event]);
      }
    });
    // It ends with the connection, and what had not been sent by then is lost, as it is on a real line.
    this.#dripping = this.#dripping.catch(() => undefined);
  }
}

/** Cuts events into frames of at most so many events and below the size limit. */
function* framesOf(events: readonly string[], most: number): Iterable<string[]> {
  let frame: string[] = [];
  let size = 0;
  for (const event of events) {
    if (frame.length >= most || size + event.length > MAX_FRAME) {
      yield frame;
      frame = [];
      size = 0;
    }
    frame.push(event);
    size += event.length + 1;
  }
  if (frame.length > 0) yield frame;
}
