/** The steps from an open socket to a standing subscription: connected, authenticated, subscribed. */
import type { Status } from './frame.ts';
import { type Ending, meaningOf } from './statuses.ts';

/** How long (ms of wall time) a step may go without an answer. */
const PATIENCE = 10_000;
/** Topics per command: the vendor takes long commands, and proxies between here and there may not. */
const TOPICS_PER_COMMAND = 500;

export type Stage = 'connecting' | 'authenticating' | 'subscribing' | 'live';

export interface HandshakeOptions {
  readonly apiKey: string;
  /** Without repetitions: a second subscription to a topic is not answered. */
  readonly topics: readonly string[];
  readonly send: (command: Readonly<Record<string, string>>) => void;
  /** Called with statuses that mean nothing to the connection. */
  readonly onUnknown: (status: Status) => void;
}

/** Told every status and the wall time (monotonic ms); says when the connection is to end. */
export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #acknowledged = new Set<string>();
  #stage: Stage = 'connecting';
  #missed = 0;
  #progress: number;

  constructor(options: HandshakeOptions, wall: number) {
    this.#options = options;
    this.#progress = wall;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get acknowledged(): ReadonlySet<string> {
    return this.#acknowledged;
  }

  /** Topics that were not acknowledged; meaningful once the subscription stands. */
  get unacknowledged(): readonly string[] {
    return this.#options.topics.filter(topic => !this.#acknowledged.has(topic));
  }

  /** @returns why the connection has to end, if it has to. */
  receive(status: Status, wall: number): Ending | undefined {
    const meaning = meaningOf(status);
    this.#progress = wall;
    if (meaning.do === 'end') return meaning.ending;
    if (meaning.do === 'warn') this.#options.onUnknown(status);
    if (meaning.do === 'authenticate' && this.#stage === 'connecting') {
      this.#stage = 'authenticating';
      this.#options.send({ action: 'auth', params: this.#options.apiKey });
    }
    if (meaning.do === 'subscribe' && this.#stage === 'authenticating') this.#subscribe();
    if (meaning.do === 'acknowledge') for (const topic of meaning.topics) this.#acknowledged.add(topic);
    if (meaning.do === 'miss one') {
      this.#missed++;
      this.#options.onUnknown(status);
    }
    return this.#acknowledged.size + this.#missed >= this.#options.topics.length ? this.#stand() : undefined;
  }

  /** To be asked now and then. @returns why the connection has to end when an answer is overdue. */
  overdue(wall: number): Ending | undefined {
    if (this.#stage === 'live' || wall - this.#progress <= PATIENCE) return undefined;
    if (this.#stage === 'subscribing' && this.#acknowledged.size > 0) return this.#stand();
    return { kind: 'lost', cause: `no answer while ${this.#stage} for ${PATIENCE / 1000} s` };
  }

  #subscribe(): void {
    this.#stage = 'subscribing';
    const { topics, send } = this.#options;
    for (let start = 0; start < topics.length; start += TOPICS_PER_COMMAND) {
      const params = topics.slice(start, start + TOPICS_PER_COMMAND).join(',');
      send({ action: 'subscribe', params });
    }
  }

  #stand(): Ending | undefined {
    if (this.#stage !== 'subscribing') return undefined;
    if (this.#acknowledged.size === 0)
      return { kind: 'refused', cause: 'the plan includes none of the topics subscribed to' };
    this.#stage = 'live';
    return undefined;
  }
}
