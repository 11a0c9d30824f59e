/** Sends made-up events to whoever has subscribed, at a rate, and remembers when each was sent. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { MixedEvents } from './mixed-events.ts';

/** The vendor's frames of such a market hold about so many. */
const PER_FRAME = 50;

export class EventLoad {
  readonly #socket: WebSocket;
  readonly #market: MixedEvents;
  /** Ms of `performance.now()`, frame by frame. */
  #sent = new Float64Array(1 << 16);
  #frames = 0;
  /** Bytes of frames, before any compression. */
  bytes = 0;

  constructor(socket: WebSocket, symbols: readonly string[]) {
    this.#socket = socket;
    this.#market = new MixedEvents(symbols);
  }

  /** How many were sent. */
  get events(): number {
    return this.#market.made;
  }

  /** When the event of that number was sent: the receiver numbers them from 1 on, in their order. */
  readonly sentAt = (seq: number): number => this.#sent[Math.floor((seq - 1) / PER_FRAME)] ?? Number.NaN;

  /** Sends so many a second, and catches up with what was late. @param signal ends it */
  async play(seconds: number, perSecond: number, signal?: AbortSignal): Promise<void> {
    const begun = performance.now();
    for (let sent = 0; sent < seconds * perSecond && !signal?.aborted; ) {
      const due = Math.min(seconds, (performance.now() - begun) / 1e3) * perSecond;
      for (; sent < due; sent += PER_FRAME) this.#send();
      await sleep(2);
    }
  }

  #send(): void {
    const frame = this.#market.frame(PER_FRAME, Date.now());
    this.bytes += frame.length;
    if (this.#frames === this.#sent.length) {
      const more = new Float64Array(2 * this.#frames);
      more.set(this.#sent);
      this.#sent = more;
    }
    this.#sent[this.#frames++] = performance.now();
    this.#socket.send(frame);
  }
}
