/** The steps from an open socket to a standing subscription: connected, authenticated, subscribed. */
import type { Status } from './frame.ts';
import { type Ending, meaningOf } from './statuses.ts';

/** How long (ms of wall time) a step may go without an answer. */
const PATIENCE = 10_000;
/** After so long (ms of wall time) topics that are not acknowledged are asked for again. */
const ASK_AGAIN = 60_000;
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
  #topics: readonly string[];
  readonly #acknowledged = new Set<string>();
  #stage: Stage = 'connecting';
  #missed = 0;
  #progress: number;
  #asked: number;

  constructor(options: HandshakeOptions, wall: number) {
    this.#options = options;
    this.#topics = options.topics;
    this.#progress = wall;
    this.#asked = wall;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get acknowledged(): ReadonlySet<string> {
    return this.#acknowledged;
  }

  /** Topics that were not acknowledged; meaningful once the subscription stands. */
  get unacknowledged(): readonly string[] {
    return this.#topics.filter(topic => !this.#acknowledged.has(topic));
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
    return this.#acknowledged.size + this.#missed >= this.#topics.length ? this.#stand() : undefined;
  }

  /** To be asked now and then. @returns why the connection has to end when an answer is overdue. */
  overdue(wall: number): Ending | undefined {
    if (this.#stage === 'live' || wall - this.#progress <= PATIENCE) return undefined;
    if (this.#stage === 'subscribing' && this.#acknowledged.size > 0) return this.#stand();
    return { kind: 'lost', cause: `no answer while ${this.#stage} for ${PATIENCE / 1000} s` };
  }

  /**
   * Asks once more for topics that were neither acknowledged nor refused; to be called now and then.
   * @returns them; none while there is nothing to ask
   */
  askAgain(wall: number): readonly string[] {
    const open = this.#stage === 'live' && wall - this.#asked > ASK_AGAIN ? this.unacknowledged : [];
    if (open.length <= this.#missed) return [];
    this.#asked = wall;
    this.#send('subscribe', open);
    return open;
  }

  /** Asks for these topics from now on, and no more for those that are not among them. */
  change(topics: readonly string[], wall: number): void {
    const [before, after] = [new Set(this.#topics), new Set(topics)];
    this.#topics = topics;
    this.#asked = wall;
    if (this.#stage !== 'subscribing' && this.#stage !== 'live') return;
    const removed = [...before].filter(topic => !after.has(topic));
    for (const topic of removed) this.#acknowledged.delete(topic);
    this.#send(
      'subscribe',
      topics.filter(topic => !before.has(topic)),
    );
    this.#send('unsubscribe', removed);
  }

  #subscribe(): void {
    this.#stage = 'subscribing';
    this.#send('subscribe', this.#topics);
  }

  #send(action: 'subscribe' | 'unsubscribe', topics: readonly string[]): void {
    for (let start = 0; start < topics.length; start += TOPICS_PER_COMMAND)
      this.#options.send({ action, params: topics.slice(start, start + TOPICS_PER_COMMAND).join(',') });
  }

  #stand(): Ending | undefined {
    if (this.#stage !== 'subscribing') return undefined;
    if (this.#acknowledged.size === 0)
      return { kind: 'refused', cause: 'the plan includes none of the topics subscribed to' };
    this.#stage = 'live';
    return undefined;
  }
}
