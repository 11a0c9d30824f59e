/** The vendor's WebSocket: greets, authenticates, subscribes, and fans bars out to whoever wants them. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Market } from '../../runtime/markets/market.ts';
import type { Clock } from '../../runtime/platform/clock.ts';
import { type BarEvent, Session } from './session.ts';
import { type Refusal, SocketFaults } from './socket-faults.ts';
import { type Status, statuses, subscribedTo, unsubscribedTo } from './statuses.ts';
import { split } from './subscriptions.ts';

/** How long a client may stay silent before it must have authenticated, in event time and at least in wall time. */
const AUTH_TIMEOUT = 10_000;
const AUTH_TIMEOUT_WALL = 2_000;

/** What is said, and the code of the close that follows; without one the vendor just hangs up. */
const REFUSALS: Readonly<Record<Exclude<Refusal, 'real-time'>, [Status, code?: number]>> = {
  key: [statuses.refusedKey],
  plan: [statuses.refusedPlan],
  timeout: [statuses.authTimeout, 1000],
  'max-connections': [statuses.maxConnections, 1008],
};

export interface SocketOptions {
  readonly market: Market;
  readonly clock: Clock;
  /** Whether a key is let in. */
  readonly accepts: (key: string) => boolean;
  readonly maxConnections: number;
  /** Who goes when there are too many. */
  readonly kicks: 'oldest' | 'newest';
  /** Whether frames are compressed for clients that offer to read them so. */
  readonly compresses: boolean;
}

export class FeedSocket {
  readonly sessions = new Set<Session>();
  readonly faults = new SocketFaults(this.sessions);
  /** How often each thing has happened since the start. */
  readonly seen = { connections: 0, authentications: 0, subscribes: 0 };
  readonly #options: SocketOptions;
  readonly #server: WebSocketServer;
  #whenSubscribed: (() => void)[] = [];

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({ noServer: true, perMessageDeflate: options.compresses });
  }

  /** Resolves with the next subscribe that is acknowledged. */
  nextSubscribe(): Promise<void> {
    return new Promise(resolve => this.#whenSubscribed.push(resolve));
  }

  /** Takes an HTTP upgrade; only the market's own path leads to a socket. */
  upgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    if (this.faults.isDown) {
      wire.destroy();
      return;
    }
    const path = new URL(request.url ?? '/', 'ws://vendor').pathname;
    if (path !== `/${this.#options.market}` && !path.startsWith(`/${this.#options.market}/`)) {
      wire.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, wire, head, socket => {
      const session = new Session(socket, wire, this.#options.market, this.#options.clock);
      this.#open(session);
      socket.on('message', data => this.#receive(session, String(data)));
    });
  }

  /** Sends each session what it wants of these bars. */
  send(events: readonly BarEvent[]): void {
    if (this.faults.isSilent) return;
    for (const session of this.sessions) session.sendBars(events, this.faults.framing);
  }

  /** Resolves when every client has read what was sent to it. */
  async settled(): Promise<void> {
    await Promise.all([...this.sessions].map(session => session.settled()));
  }

  close(): void {
    for (const session of this.sessions) session.drop();
    this.#server.close();
  }

  #open(session: Session): void {
    this.sessions.add(session);
    this.seen.connections++;
    session.closed.signal.addEventListener('abort', () => this.sessions.delete(session));
    session.sendStatus(statuses.connected);
    if (!this.faults.dropsAt('connect', session)) void this.#awaitKey(session);
  }

  async #awaitKey(session: Session): Promise<void> {
    const { clock } = this.#options;
    const deadline = clock.now() + Math.max(AUTH_TIMEOUT, clock.perWall(AUTH_TIMEOUT_WALL));
    try {
      await clock.until(deadline, session.closed.signal);
    } catch {
      return; // It closed before.
    }
    if (session.key === undefined) this.#refuse(session, ...REFUSALS.timeout);
  }

  #receive(session: Session, text: string): void {
    if (session.socket.readyState !== session.socket.OPEN) return;
    const request = parse(text);
    if (request?.action === 'auth') this.#authenticate(session, request.params);
    else if (request === undefined) session.sendStatus(statuses.malformed);
    else if (session.key === undefined) session.sendStatus(statuses.notAuthorized);
    else {
      const params = request.params.split(',').map(param => param.trim());
      if (request.action === 'subscribe') this.#subscribe(session, params);
      else this.#unsubscribe(session, params);
    }
  }

  #authenticate(session: Session, key: string): void {
    this.seen.authentications++;
    if (this.faults.dropsAt('auth', session)) return;
    const refusal = this.faults.refusal ?? (this.#options.accepts(key) ? undefined : 'key');
    if (refusal !== undefined && refusal !== 'real-time') {
      this.#refuse(session, ...REFUSALS[refusal]);
      return;
    }
    session.key = key;
    session.sendStatus(statuses.authenticated);
    if (refusal === 'real-time') {
      session.sendStatus(statuses.noRealTime);
      session.dataless = true;
    }
    if (!this.faults.dropsAt('authenticated', session)) this.#limit(key);
  }

  #subscribe(session: Session, params: readonly string[]): void {
    this.seen.subscribes++;
    if (this.faults.dropsAt('subscribe', session)) return;
    const answers: Status[] = [];
    for (const param of params) {
      if (this.faults.forbiddenTopics.has(split(param).topic)) answers.push(statuses.notAuthorized);
      else if (session.subscriptions.add(param)) answers.push(subscribedTo(param));
    }
    this.#acknowledge(session, answers);
    if (this.faults.dropsAt('subscribed', session) || answers.length === 0) return;
    const waiting = this.#whenSubscribed;
    this.#whenSubscribed = [];
    for (const resolve of waiting) resolve();
  }

  #unsubscribe(session: Session, params: readonly string[]): void {
    const removed = params.filter(param => session.subscriptions.remove(param));
    this.#acknowledge(session, removed.map(unsubscribedTo));
  }

  #acknowledge(session: Session, answers: readonly Status[]): void {
    const { framing } = this.faults;
    if (framing === 'one-frame') session.hold(...answers);
    else if (framing === 'ack-per-frame') for (const answer of answers) session.sendStatus(answer);
    else session.sendStatus(...answers);
  }

  /** One account may hold so many connections; dead ones count until the vendor notices. */
  #limit(key: string): void {
    const ofKey = [...this.sessions].filter(session => session.key === key);
    if (ofKey.length <= this.#options.maxConnections) return;
    const surplus = this.#options.kicks === 'oldest' ? ofKey[0] : ofKey.at(-1);
    if (surplus) this.#refuse(surplus, ...REFUSALS['max-connections']);
  }

  #refuse(session: Session, status: Status, code?: number): void {
    session.sendStatus(status);
    session.key = undefined;
    if (code === undefined) session.hangUp();
    else session.drop(code, status.message);
  }
}

interface Request {
  readonly action: 'auth' | 'subscribe' | 'unsubscribe';
  readonly params: string;
}

/** The requests that clients send; undefined for anything else. */
function parse(text: string): Request | undefined {
  try {
    const { action, params }: { action?: unknown; params?: unknown } = Object(JSON.parse(text));
    const isKnown = action === 'auth' || action === 'subscribe' || action === 'unsubscribe';
    return isKnown && typeof params === 'string' ? { action, params } : undefined;
  } catch {
    return undefined; // Not JSON.
  }
}
