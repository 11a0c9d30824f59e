/** One WebSocket to the vendor: text frames in, commands out, and the sentence that says why it ended. */
import { performance } from 'node:perf_hooks';
import { type RawData, WebSocket } from 'ws';
import type { Clock } from '../../platform/clock.ts';
import { Mailbox } from '../../platform/mailbox.ts';
import type { VendorWords } from '../words.ts';
import type { Ending } from './statuses.ts';

/** Network timers, in ms of wall time: they never scale with event time. */
export const socketTimes = {
  connect: 10_000,
  pingEvery: 20_000,
  deadAfter: 30_000,
  tick: 500,
  farewell: 1_000,
} as const;

/** What may be set of them, in ms. */
export interface SocketTimes {
  /** 0 sends none. */
  readonly pingEvery: number;
  readonly deadAfter: number;
}

/** What all causes of an end begin with that came because nothing came. */
export const NO_SIGN = 'no sign of life';

export interface SocketOptions {
  readonly clock: Clock;
  readonly words: VendorWords;
  /** @default socketTimes */
  readonly times?: SocketTimes | undefined;
  readonly onPing?: () => void;
  /** Whether the vendor is offered to compress what it sends. @default false */
  readonly compression?: boolean | undefined;
}

/** Eight times the largest frame the vendor sends. */
const MAX_FRAME_BYTES = 8 * 1024 * 1024;
/** A tick this late (ms) means that the process was stopped: what arrived meanwhile is yet unread. */
const FROZEN = 5_000;

/** A text frame, or a tick of the timer on which the reader checks its own deadlines. */
export type Incoming = { readonly text: string } | { readonly tick: true };

export class VendorSocket {
  readonly #socket: WebSocket;
  readonly #incoming = new Mailbox<Incoming>();
  readonly #clock: Clock;
  readonly #times: SocketTimes;
  readonly #onPing: (() => void) | undefined;
  readonly #timer: NodeJS.Timeout;
  #ending: Ending | undefined;
  #ended = false;
  #lastHeard = Number.NEGATIVE_INFINITY;
  #wallHeard = performance.now();
  #wallTick = performance.now();
  #wallPing = performance.now();

  /** Starts to connect at once. Certificates are checked whatever the process's environment says. */
  constructor(
    url: string,
    { clock, words, times = socketTimes, onPing, compression = false }: SocketOptions,
  ) {
    this.#clock = clock;
    this.#times = times;
    this.#onPing = onPing;
    this.#socket = new WebSocket(url, {
      handshakeTimeout: socketTimes.connect,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: compression,
      rejectUnauthorized: true,
    });
    this.#socket.on('message', data => {
      this.#heard();
      this.#incoming.send({ text: textOf(data) });
    });
    for (const sign of ['open', 'ping', 'pong'] as const) this.#socket.on(sign, () => this.#heard());
    this.#socket.on('unexpected-response', (request, { statusCode }) => {
      const kind = statusCode === 401 || statusCode === 403 ? 'refused' : 'lost';
      const cause = `${new URL(url).host} answered ${statusCode} instead of a WebSocket: check FEED_URL`;
      this.#ending ??= { kind, cause };
      request.destroy();
      this.#end();
    });
    this.#socket.on('error', error => this.close({ kind: 'lost', cause: words.text(error.message) }));
    this.#socket.on('close', (code, reason) => {
      if (code !== 1006) this.#heard();
      this.#ending ??= {
        kind: 'lost',
        cause: `closed by the server (${code}${reason.length ? ` ${words.text(reason.toString())}` : ''})`,
      };
      this.#end();
    });
    this.#timer = setInterval(() => this.#tick(), socketTimes.tick);
  }

  /** Every text frame, and ticks in between; ends with the connection. */
  get incoming(): AsyncIterable<Incoming> {
    return this.#incoming;
  }

  /** Event time (epoch ms) at which anything last came from the vendor; -Infinity when nothing did. */
  get lastHeard(): number {
    return this.#lastHeard;
  }

  /** Why the connection ended; before that, and after `close()` without a reason, undefined. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** Sends one command. Without effect once the connection has ended. */
  send(command: Readonly<Record<string, string>>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(command));
  }

  /** Ends the connection. It says so to the vendor, who counts connections, but does not wait for an answer that may never come. */
  close(ending?: Ending): void {
    if (this.#ended) return;
    this.#ending ??= ending;
    this.#end();
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), socketTimes.farewell).unref();
  }

  #heard(): void {
    this.#lastHeard = this.#clock.now();
    this.#wallHeard = performance.now();
  }

  #tick(): void {
    const wall = performance.now();
    if (wall - this.#wallTick > FROZEN) this.#wallHeard = wall;
    this.#wallTick = wall;
    const { pingEvery, deadAfter } = this.#times;
    if (wall - this.#wallHeard > deadAfter) {
      this.close({ kind: 'lost', cause: `${NO_SIGN} for ${deadAfter / 1000} s` });
      return;
    }
    if (pingEvery > 0 && wall - this.#wallPing > pingEvery && this.#socket.readyState === WebSocket.OPEN) {
      this.#wallPing = wall;
      this.#socket.ping();
      this.#onPing?.();
    }
    this.#incoming.send({ tick: true });
  }

  #end(): void {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#incoming.close();
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
