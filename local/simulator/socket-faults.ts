/** What can go wrong on the vendor's socket, at the push of a button. */
import type { Framing, Session } from './session.ts';

/** What the vendor answers to an authentication instead of letting the client in; `real-time` lets it in and sends no data. */
export type Refusal = 'key' | 'plan' | 'timeout' | 'max-connections' | 'real-time';

/**
 * A point in a connection's life: right after it opened, when its key arrived, when it was let in, when it asked to
 * subscribe, when that was acknowledged, and between two parts of a burst.
 */
export type Moment = 'connect' | 'auth' | 'authenticated' | 'subscribe' | 'subscribed' | 'burst';

interface PlannedDrop {
  readonly moment: Moment;
  readonly code: number | undefined;
  times: number;
}

/** Faults that act on connections act on those that are open now; a client that reconnects is well again. */
export class SocketFaults {
  framing: Framing = 'usual';
  /** Every third bar comes with other contents before its last one: in the frame of that, or in one right before it. */
  contents: 'one' | 'several in a frame' | 'several in two frames' = 'one';
  /** Given to every authentication until it is cleared. */
  refusal: Refusal | undefined;
  /** New connections are refused. */
  isDown = false;
  /** No bars go out to anybody, though everything else does. */
  isSilent = false;
  /** Which bars never go out on the socket, though REST has them; `skip` beside it. */
  holdsBack: ((bar: { readonly symbol: string; readonly start: number }) => boolean) | undefined;
  /** Topics such as `T` that this key may not have. */
  readonly forbiddenTopics = new Set<string>();
  readonly #sessions: ReadonlySet<Session>;
  readonly #drops: PlannedDrop[] = [];
  readonly #skipped = new Map<number, ReadonlySet<string> | 'all'>();
  #midBurst: (() => void)[] = [];

  constructor(sessions: ReadonlySet<Session>) {
    this.#sessions = sessions;
  }

  /** Closes every connection with that code, or without a handshake when there is none. */
  drop(code?: number): void {
    for (const session of this.#sessions) session.drop(code);
  }

  /** Drops the next `times` connections that reach the moment. `times` is 1 unless told; `code` as for `drop`. */
  dropAt(moment: Moment, { times = 1, code }: { times?: number; code?: number } = {}): void {
    this.#drops.push({ moment, code, times });
  }

  /** Connections stay open and answer pings, but carry nothing. */
  mute(): void {
    for (const session of this.#sessions) session.mute = true;
  }

  /** Muted connections carry data again; what was not sent stays unsent. */
  unmute(): void {
    for (const session of this.#sessions) session.mute = false;
  }

  /** Connections answer nothing at all, not even pings, without closing; they keep counting as connections. */
  halfOpen(): void {
    for (const session of this.#sessions) session.halfOpen();
  }

  /** Bars come one by one, so many ms of event time apart, later and later. */
  drip(every: number): void {
    for (const session of this.#sessions) session.drip = every;
  }

  /** Sends these events, whatever they are, to everybody who has been let in, in one frame. */
  send(events: readonly string[]): void {
    for (const session of this.#sessions) if (session.key !== undefined) session.sendFrame(events);
  }

  /** A frame stops in the middle, and nothing follows. */
  stopMidFrame(): void {
    for (const session of this.#sessions) session.stopMidFrame();
  }

  /** Bars of the minute that starts then (epoch ms) are never sent on the socket, though REST has them. */
  skip(minute: number, symbols?: readonly string[]): void {
    this.#skipped.set(minute, symbols ? new Set(symbols) : 'all');
  }

  /** Runs the action between two parts of the next burst that has two, or else after it. */
  midBurst(action: () => void): void {
    this.#midBurst.push(action);
  }

  /** For the vendor: drops the connection if that was planned for this moment, and says whether it did. */
  dropsAt(moment: Moment, session: Session): boolean {
    const planned = this.#drops.find(drop => drop.moment === moment && drop.times > 0);
    if (!planned) return false;
    planned.times--;
    session.drop(planned.code);
    return true;
  }

  /** For the vendor: whether this bar is kept from the socket. */
  skips(bar: { readonly symbol: string; readonly start: number }): boolean {
    const skipped = this.#skipped.get(bar.start);
    return skipped === 'all' || skipped?.has(bar.symbol) === true || this.holdsBack?.(bar) === true;
  }

  /** For the vendor: a part of a burst is out. */
  betweenParts(): void {
    const actions = this.#midBurst;
    this.#midBurst = [];
    for (const action of actions) action();
    for (const session of this.#sessions) if (session.key !== undefined) this.dropsAt('burst', session);
  }
}
